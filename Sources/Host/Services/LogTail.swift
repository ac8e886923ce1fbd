// The end of a log as part of a message.

enum LogTail {
    /// The last lines, indented, each after a line break; empty when there are none.
    static func text(_ output: String, lines: Int = 12) -> String {
        output.split(whereSeparator: \.isNewline).suffix(lines).map { "\n    \($0)" }.joined()
    }
}
