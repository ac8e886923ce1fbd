// How each kind of probe begins an attempt. Waits for nothing.

internal import Conditions
internal import Glibc
internal import Ports
internal import Vocabulary

/// What begins when a probe is tried.
enum AttemptStart {
    /// It is over already.
    case over(AttemptResult)
    case begun(any ProbeAttempt)
    /// Somebody will tell.
    case told
    /// The command has to be started.
    case command(Command)
}

extension Probe {
    func begin() -> AttemptStart {
        switch spec.kind {
        case .postgres(let query, let parameters):
            if let missing = PostgresAttempt.missingLibrary { return .over(missing) }
            return .begun(PostgresAttempt(at: addressWithHost, query: query, parameters: parameters))
        case .redis: return connect { RedisDialogue(user: $0.user, password: $0.password) }
        case .tcp: return connect { _ in nil }
        case .http(let expectation): return http(expectation)
        case .exec(let command): return .command(command)
        case .log(let pattern, let file): return log(pattern, file)
        case .file(let path, let contains): return .over(FileLook(path: path, contains: contains).look())
        case .notify: return notify()
        }
    }

    /// Without a host libpq would look for a Unix socket at its built-in place.
    private var addressWithHost: ProbeAddress {
        address.completed(by: ProbeAddress(host: ProbeAddress.defaultHost))
    }

    private func connect(_ dialogue: (ProbeAddress) -> (any Dialogue)?) -> AttemptStart {
        if let path = address.socket {
            guard let target = SocketAddress.unix(path) else {
                return .over(.impossible("the path of the socket is longer than 107 bytes"))
            }
            return .begun(SocketAttempt([target], dialogue(address)))
        }
        guard let port = address.port ?? spec.defaultPort else { return .over(.impossible("no port is known")) }
        do throws(ResolutionError) {
            let targets = try SocketAddress.resolve(address.host ?? ProbeAddress.defaultHost, port)
            return .begun(SocketAttempt(targets, dialogue(address)))
        } catch {
            return .over(.failed(error.reason))
        }
    }

    private func http(_ expectation: HTTPExpectation) -> AttemptStart {
        if let pattern = expectation.body, let trouble = compile(pattern) { return .over(trouble) }
        let host = address.host ?? ProbeAddress.defaultHost
        let name = host.contains(":") ? "[\(host)]" : host
        let port = address.port.map { $0 == 80 ? "" : ":\($0)" } ?? ""
        return connect { _ in HTTPDialogue(expectation, body: expression, host: name + port) }
    }

    private func log(_ pattern: String, _ file: String?) -> AttemptStart {
        if let trouble = prepareLog() { return .over(trouble) }
        if let logFile { return .over(logFile.look()) }
        return search?.isFound == true ? .over(.succeeded) : .told
    }

    /// Compiles what a `log` probe looks for, before the first output comes.
    func prepareLog() -> AttemptResult? {
        guard case .log(let pattern, let file) = spec.kind, search == nil, logFile == nil else { return nil }
        if let trouble = compile(pattern) { return trouble }
        guard let expression else { return nil }
        if let file { logFile = LogFile(file, expression) } else { search = LineSearch(expression) }
        return nil
    }

    private func compile(_ pattern: String) -> AttemptResult? {
        guard expression == nil else { return nil }
        do throws(ExpressionError) {
            expression = try LineExpression(pattern)
            return nil
        } catch {
            return .impossible("/\(pattern)/ is no regular expression: \(error.message)", hint: error.hint)
        }
    }

    private func notify() -> AttemptStart {
        if let trouble = prepareNotify() { return .over(trouble) }
        return notifySocket?.isReady == true ? .over(.succeeded) : .told
    }

    /// Makes the socket of a `notify` probe, before the service is started.
    func prepareNotify() -> AttemptResult? {
        guard case .notify = spec.kind, notifySocket == nil else { return nil }
        guard let path = address.socket else { return .impossible("no path is known for the socket") }
        notifySocket = NotifySocket(path)
        if notifySocket != nil { return nil }
        return .impossible("the socket \(path) cannot be made: \(String(cString: strerror(errno)))")
    }
}
