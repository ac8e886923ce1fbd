// same: two files with equal bytes. Knows no formats.

import Patterns
import Vocabulary

extension ConditionTree {
    func requireSame(_ left: String, _ right: String) throws(ConditionFailure) {
        let (leftBytes, rightBytes) = (try existing(left), try existing(right))
        guard leftBytes != rightBytes else { return }
        let message = "\(left) and \(right) should be equal, but differ"
        guard !leftBytes.contains(0), !rightBytes.contains(0) else {
            let offset = zip(leftBytes, rightBytes).prefix { $0 == $1 }.count
            throw ConditionFailure(
                "\(message) from byte \(offset) on",
                found: [
                    "\(left): \(Prose.count(leftBytes.count, "byte"))",
                    "\(right): \(Prose.count(rightBytes.count, "byte"))",
                ])
        }
        let (leftLines, rightLines) = (lines(leftBytes), lines(rightBytes))
        let line = zip(leftLines, rightLines).prefix { $0 == $1 }.count
        func place(_ path: String, _ lines: [ArraySlice<UInt8>]) -> String {
            guard line < lines.count else { return "\(path): ends after line \(lines.count)" }
            return Prose.place(path, line + 1, lines[line])
        }
        throw ConditionFailure(
            "\(message) from line \(line + 1) on", found: [place(left, leftLines), place(right, rightLines)],
            hint: hint(leftLines, rightLines, line))
    }

    /// The bytes of a file that must be there.
    func existing(_ path: String) throws(ConditionFailure) -> [UInt8] {
        if let bytes = try content(of: path) { return bytes }
        if kind(at: path) != nil { throw ConditionFailure("\(path) is not a file") }
        throw ConditionFailure("\(path) does not exist", found: [whatIsMissing(Pattern(literal: path))])
    }

    /// With their endings, so that a difference in those is one.
    private func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices where bytes[index] == 0x0A {
            lines.append(bytes[start...index])
            start = index + 1
        }
        return start < bytes.count ? lines + [bytes[start...]] : lines
    }

    /// Lines that look the same differ in what is not seen.
    private func hint(_ left: [ArraySlice<UInt8>], _ right: [ArraySlice<UInt8>], _ line: Int) -> String? {
        guard line < left.count, line < right.count else { return nil }
        func visible(_ line: ArraySlice<UInt8>) -> [UInt8] { line.filter { $0 > 0x20 } }
        return visible(left[line]) == visible(right[line]) ? "only blanks or line endings differ there" : nil
    }
}
