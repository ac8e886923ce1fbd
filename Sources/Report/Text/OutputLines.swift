// What a task printed, line by line, made fit for being shown among other lines. Knows nothing of tasks.

/// The lines of a piece of output without their ends. A last line without an end is a line; nothing is none.
struct OutputLines: Sequence {
    let bytes: [UInt8]

    func makeIterator() -> AnyIterator<ArraySlice<UInt8>> {
        var rest = bytes[...]
        return AnyIterator {
            if rest.isEmpty { return nil }
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            let line = rest[..<(end ?? rest.endIndex)]
            rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
            return visible(line)
        }
    }
}

/// What would stand on the screen of a line that goes back to its start: the part after the last carriage return that
/// is followed by anything. A progress bar shows its last state.
private func visible(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line
    while line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line.lastIndex(of: UInt8(ascii: "\r")).map { line[($0 + 1)...] } ?? line
}

/// A line without what would move the cursor: control characters and escape sequences, except tabs and, when wanted,
/// colours (which are then switched off at the line's end).
func withoutControls(_ line: ArraySlice<UInt8>, colors: Bool) -> [UInt8] {
    guard line.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return Array(line) }
    var result: [UInt8] = []
    var colored = false
    var rest = line
    while let byte = rest.first {
        if byte == 0x1B {
            let sequence = rest.prefix(escapeLength(rest))
            if colors, sequence.last == UInt8(ascii: "m"), sequence.dropFirst().first == UInt8(ascii: "[") {
                result.append(contentsOf: sequence)
                colored = true
            }
            rest = rest.dropFirst(sequence.count)
            continue
        }
        if byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") { result.append(byte) }
        rest = rest.dropFirst()
    }
    return colored ? result + "\u{1B}[0m".utf8 : result
}

/// The length of the escape sequence that starts here (ECMA-48: CSI up to its final byte, OSC and other strings up to
/// BEL or ST, otherwise up to the first byte that is not an intermediate one).
private func escapeLength(_ bytes: ArraySlice<UInt8>) -> Int {
    let body = bytes.dropFirst(2)
    switch bytes.dropFirst().first {
    case UInt8(ascii: "["):
        let end = body.firstIndex { (0x40...0x7E).contains($0) }
        return (end.map { $0 + 1 } ?? bytes.endIndex) - bytes.startIndex
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "^"), UInt8(ascii: "_"):
        guard let end = body.firstIndex(where: { $0 == 0x07 || $0 == 0x1B }) else { return bytes.count }
        let length = end - bytes.startIndex + 1
        return bytes[end] == 0x07 ? length : min(length + 1, bytes.count)
    default:
        let end = bytes.dropFirst().firstIndex { !(0x20...0x2F).contains($0) }
        return (end.map { $0 + 1 } ?? bytes.endIndex) - bytes.startIndex
    }
}

extension [UInt8] {
    mutating func append(_ text: String) {
        append(contentsOf: text.utf8)
    }

    mutating func appendLine(_ text: String) {
        append(contentsOf: text.utf8)
        append(UInt8(ascii: "\n"))
    }
}
