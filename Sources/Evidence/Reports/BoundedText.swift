// A text of which the beginning and the end are kept, however long it gets.

/// Collects UTF-8 bytes and forgets those in the middle.
struct BoundedText {
    private let head: Int
    private let tail: Int
    private var bytes: [UInt8] = []
    /// How many bytes are missing after the head.
    private var dropped = 0

    /// - Parameters:
    ///   - head: how many bytes of the beginning are kept.
    ///   - tail: how many of the end.
    init(head: Int, tail: Int) {
        self.head = head
        self.tail = tail
    }

    var isEmpty: Bool { bytes.isEmpty }

    mutating func append(_ more: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: more)
        if bytes.count > head + 2 * tail { shorten() }
    }

    mutating func append(_ more: StaticString) {
        more.withUTF8Buffer { append($0) }
    }

    /// Keeps the memory.
    mutating func removeAll() {
        guard !bytes.isEmpty else { return }
        bytes.removeAll(keepingCapacity: true)
        dropped = 0
    }

    private mutating func shorten() {
        let middle = head..<max(head, bytes.count - tail)
        dropped += middle.count
        bytes.removeSubrange(middle)
    }

    /// The text without blanks around it, with a line that says how much is missing; nil if nothing is left.
    func text() -> String? {
        var whole = self
        if bytes.count > head + tail { whole.shorten() }
        guard whole.dropped > 0 else { return Self.trimmed(whole.bytes[...]) }
        let start = Self.trimmed(Self.whole(whole.bytes[..<head]))
        let end = Self.trimmed(whole.bytes[head...].drop { $0 & 0xC0 == 0x80 })
        let note = "[… \(whole.dropped) bytes are left out …]"
        return [start, note, end].compactMap(\.self).joined(separator: "\n")
    }

    /// Without a character at the end that is cut in two.
    private static func whole(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let last = bytes.lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return [] }
        let length = bytes[last] < 0x80 ? 1 : bytes[last] < 0xE0 ? 2 : bytes[last] < 0xF0 ? 3 : 4
        return bytes.endIndex - last >= length ? bytes : bytes[..<last]
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String? {
        let isBlank: (UInt8) -> Bool = { $0 <= 0x20 }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }) else { return nil }
        let last = bytes.lastIndex { !isBlank($0) } ?? first
        return String(decoding: bytes[first...last], as: UTF8.self)
    }

    /// The beginning of a text, with `…` where it is cut.
    static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        return String(decoding: whole(Array(text.utf8.prefix(limit))[...]), as: UTF8.self) + "…"
    }
}
