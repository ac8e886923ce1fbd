// Bytes of a process' output as whole lines with secrets masked. Does not know where they come from or go.

/// Puts chunks together to lines, so that lines of tasks that run side by side never mix, and replaces secret values.
///
/// A secret is found wherever the borders of chunks fall, and also when it contains newlines. Values that overlap are
/// masked together. Values of fewer than 4 bytes are not masked: they would mask half of every log.
public struct LineAssembler: Sendable {
    private static let mask: [UInt8] = Array("***".utf8)
    private static let shortestSecret = 4

    /// Longest first: of two that begin alike the longer one is meant.
    private var secrets: [[UInt8]] = []
    /// Whether a secret begins with the byte.
    private var begins: [Bool] = []
    /// Masked, and waiting for its newline.
    private var line: [UInt8] = []
    /// May be the beginning of a secret, so nothing of it may be shown yet.
    private var held: [UInt8] = []

    public init(secrets: [[UInt8]] = []) {
        mask(secrets)
    }

    /// Masks these as well, in what comes from now on.
    public mutating func mask(_ more: [[UInt8]]) {
        let more = more.filter { $0.count >= LineAssembler.shortestSecret && !secrets.contains($0) }
        guard !more.isEmpty else { return }
        secrets = Set(secrets + more).sorted { $0.count > $1.count }
        begins = [Bool](repeating: false, count: 256)
        for secret in secrets { begins[Int(secret[0])] = true }
    }

    /// The lines that this chunk completes, each with its newline.
    public mutating func take(_ chunk: [UInt8]) -> [UInt8] {
        let arrived = secrets.isEmpty ? chunk : masked(held + chunk, isLast: false)
        guard let newline = arrived.lastNewline else {
            line += arrived
            return []
        }
        if line.isEmpty && newline == arrived.count - 1 { return arrived }
        let whole = line + arrived[...newline]
        line = Array(arrived[(newline + 1)...])
        return whole
    }

    /// What is left when nothing more comes: the last line if it has no newline.
    public mutating func finish() -> [UInt8] {
        defer { line = [] }
        return secrets.isEmpty ? line : line + masked(held, isLast: true)
    }

    /// The bytes with secrets replaced. Keeps back what may go on to be a secret, unless nothing follows.
    private mutating func masked(_ bytes: [UInt8], isLast: Bool) -> [UInt8] {
        held = []
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        let kept = bytes.withUnsafeBytes { bytes -> Int in
            var copied = 0
            var position = 0
            while position < bytes.count {
                guard begins[Int(bytes[position])] else {
                    position += 1
                    continue
                }
                switch match(bytes, at: position, isLast: isLast) {
                case .none: position += 1
                case .undecided:
                    result.append(contentsOf: bytes[copied..<position])
                    return position
                case .secret(let end):
                    result.append(contentsOf: bytes[copied..<position])
                    result += LineAssembler.mask
                    position = end
                    copied = end
                }
            }
            result.append(contentsOf: bytes[copied...])
            return bytes.count
        }
        held = Array(bytes[kept...])
        return result
    }

    private enum Match {
        case none
        /// It ends here, together with those that overlap it.
        case secret(end: Int)
        /// What follows decides.
        case undecided
    }

    private func match(_ bytes: UnsafeRawBufferPointer, at start: Int, isLast: Bool) -> Match {
        var end: Int?
        var position = start
        repeat {
            for secret in secrets where begins[Int(bytes[position])] {
                let count = min(secret.count, bytes.count - position)
                guard bytes[position..<position + count].elementsEqual(secret[..<count]) else { continue }
                if count == secret.count {
                    end = max(end ?? 0, position + count)
                } else if !isLast {
                    return .undecided
                }
            }
            position += 1
        } while position < end ?? 0
        return end.map { .secret(end: $0) } ?? .none
    }
}

extension [UInt8] {
    fileprivate var lastNewline: Int? {
        withUnsafeBufferPointer { $0.lastIndex(of: UInt8(ascii: "\n")) }
    }
}
