// The lines at the bottom of a terminal that are drawn again and again. Knows escape sequences, not what the lines say.

/// What is on the screen below the lines that stay, and the least bytes that change it.
///
/// Every drawn line ends in a line feed, so the cursor rests in the first column below the area. Lines are narrower
/// than the terminal: none wraps by itself.
struct StatusArea: Sendable {
    /// A line and how many columns it takes.
    struct Line: Sendable, Equatable {
        var text: String
        var width: Int
    }

    private var drawn: [Line] = []

    var isEmpty: Bool { drawn.isEmpty }

    /// Bytes that put `lines` above the area and `status` into it.
    /// - Parameter lines: whole lines with their ends; they stay.
    mutating func draw(above lines: [UInt8], _ status: [Line]) -> [UInt8] {
        if lines.isEmpty && status == drawn { return [] }
        var bytes: [UInt8] = []
        // Rows above the first difference are left alone, unless something is put above them.
        let kept = lines.isEmpty ? zip(drawn, status).prefix { $0 == $1 }.count : 0
        if drawn.count > kept { bytes.append("\r\u{1B}[\(drawn.count - kept)A") }
        if !lines.isEmpty {
            if !drawn.isEmpty { bytes.append("\u{1B}[J") }
            bytes += lines
            for line in status { bytes.appendLine(line.text) }
        } else {
            for (row, line) in status.enumerated().dropFirst(kept) {
                if row >= drawn.count || line != drawn[row] {
                    bytes.append(line.text)
                    if row < drawn.count && line.width < drawn[row].width { bytes.append("\u{1B}[K") }
                }
                bytes.append(UInt8(ascii: "\n"))
            }
            if status.count < drawn.count { bytes.append("\u{1B}[J") }
        }
        drawn = status
        return bytes
    }

    /// Bytes that take the area away after the terminal became `columns` wide. Most terminals have wrapped its lines by
    /// then, so that they take more rows than were drawn.
    mutating func clear(columns: Int) -> [UInt8] {
        guard !drawn.isEmpty else { return [] }
        let rows = drawn.reduce(0) { $0 + max(1, ($1.width + columns - 1) / max(1, columns)) }
        drawn = []
        return Array("\r\u{1B}[\(rows)A\u{1B}[J".utf8)
    }
}
