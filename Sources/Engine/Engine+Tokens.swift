// One budget: what tasks are told of their job slots, and slots that go to job servers and come back (docs/jobs.md). Counts
// no slots itself: the schedule does.

import Graph
import Ports
import Schedule
import Vocabulary

extension Engine {
    /// Tells that a token is back that was lent or is another's.
    static var returnedTokens: SourceToken { SourceToken(.max) }

    // MARK: Tasks

    /// What a task's processes are told of the slots it has. No key contains it: it says how fast, not what.
    func slotVariables(of id: TaskID, _ task: ActiveTask) -> [(name: String, value: String)] {
        let slots = scheduler.slots(of: id)
        if task.lane == nil {
            task.lane = tokens.openLane(slots: slots)
            if tokens.lent > 0, tokens.nextLook == nil { tokens.nextLook = reactor.now + JobTokens.firstPause }
        }
        var variables: [(name: String, value: String)] = [
            ("TASKGRAPH_JOBS", "\(slots)"), ("PYTEST_XDIST_AUTO_NUM_WORKERS", "\(slots)"),
        ]
        if let lane = task.lane {
            // A view over the tree's own path hides the state directory.
            let isHidden = task.situation.view?.request.isAtTree ?? false
            let most = tokens.outer == nil ? options.jobs : slots
            variables.append(("MAKEFLAGS", MakeFlags.text(jobs: most, path: isHidden ? nil : lane.pipe.path)))
        }
        return variables
    }

    /// Its processes are gone: whatever tokens they held are back.
    func settleTokens(of task: ActiveTask) {
        guard let lane = task.lane else { return }
        unwatch(lane)
        scheduler.regain(tokens.settle(lane))
    }

    /// Takes a task off the list of those that hold resources, and gives back its services and tokens.
    func retire(_ id: TaskID) -> ActiveTask? {
        guard let task = active.removeValue(forKey: id) else { return nil }
        releaseServices(of: task)
        guard let lane = task.lane else { return task }
        settleTokens(of: task)
        tokens.close(lane)
        task.lane = nil
        return task
    }

    // MARK: Gathering

    /// Takes back what the next task lacks, as far as it lies unused, and has itself told of the rest.
    func gatherSlots() {
        guard tokens.canGather else { return }
        var missing = scheduler.missingSlots()
        for lane in tokens.lanes where missing > 0 && lane.lent > 0 {
            let back = tokens.recall(missing, from: lane)
            scheduler.regain(back)
            missing -= back
        }
        if let outer = tokens.outer, missing > 0 {
            let taken = outer.take(atMost: missing)
            tokens.taken += taken
            scheduler.regain(taken)
            missing -= taken
        }
        watchTokens(missing > 0)
    }

    private func watchTokens(_ isWaiting: Bool) {
        for lane in tokens.lanes {
            if isWaiting && lane.lent > 0 { watch(lane) } else { unwatch(lane) }
        }
        guard let outer = tokens.outer, tokens.watchesOuter != isWaiting else { return }
        tokens.watchesOuter = isWaiting
        if isWaiting {
            reactor.watch(outer.descriptor, as: Self.returnedTokens)
        } else {
            reactor.unwatch(outer.descriptor)
        }
    }

    private func watch(_ lane: TokenLane) {
        guard !lane.isWatched else { return }
        lane.isWatched = true
        reactor.watch(lane.pipe.descriptor, as: Self.returnedTokens)
    }

    private func unwatch(_ lane: TokenLane) {
        guard lane.isWatched else { return }
        lane.isWatched = false
        reactor.unwatch(lane.pipe.descriptor)
    }

    /// All tasks are done: nobody waits for slots any more.
    func closeTokens() {
        watchTokens(false)
        tokens.close()
    }

    // MARK: Lending

    /// All slots but one are the outer job server's until they are needed.
    func shareWithOuter() {
        guard tokens.outer != nil else { return }
        scheduler.lend(options.jobs - 1)
        scheduler.startWithFewer()
    }

    /// Before a wait: slots that nobody needs go back to where they are from, or are lent soon.
    func offerIdleSlots() {
        if let outer = tokens.outer {
            guard tokens.taken > 0 else { return }
            let returned = outer.put(min(tokens.taken, scheduler.idleSlots()))
            tokens.taken -= returned
            scheduler.lend(returned)
        } else if tokens.nextLook == nil, !tokens.lanes.isEmpty, scheduler.idleSlots() > 0 {
            tokens.pause = JobTokens.firstPause
            tokens.nextLook = reactor.now + tokens.pause
        }
    }

    /// Lends idle slots, and moves on what was offered to tasks that did not take it.
    func lookAtTokens() {
        guard let due = tokens.nextLook, due <= reactor.now else { return }
        tokens.nextLook = nil
        let borrowers = tokens.lanes.map(\.asBorrower)
        let used = borrowers.map { $0.lent - $0.loose }.reduce(0, +)
        let changes = tokens.lending.changes(idle: scheduler.idleSlots(), borrowers)
        for (lane, change) in zip(tokens.lanes, changes) where change < 0 {
            scheduler.regain(tokens.recall(-change, from: lane))
        }
        for (lane, change) in zip(tokens.lanes, changes) where change > 0 {
            scheduler.lend(tokens.lend(min(change, scheduler.idleSlots()), to: lane))
        }
        tokens.pause = used == tokens.used ? min(2 * tokens.pause, JobTokens.longestPause) : JobTokens.firstPause
        tokens.used = used
        // With one borrower there is nobody else to offer anything to.
        if tokens.lanes.count > 1, tokens.lent > used { tokens.nextLook = reactor.now + tokens.pause }
    }
}

extension Preparation {
    /// With variables that the run sets, unless the task has them already.
    mutating func add(_ variables: [(name: String, value: String)]) {
        for (name, value) in variables {
            let assignment = name + "="
            if !environment.contains(where: { $0.hasPrefix(assignment) }) { environment.append(assignment + value) }
        }
    }
}
