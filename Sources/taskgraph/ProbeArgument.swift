// A probe as a word of the command line: a URL, or a scheme of our own. Tries nothing.

import Vocabulary

/// `postgres://user:password@host:port/database`, `tcp://host:port`, `log:FILE:REGEX` and so on.
struct ProbeArgument {
    struct Scheme: Sendable {
        let name: String
        let example: String
        /// What every probe of it begins with.
        var beginning: String { name + (example.contains("://") ? "://" : ":") }
    }

    static let schemes = [
        Scheme(name: "postgres", example: "postgres://user:password@host:port/database"),
        Scheme(name: "redis", example: "redis://host:port"), Scheme(name: "tcp", example: "tcp://host:port"),
        Scheme(name: "http", example: "http://host:port/path"), Scheme(name: "file", example: "file:PATH"),
        Scheme(name: "exec", example: "exec:COMMAND"), Scheme(name: "log", example: "log:FILE:REGEX"),
    ]

    /// For the help.
    static let examples = schemes.map(\.beginning).joined(separator: " ")

    let spec: ProbeSpec

    init(_ word: String) throws(UsageError) {
        let name = String(word.prefix { $0 != ":" })
        let rest = String(word.dropFirst(name.utf8.count + 1))
        switch name {
        case "file" where !rest.isEmpty: spec = ProbeSpec(.file(path: rest, contains: nil))
        case "exec" where !rest.isEmpty: spec = ProbeSpec(.exec(.script(rest)))
        case "log": spec = try Self.log(rest, word)
        case "postgres", "postgresql", "redis", "tcp", "http": spec = try Self.network(name, rest, word)
        default: throw Self.misunderstood(word, name)
        }
    }

    /// The name of the file ends at the first colon: an expression has more use for them.
    private static func log(_ rest: String, _ word: String) throws(UsageError) -> ProbeSpec {
        let parts = rest.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw misunderstood(word, "log") }
        return ProbeSpec(.log(pattern: parts[1], file: parts[0]))
    }

    private static func network(_ name: String, _ rest: String, _ word: String) throws(UsageError) -> ProbeSpec {
        guard rest.hasPrefix("//"), let url = ProbeURL(rest.dropFirst(2)) else { throw misunderstood(word, name) }
        var address = ProbeAddress(host: url.host, port: url.port, user: url.user, password: url.password)
        switch name {
        case "tcp":
            guard url.port != nil, url.path.isEmpty, url.user == nil else { throw misunderstood(word, name) }
            return ProbeSpec(.tcp, at: address)
        case "redis":
            // `redis://:password@host` is how a password without a user is written.
            if address.user?.isEmpty == true { address.user = nil }
            return ProbeSpec(.redis, at: address)
        case "http":
            guard url.user == nil else {
                throw UsageError(message: "wait \(word): users and passwords are not sent over http", hint: nil)
            }
            let path = url.path.isEmpty ? "/" : url.path
            return ProbeSpec(.http(HTTPExpectation(path: path + (url.query.map { "?" + $0 } ?? ""))), at: address)
        default: return postgres(url, address)
        }
    }

    /// As libpq reads it: `?host=/run/postgresql` names the directory of a Unix socket.
    private static func postgres(_ url: ProbeURL, _ address: ProbeAddress) -> ProbeSpec {
        var address = address
        let database = ProbeURL.decoded(url.path.dropFirst())
        address.database = database.isEmpty ? nil : database
        var parameters = url.parameters
        if let host = parameters.first(where: { $0.name == "host" })?.value {
            parameters.removeAll { $0.name == "host" }
            if host.hasPrefix("/") { address.socket = host } else { address.host = host }
        }
        return ProbeSpec(.postgres(query: nil, parameters: parameters), at: address)
    }

    private static func misunderstood(_ word: String, _ name: String) -> UsageError {
        if let scheme = schemes.first(where: { $0.name == name }) {
            return UsageError(message: "wait \(word): a probe of this kind is written \(scheme.example)")
        }
        let isHostAndPort = word.hasPrefix(name + ":") && UInt16(word.dropFirst(name.count + 1)) != nil
        let near = isHostAndPort ? "tcp://" + word : suggestion(for: name, among: schemes.map(\.name))
        return UsageError(
            message: "wait does not know the probe \(word)",
            hint: near.map { "did you mean \($0)?" } ?? "probes are \(schemes.map(\.example).joined(separator: ", "))")
    }
}
