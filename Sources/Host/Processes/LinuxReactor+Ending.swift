// How a task's processes come to their end: reaping, finding what is left, TERM, KILL. Reads no output. What a parent tells
// that reaps by itself is in `LinuxReactor+News`.

internal import CLinux
internal import Glibc
public import Ports
internal import Vocabulary

extension LinuxReactor {
    func watch(_ descriptor: Int32, _ what: Watch) {
        guard epoll.add(descriptor, key: what.key) else { fatalError("epoll_ctl: errno \(errno)") }
    }

    public func stop(_ token: ProcessToken, grace: UInt64) {
        guard let child = family.children[token], !child.isAlone else { return }
        let (time, isLate) = now.addingReportingOverflow(grace)
        end(child, killAt: isLate ? .max : time)
    }

    /// A task's own process has ended: reap it and look for what it left.
    func collect(_ child: Child) {
        guard child.end != nil, let ended = parent.collect(child.pid) else { return }
        child.status = ended.status
        child.usage.wall = now - child.startedAt
        child.usage.add(ended)
        if let number = child.end?.number { epoll.remove(number) }
        child.end = nil
        sweep()
    }

    /// Reaps orphans that have ended, ends what children left whose own process has ended, and lets those settle that
    /// left nothing.
    func sweep() {
        sweepAt = nil
        var left: Set<ProcessToken> = []
        let found = reapOrphans()
        for process in found.orphans {
            switch owner(of: process) {
            case .child(let token):
                guard let child = family.children[token], child.status != nil else { continue }
                if child.beyondReach.contains(process.identity) { continue }
                watchOrphan(process.pid)
                left.insert(token)
            case .nobody:
                if signal(process.identity, SIGKILL) == 0 { watchOrphan(process.pid) }
            case .unclear, .unrelated: continue
            }
        }
        for child in family.children.values where child.status != nil && !child.isAlone {
            if left.contains(child.token) {
                end(child, killAt: child.killAt ?? now + leftoverGrace)
            } else if found.isComplete {
                settle(child)
            }
        }
    }

    /// No process of it is left.
    func settle(_ child: Child) {
        child.isAlone = true
        child.unread = Int(tg_unread(child.output?.number ?? -1))
        settling.append(child)
    }

    /// When something must be done that no descriptor tells of.
    var nextDuty: UInt64? {
        let kill = family.children.values.lazy.filter { !$0.isKilling && !$0.isAlone }.compactMap(\.killAt).min()
        return [kill, sweepAt].compactMap { $0 }.min()
    }

    func doDuties(_ now: UInt64) {
        if let time = sweepAt, time <= now { sweep() }
        for child in family.children.values where !child.isAlone && !child.isKilling {
            if let time = child.killAt, time <= now { end(child, killAt: time) }
        }
    }

    /// Ends whatever still runs at once and waits until it is gone.
    func killEverything() {
        for child in family.children.values { closeOutput(of: child) }
        if parent.reapsByItself { return parent.end() }
        for child in family.children.values { stop(child.token, grace: 0) }
        sweep()
        while !orphanWatches.isEmpty || family.children.values.contains(where: { !$0.isAlone }) {
            while let key = epoll.takeKey() {
                switch Watch(key: key) {
                case .end(let token): family.children[token].map { collect($0) }
                case .orphan: sweep()
                case .signal, .result, .output, .jobControl, .news, .probes: break
                }
            }
            // Something else may be ready all the time, or a pidfd was not to be had.
            sweep()
            epoll.wait(atMost: 1_000_000)
        }
    }
}

extension LinuxReactor {
    /// TERM now, KILL when it is time for that. Repeated calls reach what has come meanwhile.
    private func end(_ child: Child, killAt: UInt64) {
        let killAt = min(killAt, child.killAt ?? .max)
        child.killAt = killAt
        if killAt <= now { child.isKilling = true }
        // The whole group at one instant. Later its number may be another's.
        if child.isKilling && child.status == nil { parent.killGroup(of: child.token, pid: child.pid) }
        // A process may start others while the list is read: until nobody new is found.
        for _ in 0..<100 {
            let members = members(of: child).filter { !child.hasBeenSignalled($0.identity) }
            if members.isEmpty { return }
            for member in members { signal(member.identity, of: child) }
        }
    }

