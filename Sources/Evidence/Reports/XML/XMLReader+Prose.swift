// expat's errors in words that help whoever has the report before them.

internal import CExpat

extension XMLReader {
    /// A DOCTYPE with declarations in it: that is where entities come from, and bombs of them.
    static let declarations = XMLRefusal(
        "the DOCTYPE declares things of its own, which is refused: entities can be bombs",
        hint: "no test tool writes declarations; a DOCTYPE that only names a DTD is passed over")

    static func undefined(entity name: String) -> XMLRefusal {
        XMLRefusal(
            "the entity &\(name); is not defined: no DTD is read", hint: "write the character itself")
    }

    func explained(_ code: XML_Error) -> ReportError {
        let place = XMLPlaces.event(parser)
        switch code {
        case XML_ERROR_NO_ELEMENTS, XML_ERROR_UNCLOSED_TOKEN, XML_ERROR_PARTIAL_CHAR,
            XML_ERROR_UNCLOSED_CDATA_SECTION:
            return brokenOff(at: place)
        case XML_ERROR_INVALID_TOKEN, XML_ERROR_BAD_CHAR_REF: return badByte(at: place)
        case XML_ERROR_TAG_MISMATCH:
            return ReportError("this end tag closes no element that is open", at: place)
        case XML_ERROR_UNDEFINED_ENTITY:
            return ReportError(
                "an entity is not defined: XML has &amp; &lt; &gt; &quot; &apos; only", at: place,
                hint: "write the character itself")
        case XML_ERROR_DUPLICATE_ATTRIBUTE:
            return ReportError("an attribute stands twice in this tag", at: place)
        case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
            return ReportError(
                "something follows the end of the report", at: place,
                hint: "two processes that write one file do this; give each a file of its own")
        case XML_ERROR_UNKNOWN_ENCODING, XML_ERROR_INCORRECT_ENCODING:
            return ReportError(
                "the encoding it declares is not known here", at: place, hint: "write UTF-8")
        case XML_ERROR_MISPLACED_XML_PI:
            return ReportError("something stands before `<?xml`", at: place)
        default:
            let words = XML_ErrorString(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
            return ReportError("this is not XML: \(words)", at: place)
        }
    }

    private func brokenOff(at place: ReportPlace) -> ReportError {
        let hint = "a tool that was stopped while it wrote leaves this"
        if place.offset == 0, depth == 0 {
            return ReportError("the report is empty or has no element", at: place, hint: hint)
        }
        let state =
            depth == 0 ? "before its first element" : "with \(depth) element\(depth == 1 ? "" : "s") open"
        return ReportError("the report breaks off \(state)", at: place, hint: hint)
    }

    /// Which byte it is that XML does not allow.
    private func badByte(at place: ReportPlace) -> ReportError {
        guard let ahead = XMLPlaces.bytesAhead(parser), let byte = ahead.first else {
            return ReportError("this is not XML: not well-formed", at: place)
        }
        let code = "0x" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        switch byte {
        case 0x80...:
            return ReportError("the byte \(code) is not UTF-8 here", at: place, hint: "write UTF-8")
        case 0..<0x20:
            return ReportError(
                "the control character \(code) is not allowed in XML", at: place,
                hint: "turn off colours in what the tests print, or have the tool strip them")
        default:
            return ReportError(
                "this is not XML: not well-formed", at: place,
                hint: "a bare & is written &amp;, a bare < is written &lt;")
        }
    }
}
