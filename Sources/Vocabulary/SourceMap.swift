// The source texts of one load, kept for diagnostics. Reads nothing itself.

/// A text that declarations were read from.
public struct SourceText: Sendable {
    /// The path as it is shown to people.
    public let path: String
    private let read: @Sendable () -> [UInt8]

    public init(path: String, bytes: [UInt8]) {
        self.path = path
        read = { bytes }
    }

    /// A text that is read when a diagnostic shows a piece of it.
    public init(path: String, reading read: @escaping @Sendable () -> [UInt8]) {
        self.path = path
        self.read = read
    }

    public var bytes: [UInt8] { read() }
}

/// A position for people: both count from 1; the column counts Unicode scalars.
public struct LineColumn: Hashable, Sendable {
    public let line: Int
    public let column: Int
}

/// All source texts of one load.
public struct SourceMap: Sendable {
    public private(set) var texts: [SourceText] = []

    public init() {}

    public mutating func add(_ text: SourceText) -> SourceID {
        texts.append(text)
        return SourceID(UInt32(texts.count - 1))
    }

    public subscript(id: SourceID) -> SourceText { texts[Int(id.rawValue)] }

    /// Line and column of a byte offset.
    public func position(of offset: UInt32, in source: SourceID) -> LineColumn {
        let bytes = self[source].bytes
        let end = min(Int(offset), bytes.count)
        var line = 1
        var lineStart = 0
        for index in 0..<end where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        let column = String(decoding: bytes[lineStart..<end], as: UTF8.self).unicodeScalars.count + 1
        return LineColumn(line: line, column: column)
    }

    /// The text of a line (counted from 1) without its line ending.
    public func line(_ number: Int, of source: SourceID) -> String {
        var current = 1
        var line: [UInt8] = []
        for byte in self[source].bytes {
            if byte == UInt8(ascii: "\n") {
                if current == number { break }
                current += 1
            } else if current == number {
                line.append(byte)
            }
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }

    /// `path:line:column` of a range's start.
    public func label(_ range: SourceRange) -> String {
        let position = position(of: range.start, in: range.source)
        return "\(self[range.source].path):\(position.line):\(position.column)"
    }
}
