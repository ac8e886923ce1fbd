// Which process belongs to which task. Pure: looks at records, signals nobody.

internal import Ports

/// Attributes processes to the children they descend from.
///
/// A process belongs to a task when it is in the session or process group of the task's process, or was seen beneath it,
/// or carries the task's mark in its environment, or no other running task could have started it. So a descendant that
/// started a session of its own, emptied its environment *and* lost its parent before anyone looked is ended when the
/// last of the tasks that ran with it ends.
struct Family {
    private(set) var children: [ProcessToken: Child] = [:]
    private var byPID: [Int32: ProcessToken] = [:]
    private var known: [ProcessIdentity: ProcessToken] = [:]

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
        byPID[pid].flatMap { children[$0] }.map { $0.end != nil } ?? false
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
        /// None that is still running.
        case nobody
    }

    /// - Parameter mark: the process' `TASKGRAPH_TASK`, asked for only when nothing else decides.
    func owner(of process: ProcessRecord, mark: () -> String?) -> Owner {
        if let token = known[process.identity], children[token] != nil { return .child(token) }
        for number in [process.session, process.group] {
            if let token = byPID[number], children[token]?.startedTick ?? .max <= process.identity.started {
                return .child(token)
            }
        }
        let possible = children.values.filter { !$0.isAlone && $0.startedTick <= process.identity.started }
        guard possible.count > 1 else { return possible.first.map { .child($0.token) } ?? .nobody }
        guard let mark = mark() else { return .unclear }
        let marked = possible.filter { $0.mark?.covers(mark) ?? false }
        return marked.count == 1 ? .child(marked[0].token) : .unclear
    }
}
