// What a probe is about, in a few words for people: the kind and the address, never a password.

extension ProbeSpec {
    /// `postgres at 127.0.0.1:5432`, `http://localhost:8080/health`, `file /run/ready`.
    /// - Parameter address: with the service's own address in it.
    public func subject(at address: ProbeAddress) -> String {
        switch kind {
        case .postgres: "postgres at \(address.text(defaultPort: 5432))"
        case .redis: "redis at \(address.text(defaultPort: 6379))"
        case .tcp: "tcp at \(address.text(defaultPort: nil))"
        case .http(let expectation): "http://\(address.text(defaultPort: 80))\(expectation.path)"
        case .exec(.script(let script)): "command `\(script)`"
        case .exec(.arguments(let words)): "command `\(words.joined(separator: " "))`"
        case .log(let pattern, nil): "log line /\(pattern)/"
        case .log(let pattern, let file?): "log line /\(pattern)/ in \(file)"
        case .file(let path, _): "file \(path)"
        case .notify: "READY=1"
        }
    }

    /// The port that is tried when nothing else is said.
    public var defaultPort: UInt16? {
        switch kind {
        case .postgres: 5432
        case .redis: 6379
        case .http: 80
        default: nil
        }
    }
}

extension ProbeAddress {
    public static let defaultHost = "127.0.0.1"

    func text(defaultPort: UInt16?) -> String {
        if let socket { return socket }
        let host = host ?? Self.defaultHost
        let name = host.contains(":") ? "[\(host)]" : host
        return (port ?? defaultPort).map { "\(name):\($0)" } ?? name
    }

    /// Whether it is on this machine for sure.
    public var isLocal: Bool {
        guard socket == nil, let host else { return true }
        return host == "localhost" || host == "::1" || host.hasPrefix("127.") || host == "0.0.0.0"
    }
}
