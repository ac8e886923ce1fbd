// What two runs of the same task made differently, as a value. The words stand in the room Report.

/// One path that differs between two runs in the same conditions.
public struct OutputDifference: Hashable, Sendable {
    /// Where two files begin to differ.
    public enum Place: Hashable, Sendable {
        /// Counted from 1, with the line of each file; nil: the file has fewer lines.
        case line(Int, first: String?, second: String?)
        /// Counted from 0.
        case byte(Int)
    }

    /// Relative to the root or the view.
    public let path: String
    /// Nil: not there.
    public let first: TreeEntry?
    public let second: TreeEntry?
    /// Nil when the contents are the same, or not at hand.
    public let place: Place?

    public init(path: String, first: TreeEntry?, second: TreeEntry?, place: Place?) {
        self.path = path
        self.first = first
        self.second = second
        self.place = place
    }
}

extension OutputDifference.Place {
    /// The first difference of two contents: a line when both are text, else a byte. Nil: there is none.
    public init?(_ first: [UInt8], _ second: [UInt8]) {
        let same = zip(first, second).prefix { $0 == $1 }.count
        guard same < max(first.count, second.count) else { return nil }
        guard OutputDifference.isText(first), OutputDifference.isText(second) else {
            self = .byte(same)
            return
        }
        let feed = UInt8(ascii: "\n")
        let start = first[..<same].lastIndex(of: feed).map { $0 + 1 } ?? 0
        func line(_ bytes: [UInt8]) -> String? {
            start < bytes.count ? String(decoding: bytes[start...].prefix { $0 != feed }, as: UTF8.self) : nil
        }
        let (left, right) = (line(first), line(second))
        // Only a line feed at the end tells them apart, and no line shows it.
        self = left == right ? .byte(same) : .line(first[..<start].count { $0 == feed } + 1, first: left, second: right)
    }
}

extension OutputDifference {
    fileprivate static func isText(_ bytes: [UInt8]) -> Bool {
        !bytes.prefix(8192).contains(0) && String(validating: bytes, as: UTF8.self) != nil
    }
}
