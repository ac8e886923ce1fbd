// The parts of a URL behind its scheme. Pure.

import Vocabulary

/// `user:password@host:port/path?query`, each part decoded but the path and the query.
struct ProbeURL {
    private(set) var user: String?
    private(set) var password: String?
    private(set) var host: String?
    private(set) var port: UInt16?
    /// With its slash, or empty.
    let path: String
    let query: String?

    /// Nil when the port is none, or brackets are not closed.
    init?(_ text: Substring) {
        let authority = text.prefix { $0 != "/" && $0 != "?" }
        let rest = text[authority.endIndex...]
        let path = rest.prefix { $0 != "?" }
        self.path = String(path)
        query = path.endIndex == rest.endIndex ? nil : String(rest[path.endIndex...].dropFirst())
        var place = authority
        if let at = authority.lastIndex(of: "@") {
            let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = parts.first.map(Self.decoded)
            password = parts.count > 1 ? Self.decoded(parts[1]) : nil
            place = authority[authority.index(after: at)...]
        }
        guard readPlace(place) else { return nil }
    }

    private mutating func readPlace(_ place: Substring) -> Bool {
        var rest = place
        if place.first == "[" {
            guard let end = place.firstIndex(of: "]") else { return false }
            host = String(place[..<end].dropFirst())
            rest = place[end...].dropFirst()
        } else {
            let name = place.prefix { $0 != ":" }
            host = name.isEmpty ? nil : Self.decoded(name)
            rest = place[name.endIndex...]
        }
        guard !rest.isEmpty else { return true }
        guard rest.first == ":", let port = UInt16(rest.dropFirst()), port > 0 else { return false }
        self.port = port
        return true
    }

    /// `a=b&c=d`, decoded.
    var parameters: [ConnectionParameter] {
        (query ?? "").split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1)
            return ConnectionParameter(
                name: Self.decoded(parts.first ?? ""), value: parts.count > 1 ? Self.decoded(parts[1]) : "")
        }
    }

    /// With `%41` as `A`; what is no code stays as it is.
    static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
