// Where expat stands in the report. Its lines count from 1, its columns from 0 and in characters.

internal import CExpat

enum XMLPlaces {
    /// What the parser is handing over, or stumbled upon.
    static func event(_ parser: OpaquePointer) -> ReportPlace {
        ReportPlace(
            offset: max(0, Int(XML_GetCurrentByteIndex(parser))),
            length: max(0, Int(XML_GetCurrentByteCount(parser))),
            line: Int(XML_GetCurrentLineNumber(parser)),
            column: Int(XML_GetCurrentColumnNumber(parser)) + 1)
    }

    /// The bytes from the current place on that are still in memory; fewer than the event has if it is long.
    static func bytesAhead(_ parser: OpaquePointer) -> UnsafeBufferPointer<UInt8>? {
        var offset: Int32 = 0
        var size: Int32 = 0
        guard let start = XML_GetInputContext(parser, &offset, &size), offset >= 0, size > offset else {
            return nil
        }
        return UnsafeRawBufferPointer(start: start + Int(offset), count: Int(size - offset))
            .assumingMemoryBound(to: UInt8.self)
    }

    static func value(of attribute: StaticString, _ parser: OpaquePointer) -> ReportPlace {
        let tag = event(parser)
        guard let ahead = bytesAhead(parser),
            let found = value(of: attribute, in: ahead[..<min(tag.length, ahead.count)])
        else { return tag }
        var (line, column) = (tag.line, tag.column)
        for byte in ahead[..<found.lowerBound] {
            if byte == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return ReportPlace(
            offset: tag.offset + found.lowerBound, length: found.count, line: line, column: column)
    }

    /// What stands between the quotes after `NAME=` outside of other quotes.
    private static func value(of attribute: StaticString, in tag: Slice<UnsafeBufferPointer<UInt8>>)
        -> Range<Int>?
    {
        let name = UnsafeBufferPointer(start: attribute.utf8Start, count: attribute.utf8CodeUnitCount)
        // The element's own name ends at the first blank.
        var position = tag.firstIndex { $0 <= 0x20 } ?? tag.endIndex
        while let open = tag[position...].firstIndex(where: {
            $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'")
        }),
            let close = tag[(open + 1)...].firstIndex(of: tag[open])
        {
            let before = tag[position..<open].filter { $0 > 0x20 }
            if before.last == UInt8(ascii: "="), before.dropLast().elementsEqual(name) {
                return open + 1..<close
            }
            position = close + 1
        }
        return nil
    }
}
