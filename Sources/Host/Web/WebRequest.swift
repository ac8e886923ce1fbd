// The head of an HTTP/1.1 request, from bytes to values. Pure: knows no socket, and not who may ask for what.

/// What a browser asks for: no body, because nothing here takes one.
public struct WebRequest: Hashable, Sendable {
    /// Longer heads are refused: no browser sends such to a page without cookies.
    static let longestHead = 16 << 10

    public var method: String
    /// Before the question mark.
    public var path: String
    /// What follows the question mark, as it was sent.
    public var query: String
    /// Names in lower case, in the order in which they were sent.
    public var fields: [Field]

    public struct Field: Hashable, Sendable {
        public let name: String
        public let value: String
    }

    /// How far the bytes that arrived are a request.
    enum Reading: Hashable {
        case incomplete
        case malformed(String)
        case tooLong
        case whole(WebRequest)
    }

    /// The values of a field; several of one name are for the caller to judge.
    func values(of name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// The first value of a name in the query; escapes are not resolved, for tokens have none.
    func parameter(_ name: String) -> String? {
        query.split(separator: "&").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    static func read(_ bytes: [UInt8]) -> Reading {
        guard let end = bytes.firstRange(of: [13, 10, 13, 10]) else {
            return bytes.count > longestHead ? .tooLong : .incomplete
        }
        guard end.lowerBound <= longestHead else { return .tooLong }
        let head = bytes[..<end.lowerBound]
        guard head.allSatisfy({ $0 < 0x7F && ($0 >= 0x20 || $0 == 13 || $0 == 10 || $0 == 9) }) else {
            return .malformed("bytes that are no text")
        }
        let lines = head.split(separator: 10, omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
        }
        guard !lines.contains(where: { $0.utf8.contains(13) }) else { return .malformed("a carriage return alone") }
        return request(lines)
    }

    private static func request(_ lines: [String]) -> Reading {
        let words = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, isToken(words[0]), words[1].hasPrefix("/"), ["HTTP/1.1", "HTTP/1.0"].contains(words[2])
        else { return .malformed("no request line") }
        let parts = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var request = WebRequest(
            method: String(words[0]), path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
            fields: [])
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), isToken(line[..<colon]) else {
                return .malformed("no header field")
            }
            let value = line[line.index(after: colon)...].trimmingBlanks
            request.fields.append(Field(name: line[..<colon].lowercased(), value: value))
        }
        // A body would be taken for the next request.
        guard request.values(of: "transfer-encoding").isEmpty,
            request.values(of: "content-length").allSatisfy({ $0 == "0" })
        else { return .malformed("a body") }
        return .whole(request)
    }

    private static func isToken(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        var rest = drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
