// Which process belongs to which task. Pure: looks at records, signals nobody.

internal import Ports

/// Attributes processes to the children they descend from.
///
/// A process belongs to a task when it is in the session or process group of the task's process, or was seen beneath it,
/// or carries the task's mark in its environment, or no other running task could have started it. So a descendant that
/// started a session of its own, emptied its environment *and* lost its parent before anyone looked is ended when the
/// last of the tasks that ran with it ends.
///
/// In our own session live interactive tasks, and what other parts of this program start: there only group, mark and
/// having been seen count.
struct Family {
    private(set) var children: [ProcessToken: Child] = [:]
    private var byPID: [Int32: ProcessToken] = [:]
    private var known: [ProcessIdentity: ProcessToken] = [:]
    private let session: Int32
    private let startedTick: UInt64

    /// - Parameters:
    ///   - session: our own.
    ///   - startedTick: clock ticks since boot; what is older is no task's.
    init(session: Int32, startedTick: UInt64) {
        self.session = session
        self.startedTick = startedTick
    }

    mutating func add(_ child: Child) {
        precondition(children[child.token] == nil, "a running token was used again")
        children[child.token] = child
        byPID[child.pid] = child.token
    }

    mutating func remove(_ child: Child) {
        children[child.token] = nil
        // The number may already be that of a younger child.
        if byPID[child.pid] == child.token { byPID[child.pid] = nil }
        if !known.isEmpty { known = known.filter { $0.value != child.token } }
    }

    /// Whether the number is that of a task's own process which is not reaped yet.
    func isUnreapedChild(_ pid: Int32) -> Bool {
        byPID[pid].flatMap { children[$0] }.map { $0.status == nil } ?? false
    }

    /// Remembers a process that was seen beneath a child.
    mutating func learn(_ process: ProcessIdentity, belongsTo token: ProcessToken) {
        known[process] = token
    }

    mutating func forget(_ process: ProcessIdentity) {
        known[process] = nil
    }

    enum Owner: Equatable {
        case child(ProcessToken)
        /// One of several running tasks.
        case unclear
        /// No task that is still running.
        case nobody
        /// None of our business.
        case unrelated
    }

    /// - Parameter mark: the process' `TASKGRAPH_TASK`, asked for only when nothing else decides.
    func owner(of process: ProcessRecord, mark: () -> String?) -> Owner {
        let age = process.identity.started
        if let token = known[process.identity], children[token] != nil { return .child(token) }
        for number in [process.session, process.group] {
            if let token = byPID[number], let child = children[token], child.startedTick <= age { return .child(token) }
        }
        if age < startedTick { return .unrelated }
        let isOurSession = process.session == session
        let possible = children.values.filter {
            !$0.isAlone && $0.startedTick <= age && (!isOurSession || $0.isInteractive)
        }
        if possible.isEmpty { return isOurSession ? .unrelated : .nobody }
        if possible.count == 1 && !isOurSession { return .child(possible[0].token) }
        guard let mark = mark() else { return isOurSession ? .unrelated : .unclear }
        let marked = possible.filter { $0.mark?.covers(mark) ?? false }
        if marked.count == 1 { return .child(marked[0].token) }
        return isOurSession && marked.isEmpty ? .unrelated : .unclear
    }
}
