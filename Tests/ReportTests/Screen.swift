// A terminal as far as the live renderer needs one: what a person would see after the bytes. Knows no colours.

@testable import Report

struct Screen {
    let columns: Int
    let rows: Int
    private var lines: [[Character]] = [[]]
    /// The position of the cursor; `row` counts in `lines`, of which only the last `rows` can be reached.
    private var row = 0
    private var column = 0
    /// How many bytes were taken in.
    private(set) var byteCount = 0

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// All lines, those that were scrolled out too, without trailing blanks; the last is the cursor's.
    var text: String {
        lines.map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            // The second half of a wide character is kept as a NUL.
            return String(line.filter { $0 != "\0" })
        }.joined(separator: "\n")
    }

    /// The lines that can be seen.
    var visible: String {
        text.split(separator: "\n", omittingEmptySubsequences: false).suffix(rows).joined(separator: "\n")
    }

    mutating func write(_ bytes: [UInt8]) {
        byteCount += bytes.count
        var rest = Substring(String(decoding: bytes, as: UTF8.self))
        while let character = rest.popFirst() {
            switch character {
            case "\r": column = 0
            case "\n": lineFeed()
            case "\r\n": lineFeed()
            case "\u{1B}": control(&rest)
            default: put(character)
            }
        }
    }

    private mutating func lineFeed() {
        column = 0
        row += 1
        if row == lines.count { lines.append([]) }
    }

    private mutating func control(_ rest: inout Substring) {
        precondition(rest.popFirst() == "[", "only CSI sequences are expected")
        var parameter = ""
        while let character = rest.popFirst() {
            guard character.isLetter else {
                parameter.append(character)
                continue
            }
            switch character {
            case "A": row = max(row - (Int(parameter) ?? 1), max(0, lines.count - rows))
            case "K": lines[row].removeSubrange(min(column, lines[row].count)...)
            case "J":
                lines[row].removeSubrange(min(column, lines[row].count)...)
                lines.removeSubrange((row + 1)...)
            case "m": break
            default: preconditionFailure("unexpected sequence \(parameter)\(character)")
            }
            return
        }
    }

    private mutating func put(_ character: Character) {
        let width = displayWidth(String(character))
        if column + width > columns { lineFeed() }
        while lines[row].count < column + width { lines[row].append(" ") }
        lines[row][column] = character
        if width == 2 { lines[row][column + 1] = "\0" }
        column += width
    }
}
