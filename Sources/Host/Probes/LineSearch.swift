// Looks for a line in bytes that come piece by piece, and remembers the last lines. Reads nothing itself.

internal import Conditions

/// A regular expression that a whole line matches, or the beginning of one that never ended.
final class LineSearch {
    /// Of a line without an end, no more than this is kept.
    private static let longestLine = 64 * 1024

    private let expression: LineExpression
    private var line: [UInt8] = []
    private(set) var isFound = false

    init(_ expression: LineExpression) {
        self.expression = expression
    }

    func take(_ bytes: [UInt8]) {
        guard !isFound else { return }
        let all = line + bytes
        let end = all.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        isFound = end > 0 && expression.isFound(in: Array(all[..<end]))
        line = Array(all[end...].suffix(Self.longestLine))
    }

    /// Nobody goes on with the last line: it is judged as it stands.
    func endLine() {
        guard !isFound, !line.isEmpty else { return }
        isFound = expression.isFound(in: line)
    }

    /// What comes next begins anew.
    func restart() { line = [] }
}

/// The last lines of a log.
struct LogTail {
    private static let lineCount = 10
    private static let longestLine = 400
    private var bytes: [UInt8] = []

    mutating func take(_ more: [UInt8]) {
        let most = Self.lineCount * Self.longestLine
        bytes = Array((bytes + more.suffix(most)).suffix(most))
    }

    var lines: [String] {
        bytes.split(separator: UInt8(ascii: "\n")).suffix(Self.lineCount).map {
            String(decoding: $0.prefix(Self.longestLine), as: UTF8.self)
        }
    }
}
