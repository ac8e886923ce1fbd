// PostgreSQL through libpq without waiting: connect, judge a refusal as `pg_isready` does, then perhaps a query.

internal import CLibPQ
internal import Glibc
internal import Ports
internal import Vocabulary

final class PostgresAttempt: ProbeAttempt {
    private enum State {
        case starting, connecting, asking
    }

    private let query: String?
    /// Nil when there is no memory for it.
    private let connection: OpaquePointer?
    private var state = State.starting

    /// The library must be loaded, see `missingLibrary`.
    init(at address: ProbeAddress, query: String?, parameters: [ConnectionParameter]) {
        self.query = query
        var named: [(name: String, value: String?)] = [
            ("host", address.socket ?? address.host), ("port", address.port.map { String($0) }),
            ("user", address.user), ("password", address.password), ("dbname", address.database ?? "postgres"),
            ("application_name", "taskgraph"),
            // Looking for a Kerberos ticket costs a round trip and finds nothing nearly always.
            ("gssencmode", "disable"),
        ]
        // Nobody listens in on the way to this machine, and every server answers without TLS first.
        if address.isLocal { named.append(("sslmode", "disable")) }
        for parameter in parameters {
            named.removeAll { $0.name == parameter.name }
            named.append((parameter.name, parameter.value))
        }
        let set = named.compactMap { pair in pair.value.map { (pair.name, $0) } }
        connection =
            CStringArray.with(set.map(\.0), set.map(\.1)) { names, values, _ in
                func constant(_ list: CStrings) -> UnsafePointer<UnsafePointer<CChar>?> {
                    UnsafeRawPointer(list).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
                }
                return tg_pq_start(constant(names), constant(values))
            } ?? nil
    }

    deinit {
        if let connection { tg_pq_finish(connection) }
    }

    /// Why no server can be asked at all, if so.
    static var missingLibrary: AttemptResult? {
        guard let reason = tg_pq_load() else { return nil }
        return .impossible(
            "PostgreSQL's client library cannot be loaded: \(String(cString: reason))",
            hint: "install the Debian package libpq5: apt-get install libpq5")
    }

    var watched: Int32? {
        guard let connection, tg_pq_descriptor(connection) >= 0 else { return nil }
        return tg_pq_descriptor(connection)
    }

    var stage: String {
        if state == .asking { return "the query was not answered" }
        let isConnected = connection.map { tg_pq_is_connected($0) != 0 } ?? false
        return isConnected ? "the connection was accepted, but no answer came" : "no connection came about"
    }

    func advance() -> AttemptProgress {
        guard let connection else { return .over(.failed("no memory, or a zero byte in the address")) }
        switch state {
        case .starting:
            state = .connecting
            // libpq wants to be asked only when its socket can be written to.
            if let watched { return .waiting(watched, .writing) }
            return connect(connection)
        case .connecting: return connect(connection)
        case .asking: return progress(tg_pq_answer(connection))
        }
    }

    private func connect(_ connection: OpaquePointer) -> AttemptProgress {
        let step = tg_pq_connect(connection)
        guard step == TG_PQ_DONE, let query else { return progress(step) }
        state = .asking
        return progress(tg_pq_query(connection, query) == 0 ? tg_pq_answer(connection) : TG_PQ_FAILED)
    }

    private func progress(_ step: tg_pq_progress) -> AttemptProgress {
        switch (step, watched) {
        case (TG_PQ_DONE, _): .over(.succeeded)
        case (TG_PQ_READING, let watched?): .waiting(watched, .reading)
        case (TG_PQ_WRITING, let watched?): .waiting(watched, .writing)
        default: .over(judgeRefusal())
        }
    }

    /// As `PQping`: a server that asks for a password or says no for any reason but "not now" is there.
    private func judgeRefusal() -> AttemptResult {
        guard let connection else { return .failed("no memory") }
        let refusal = PostgresRefusal(String(cString: tg_pq_error(connection)))
        let isThere = tg_pq_wants_password(connection) != 0 || refusal.isFromServer && !refusal.isNotNow
        return query == nil && isThere ? .succeeded : .failed(refusal.text)
    }
}
