// The last lines of a growing log in bounded memory. Does not know whose log it is.

/// Keeps the last lines and counts those before.
struct LogDigest: Sendable {
    static let limit = 20

    private var ring: [[UInt8]] = []
    private var next = 0
    /// Lines that were let go.
    private(set) var dropped = 0

    /// - Parameter bytes: whole lines, or an unfinished last one.
    mutating func add(_ bytes: [UInt8]) {
        for line in OutputLines(bytes: bytes) {
            if ring.count < LogDigest.limit {
                ring.append(Array(line))
            } else {
                ring[next] = Array(line)
                next = (next + 1) % LogDigest.limit
                dropped += 1
            }
        }
    }

    /// What is kept, oldest first.
    var lines: [[UInt8]] { Array(ring[next...] + ring[..<next]) }
}
