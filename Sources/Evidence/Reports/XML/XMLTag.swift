// A start tag as expat hands it over: names and values are read in place. Valid only while the handler is called.

internal import CExpat

/// A text of the parser's that ends with NUL.
struct XMLText {
    let start: UnsafePointer<CChar>

    static func == (text: XMLText, other: StaticString) -> Bool {
        let bytes = other.utf8Start
        // A text that ends earlier differs at its NUL.
        for index in 0..<other.utf8CodeUnitCount
        where UInt8(bitPattern: text.start[index]) != bytes[index] {
            return false
        }
        return text.start[other.utf8CodeUnitCount] == 0
    }

    static func ~= (pattern: StaticString, text: XMLText) -> Bool { text == pattern }

    var isEmpty: Bool { start.pointee == 0 }
    var string: String { String(cString: start) }
}

/// What the parser is handing over. Finding out its place costs something.
struct XMLHere {
    let parser: OpaquePointer

    var place: ReportPlace { XMLPlaces.event(parser) }
}

/// The start of an element.
struct XMLTag {
    let name: XMLText
    /// Names and values in turn, then nil.
    private let list: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private let parser: OpaquePointer

    init(name: XMLText, list: UnsafeMutablePointer<UnsafePointer<CChar>?>, parser: OpaquePointer) {
        self.name = name
        self.list = list
        self.parser = parser
    }

    @inline(__always)
    func forEachAttribute(_ body: (_ name: XMLText, _ value: XMLText) -> Void) {
        var position = list
        while let name = position[0], let value = position[1] {
            body(XMLText(start: name), XMLText(start: value))
            position += 2
        }
    }

    subscript(name: StaticString) -> XMLText? {
        var found: XMLText?
        forEachAttribute { if $0 == name { found = $1 } }
        return found
    }

    /// Where the tag stands.
    var place: ReportPlace { XMLPlaces.event(parser) }

    /// Where the value of an attribute stands; the tag, if it is not to be found as it was written.
    func place(of attribute: StaticString) -> ReportPlace { XMLPlaces.value(of: attribute, parser) }
}
