// Bytes of a connection as lines, however they arrive. Knows nothing of what the lines say.

/// What has come of a line that is not at its end yet.
struct LeaseLines: Sendable {
    /// Bytes of the longest line, without its end.
    static let longest = 1 << 20

    private var rest: [UInt8] = []

    /// The lines that these bytes complete, without their ends; nil when a line is too long.
    mutating func take(_ bytes: [UInt8]) -> [[UInt8]]? {
        var lines: [[UInt8]] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(rest + bytes[start..<end])
            rest = []
            start = end + 1
        }
        rest += bytes[start...]
        return max(rest.count, lines.map(\.count).max() ?? 0) > LeaseLines.longest ? nil : lines
    }
}