    /// All processes of a child, parents before their children: a shell must not go on to its next command because its
    /// present one was ended.
    private func members(of child: Child) -> [ProcessRecord] {
        var roots = orphanRecords().orphans.filter { !$0.isZombie && owner(of: $0) == .child(child.token) }
        if child.status == nil, let own = ProcessTable.record(of: child.pid), own.parent == child.parent {
            roots.insert(own, at: 0)
        }
        var members: [ProcessRecord] = []
        var seen: Set<ProcessIdentity> = []
        var stack = Array(roots.reversed())
        while let process = stack.popLast() {
            guard !process.isZombie, seen.insert(process.identity).inserted else { continue }
            members.append(process)
            family.learn(process.identity, belongsTo: child.token)
            stack += ProcessTable.children(of: process.pid).compactMap { ProcessTable.record(of: $0) }
        }
        return members
    }

    private func signal(_ process: ProcessIdentity, of child: Child) {
        child.noteSignalled(process)
        // A stopped process takes TERM only when it goes on.
        let signals = child.isKilling ? [SIGKILL] : [SIGTERM, SIGCONT]
        for number in signals where signal(process, number) == EPERM { child.beyondReach.insert(process) }
    }

    /// 0 or errno.
    private func signal(_ process: ProcessIdentity, _ number: Int32) -> Int32 {
        // With its descriptor open the number cannot pass to another process between the look and the signal.
        guard let handle = Descriptor(tg_pidfd_open(process.pid)),
            ProcessTable.record(of: process.pid)?.identity == process
        else { return ESRCH }
        return tg_pidfd_signal(handle.number, number)
    }

    /// Children of the parent that no request started; others than orphans may be among them. Where the parent reaps
    /// them, the list may lack some: it is complete when everyone in it was still there afterwards.
    private func orphanRecords() -> (orphans: [ProcessRecord], isComplete: Bool) {
        let pids = parent.children()
        var isComplete = true
        var orphans: [ProcessRecord] = []
        for pid in pids {
            let isOwn = family.isUnreapedChild(pid)
            if isOwn && !parent.reapsByItself { continue }
            if let record = ProcessTable.record(of: pid) {
                if !isOwn { orphans.append(record) }
            } else {
                isComplete = !parent.reapsByItself
            }
        }
        return (orphans, isComplete)
    }

    /// Reaps those that have ended; gives the others. Reads again after each reaping: the children of an orphan become
    /// orphans before its end is seen. Where the parent reaps, all of them: it tells when one is gone.
    private func reapOrphans() -> (orphans: [ProcessRecord], isComplete: Bool) {
        if parent.reapsByItself { return orphanRecords() }
        while true {
            let orphans = orphanRecords().orphans
            var hasReaped = false
            for process in orphans where process.isZombie {
                let owner = owner(of: process)
                // The end of other parts' children is theirs to collect.
                guard owner != .unrelated, let usage = parent.collect(process.pid) else { continue }
                if case .child(let token) = owner { family.children[token]?.usage.add(usage) }
                family.forget(process.identity)
                unwatchOrphan(process.pid)
                hasReaped = true
            }
            if hasReaped { continue }
            // One whose end somebody else collected would be ready for ever.
            for pid in orphanWatches.keys where !orphans.contains(where: { $0.pid == pid }) { unwatchOrphan(pid) }
            return (orphans.filter { !$0.isZombie }, true)
        }
    }

    private func owner(of process: ProcessRecord) -> Family.Owner {
        family.owner(of: process) { ProcessTable.variable(TaskMark.variable, of: process.pid) }
    }

    private func watchOrphan(_ pid: Int32) {
        guard !parent.reapsByItself, orphanWatches[pid] == nil else { return }
        if let end = Descriptor(tg_pidfd_open(pid)), epoll.add(end.number, key: Watch.orphan(pid).key) {
            orphanWatches[pid] = Orphan(end: end)
        } else {
            // No descriptor is free: look again soon.
            sweepAt = now + 10_000_000
        }
    }

    private func unwatchOrphan(_ pid: Int32) {
        guard let orphan = orphanWatches.removeValue(forKey: pid) else { return }
        epoll.remove(orphan.end.number)
    }
}

extension ResourceUsage {
    mutating func add(_ ended: EndedProcess) {
        cpu += ended.cpu
        peakMemory = max(peakMemory, ended.peakMemory)
    }
}
