// Text of unknown origin made fit for HTML, XML and Markdown: nothing in it can act. Does not know what it means.

enum SafeText {
    /// Text and attribute values in HTML. What cannot be seen, or would turn the reading direction, is shown.
    static func html(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            default: result += visible(scalar)
            }
        }
        return result
    }

    /// Text and attribute values in XML 1.0. Line ends and tabs are kept by references.
    static func xml(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t", "\r": result += "&#\(scalar.value);"
            default: result += visible(scalar)
            }
        }
        return result
    }

    /// One line of Markdown: no character of it is markup, a mention or a link. Pipes do not end a cell of a table.
    static func markdown(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "@": result += "&#64;"
            case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "$", "!": result += "\\" + String(scalar)
            case "\n", "\r", "\t": result += " "
            case ":": result += "&#58;"
            default: result += visible(scalar)
            }
        }
        return result
    }

    /// A control picture for a control character; a code for what is invisible and changes the order of what is seen.
    private static func visible(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0..<0x20: String(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
        case 0x7F: "\u{2421}"
        case 0x80...0x9F, 0xFFFE, 0xFFFF: "\u{FFFD}"
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x061C:
            "⟨U+\(String(scalar.value, radix: 16, uppercase: true))⟩"
        default: String(scalar)
        }
    }

    /// The end of a log: without escape sequences, carriage returns carried out, at most so many bytes.
    /// - Returns: the text, and how many bytes before it are left out.
    static func log(_ text: String, limit: Int = 65_536) -> (text: String, left: Int) {
        var bytes = Array(text.utf8)
        var left = 0
        if bytes.count > limit {
            left = bytes.count - limit
            // Not in the middle of a character, and from the beginning of a line if there is one.
            let near = bytes[left...].prefix(4_096).firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
            while near == nil, left < bytes.count, bytes[left] & 0xC0 == 0x80 { left += 1 }
            left = near ?? left
            bytes.removeFirst(left)
        }
        let lines = OutputLines(bytes: bytes).map {
            String(decoding: withoutControls($0, colors: false), as: UTF8.self)
        }
        return (lines.joined(separator: "\n"), left)
    }
}
