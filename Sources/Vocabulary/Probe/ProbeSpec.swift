// What is asked of a service, to know whether it is ready. Does not ask.

/// A probe: what is tried, where, and how often.
public struct ProbeSpec: Hashable, Sendable {
    public var kind: ProbeKind
    /// What the probe itself says of where; the rest is the service's.
    public var address: ProbeAddress
    public var timing: ProbeTiming

    public init(_ kind: ProbeKind, at address: ProbeAddress = ProbeAddress(), timing: ProbeTiming = .startup) {
        self.kind = kind
        self.address = address
        self.timing = timing
    }
}

/// What a probe is for.
public enum ProbePurpose: Hashable, Sendable {
    /// Is it ready? Ends with the answer.
    case startup
    /// Is it still there? Goes on until it is not.
    case liveness
}

/// Where a service is. What is nil is not known, and each kind of probe has a default for it or needs none.
public struct ProbeAddress: Hashable, Sendable {
    /// A name or a number.
    public var host: String?
    public var port: UInt16?
    /// Absolute path of a Unix socket: the file, for PostgreSQL the directory it is in; of a `notify` probe the socket
    /// that it makes.
    public var socket: String?
    public var user: String?
    public var password: String?
    public var database: String?

    public init(
        host: String? = nil, port: UInt16? = nil, socket: String? = nil, user: String? = nil, password: String? = nil,
        database: String? = nil
    ) {
        self.host = host
        self.port = port
        self.socket = socket
        self.user = user
        self.password = password
        self.database = database
    }

    /// This address, and of the other one what this one does not say. Who says a host or a port means no socket.
    public func completed(by other: ProbeAddress) -> ProbeAddress {
        ProbeAddress(
            host: host ?? other.host, port: port ?? other.port,
            socket: socket ?? (host == nil && port == nil ? other.socket : nil), user: user ?? other.user,
            password: password ?? other.password, database: database ?? other.database
        )
    }
}
