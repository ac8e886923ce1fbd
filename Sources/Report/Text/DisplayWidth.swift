// How many columns of a terminal a text takes. An approximation of East Asian Width: no locale, no font.

/// Columns of a text without control characters.
public func displayWidth(_ text: String) -> Int {
    text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + columns(of: $1) }
}

/// The text cut to at most `width` columns; what was cut ends in an ellipsis.
func trimmed(_ text: String, to width: Int) -> String {
    if displayWidth(text) <= width { return text }
    if width <= 0 { return "" }
    var result = ""
    var used = 0
    for character in text {
        let columns = columns(of: character)
        if used + columns > width - 1 { break }
        result.append(character)
        used += columns
    }
    return result + "…"
}

/// The text filled up with blanks to at least `width` columns.
func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - displayWidth(text)))
}

/// The text with blanks before it, at least `width` columns.
func rightAligned(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - displayWidth(text))) + text
}

/// A character is as wide as its widest scalar: what is joined or combined adds nothing.
private func columns(of character: Character) -> Int {
    var widest = 0
    for scalar in character.unicodeScalars {
        // U+FE0F asks for the emoji form, which is wide.
        widest = max(widest, scalar.value == 0xFE0F ? 2 : columns(of: scalar))
    }
    return widest
}

private func columns(of scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x7F { return scalar.value < 0x20 ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return scalar.value == 0xAD ? 1 : 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
}

/// Blocks that are wide or full-width throughout (Unicode's EastAsianWidth.txt, coarsely).
private let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x17000...0x18D08,
    0x1B000...0x1B2FB,
    0x1F200...0x1F2FF, 0x20000...0x3FFFD,
]
