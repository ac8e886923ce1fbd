// A reactor without processes, threads or time: the test says what happens, and sees what was asked for.

public import Ports
public import Vocabulary

/// Pretended processes on a clock that only moves when the engine waits.
///
/// What is due at the same time happens in the order it was asked for, or in an order drawn from `seed`. When nothing is
/// due, `whenIdle` may make something happen; then the clock moves on to what is due next, at most to the deadline. If
/// nothing can ever happen the test stops with a list of what runs: the engine would wait for ever.
public final class ScriptedReactor<Message: Sendable>: Reactor {
    /// What the engine asked for, in order.
    public enum Traffic: Hashable {
        case spawned(ProcessToken, ProcessRequest)
        case refused(ProcessRequest, SpawnError)
        case stopped(ProcessToken, grace: UInt64)
        case performed
    }

    public private(set) var traffic: [Traffic] = []
    /// In the order they were started.
    public private(set) var running: [ProcessToken] = []
    /// The most processes that ran at once.
    public private(set) var mostRunning = 0
    public private(set) var now: UInt64
    /// Called before the clock moves on.
    public var whenIdle: ((ScriptedReactor) -> Void)?

    private let program: (ProcessRequest) -> ScriptedProcess
    private let epoch: UInt64
    private var processes: [ProcessToken: (process: ScriptedProcess, startedAt: UInt64)] = [:]
    private var agenda = Agenda<Happening>()

    private enum Happening {
        case output(ProcessToken, [UInt8])
        /// It ends by itself.
        case end(ProcessToken)
        case killed(ProcessToken, Int32)
        case work(@Sendable () -> Message)
        case signal(Int32)
    }

    /// - Parameters:
    ///   - wallTime: nanoseconds since the epoch at the beginning.
    ///   - seed: draws the order of what is due at the same time; nil is the order it was asked for.
    ///   - program: what each request does.
    public init(
        wallTime: UInt64 = 1_700_000_000_000_000_000, seed: UInt64? = nil,
        program: @escaping (ProcessRequest) -> ScriptedProcess = { _ in ScriptedProcess() }
    ) {
        now = 1_000_000_000
        epoch = wallTime - 1_000_000_000
        self.program = program
        agenda.random = seed.map { SeededGenerator(seed: $0) }
    }

    public var wallTime: UInt64 { epoch + now }

    /// Requests that were started, in order.
    public var requests: [ProcessRequest] {
        traffic.compactMap { if case .spawned(_, let request) = $0 { request } else { nil } }
    }

    public func spawn(_ request: ProcessRequest, as token: ProcessToken) throws(SpawnError) {
        precondition(processes[token] == nil, "token \(token.rawValue) is still running")
        let process = program(request)
        if let refusal = process.refusal {
            traffic.append(.refused(request, refusal))
            throw refusal
        }
        traffic.append(.spawned(token, request))
        processes[token] = (process, now)
        running.append(token)
        mostRunning = max(mostRunning, running.count)
        if let duration = process.duration { agenda.add(.end(token), at: now + duration) }
    }

    public func stop(_ token: ProcessToken, signal: Int32, grace: UInt64) { stop(token, grace: grace) }

    /// No scripted descriptor is ever readable.
    public func watch(_ descriptor: Int32, as source: SourceToken) {}
    public func unwatch(_ descriptor: Int32) {}

    public func stop(_ token: ProcessToken, grace: UInt64) {
        traffic.append(.stopped(token, grace: grace))
        guard let process = processes[token]?.process else { return }
        let (kill, isLate) = now.addingReportingOverflow(grace)
        if process.ignoresTerm || grace == 0 {
            if !isLate { agenda.add(.killed(token, 9), at: kill) }
        } else {
            agenda.add(.killed(token, 15), at: now)
        }
    }

    public func perform(_ work: @escaping @Sendable () -> Message) {
        traffic.append(.performed)
        agenda.add(.work(work), at: now)
    }

    public func next(until deadline: UInt64?) -> Occurrence<Message> {
        while true {
            if let happening = agenda.take(dueAt: now) {
                if let occurrence = occurrence(of: happening) { return occurrence }
                continue
            }
            whenIdle?(self)
            if agenda.isDue(at: now) { continue }
            guard let time = [agenda.nextTime, deadline].compactMap({ $0 }).min() else {
                fatalError("the engine waits for ever; running: \(running.compactMap { request(of: $0) })")
            }
            let isDeadline = time == deadline && agenda.nextTime != time
            now = max(now, time)
            if isDeadline { return .deadline }
        }
    }

    private func occurrence(of happening: Happening) -> Occurrence<Message>? {
        switch happening {
        case .output(let token, let bytes): return processes[token] == nil ? nil : .output(token, bytes)
        case .end(let token): return end(token)
        case .killed(let token, let signal): return remove(token, .signalled(signal))
        case .work(let work): return .message(work())
        case .signal(let number): return .interrupted(number)
        }
    }

    /// Its output comes first, a chunk at a time.
    private func end(_ token: ProcessToken) -> Occurrence<Message>? {
        guard let process = processes[token]?.process else { return nil }
        if let chunk = process.output.first {
            processes[token]?.process.output.removeFirst()
            agenda.add(.end(token), at: now)
            return .output(token, Array(chunk.utf8))
        }
        do {
            try process.effect()
        } catch {
            fatalError("the effect of \(request(of: token) ?? []) failed: \(error)")
        }
        return remove(token, process.status)
    }

    private func remove(_ token: ProcessToken, _ status: ExitStatus) -> Occurrence<Message>? {
        guard let process = processes.removeValue(forKey: token) else { return nil }
        running.removeAll { $0 == token }
        let wall = now - process.startedAt
        return .exited(token, status, ResourceUsage(wall: wall, cpu: wall / 2, peakMemory: 1_000_000))
    }

    private func request(of token: ProcessToken) -> [String]? {
        for case .spawned(let spawned, let request) in traffic.reversed() where spawned == token {
            return request.arguments
        }
        return nil
    }
}

extension ScriptedReactor {
    /// A running process prints.
    public func print(_ text: String, from token: ProcessToken) {
        agenda.add(.output(token, Array(text.utf8)), at: now)
    }

    /// A running process ends; its scripted output and effect come first. Without a status: the scripted one.
    public func exit(_ token: ProcessToken, _ status: ExitStatus? = nil) {
        if let status { processes[token]?.process.status = status }
        agenda.add(.end(token), at: now)
    }

    /// A signal reaches taskgraph.
    public func interrupt(_ signal: Int32 = 2) {
        agenda.add(.signal(signal), at: now)
    }

    /// The running process of a request, for use with `exit` and `print`.
    public func running(_ matches: (ProcessRequest) -> Bool) -> ProcessToken? {
        for case .spawned(let token, let request) in traffic where processes[token] != nil && matches(request) {
            return token
        }
        return nil
    }
}
