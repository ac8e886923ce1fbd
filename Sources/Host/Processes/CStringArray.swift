// Lists of strings as C wants them. Knows nothing of their meaning.

internal import Glibc

/// A null-terminated array of zero-terminated strings.
typealias CStrings = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

enum CStringArray {
    /// Two lists and the text of both, one string after the other, for the duration of a call. Nil, without a call, when
    /// one of the strings contains a zero byte.
    static func with<Result>(
        _ first: [String], _ second: [String], _ body: (CStrings, CStrings, UnsafeBufferPointer<CChar>) -> Result
    ) -> Result? {
        let length = first.reduce(0) { $0 + $1.utf8.count + 1 } + second.reduce(0) { $0 + $1.utf8.count + 1 }
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: max(length, 1))
        let pointers = CStrings.allocate(capacity: first.count + second.count + 2)
        defer {
            text.deallocate()
            pointers.deallocate()
        }
        var end = text
        var slot = pointers
        for list in [first, second] {
            for string in list {
                slot.initialize(to: end)
                slot += 1
                guard let next = copy(string, to: end) else { return nil }
                end = next
            }
            slot.initialize(to: nil)
            slot += 1
        }
        return body(pointers, pointers + first.count + 1, UnsafeBufferPointer(start: text, count: length))
    }

    /// Where the next string goes.
    private static func copy(_ string: String, to start: UnsafeMutablePointer<CChar>) -> UnsafeMutablePointer<CChar>? {
        var string = string
        return string.withUTF8 { bytes in
            if let source = bytes.baseAddress, memchr(source, 0, bytes.count) != nil { return nil }
            bytes.withMemoryRebound(to: CChar.self) { bytes in
                if let source = bytes.baseAddress { start.initialize(from: source, count: bytes.count) }
            }
            (start + bytes.count).initialize(to: 0)
            return start + bytes.count + 1
        }
    }
}
