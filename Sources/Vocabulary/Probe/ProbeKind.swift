// The kinds of probes with what each needs to know. Does not carry them out.

/// What counts as an answer.
public enum ProbeKind: Hashable, Sendable {
    /// The server accepts connections, as `pg_isready` judges: also when it wants another password. With a query: it
    /// lets us in and answers that.
    case postgres(query: String?, parameters: [ConnectionParameter])
    /// It answers `PING`.
    case redis
    /// The port accepts a connection.
    case tcp
    case http(HTTPExpectation)
    /// The command exits with 0. Started and stopped by whoever uses the probe.
    case exec(Command)
    /// A line of the service's output, or of a file, matches the regular expression.
    case log(pattern: String, file: String?)
    /// The file exists and, if asked for, contains the text.
    case file(path: String, contains: String?)
    /// The service says `READY=1`, as `sd_notify` does.
    case notify

    /// It is told of what happened, and asks nobody: there is no attempt that could take too long.
    public var isTold: Bool {
        switch self {
        case .notify, .log(_, nil): true
        default: false
        }
    }
}

/// A parameter of libpq, such as `sslmode`.
public struct ConnectionParameter: Hashable, Sendable {
    public let name: String
    public let value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A request and what its answer must be.
public struct HTTPExpectation: Hashable, Sendable {
    /// Path and query.
    public var path: String
    /// Sent with the request.
    public var headers: [ConnectionParameter]
    /// Codes that count; without any, 200 to 399 as with Kubernetes.
    public var statuses: [ClosedRange<Int>]
    /// Text that stands in the body.
    public var contains: String?
    /// A regular expression that a line of the body matches.
    public var body: String?

    public init(
        path: String = "/", headers: [ConnectionParameter] = [], statuses: [ClosedRange<Int>] = [],
        contains: String? = nil, body: String? = nil
    ) {
        self.path = path
        self.headers = headers
        self.statuses = statuses.isEmpty ? [200...399] : statuses
        self.contains = contains
        self.body = body
    }

    /// `200`, `2xx`, `200-299`; nil when it is no status or range of them.
    public static func statuses(_ text: String) -> ClosedRange<Int>? {
        if text.utf8.count == 3, text.lowercased().hasSuffix("xx"), let hundreds = Int(text.prefix(1)) {
            return range(hundreds * 100, hundreds * 100 + 99)
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count <= 2, let first = parts[0], let last = parts[parts.count - 1] else { return nil }
        return range(first, last)
    }

    private static func range(_ first: Int, _ last: Int) -> ClosedRange<Int>? {
        first >= 100 && last <= 599 && first <= last ? first...last : nil
    }
}
