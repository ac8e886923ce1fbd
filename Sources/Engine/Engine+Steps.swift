// The steps of a task that runs: prepare, check, run, verify, check, publish; and again after a failure with retries.

import Graph
import Ports
import Vocabulary

extension Engine {
    /// A queued task got its resources.
    func start(_ id: TaskID) {
        guard let situation = situations[id], let examination = examinations[id] else { return }
        var mayBeSatisfied = false
        if case .run(_, conditionsHold: true) = examination.finding { mayBeSatisfied = true }
        active[id] = ActiveTask(
            definition: definitions[id.index], situation: situation, examination: examination,
            mayBeSatisfied: mayBeSatisfied, now: reactor.now
        )
        noteStart(of: id)
        prepare(id)
    }

    func prepare(_ id: TaskID) {
        guard var task = active[id] else { return }
        task.step = .preparing
        task.deadline = nil
        active[id] = task
        let (definition, situation) = (task.definition, task.situation)
        // A pre-check must find the tree as it is.
        let cleans = !task.mayBeSatisfied
        reactor.perform { [worker] in .prepared(id, worker.prepare(definition, situation, cleans: cleans)) }
    }

    func prepared(_ id: TaskID, _ result: Result<Preparation, WorkFailure>) {
        guard var task = active[id] else { return }
        switch result {
        case .failure(let failure):
            task.failure = failure.cause
            active[id] = task
            failed(id)
        case .success(let preparation):
            task.preparation = preparation
            task.lines = LineAssembler(secrets: task.definition.secretValues(in: preparation.environment))
            active[id] = task
            if isInterrupted { return cancel(id) }
            if task.mayBeSatisfied {
                checkBefore(id)
            } else if task.definition.command == nil {
                // Only conditions: they are looked at as after a run.
                verify(id)
            } else {
                launch(id)
            }
        }
    }

    private func launch(_ id: TaskID) {
        guard var task = active[id], let preparation = task.preparation, let command = task.definition.command else {
            return
        }
        task.step = .running
        task.isTimedOut = false
        task.startedAt = reactor.now
        task.deadline = task.definition.timeout.map { reactor.now + $0 }
        active[id] = task
        if task.firstRun == nil { emit(.started(id, attempt: task.attempt)) }
        spawn(id, command, preparation.view, isInteractive: task.definition.isInteractive)
    }

    /// Starts a command of the task, in a view if there is one.
    func spawn(_ id: TaskID, _ command: Command, _ view: OpenView?, isInteractive: Bool = false) {
        guard let task = active[id], let preparation = task.preparation else { return }
        let request = task.definition.request(for: command, preparation, view, isInteractive: isInteractive)
        let token = nextToken()
        active[id]?.token = token
        do throws(SpawnError) {
            try reactor.spawn(request, as: token)
            processes[token] = id
        } catch {
            active[id]?.token = nil
            if task.step == .checkingBefore { return notSatisfied(id) }
            active[id]?.failure = .notStarted(error.description)
            failed(id, reportsAreCollected: task.step == .checkingAfter)
        }
    }

    func take(_ bytes: [UInt8], of id: TaskID) {
        guard active[id] != nil else { return }
        if active[id]?.step != .running {
            active[id]?.conditionOutput += bytes
            return
        }
        log(id, active[id]?.lines.take(bytes) ?? [])
    }

    private func log(_ id: TaskID, _ lines: [UInt8]) {
        guard !lines.isEmpty else { return }
        active[id]?.log.append(lines)
        if active[id]?.firstRun == nil { emit(.output(id, lines)) }
    }

    func exited(_ id: TaskID, _ status: ExitStatus, _ usage: ResourceUsage) {
        guard var task = active[id] else { return }
        task.token = nil
        task.deadline = nil
        task.usage.cpu += usage.cpu
        task.usage.peakMemory = max(task.usage.peakMemory, usage.peakMemory)
        if task.step == .running { task.usage.wall += reactor.now - task.startedAt }
        active[id] = task
        if isInterrupted { return cancel(id) }
        switch task.step {
        case .checkingBefore, .checkingAfter: conditionExited(id, status)
        default:
            log(id, active[id]?.lines.finish() ?? [])
            if task.isTimedOut {
                active[id]?.failure = .timedOut(limit: task.definition.timeout ?? 0)
            } else if !task.definition.accepts(status) {
                active[id]?.failure = .exit(status)
            }
            if active[id]?.failure != nil { failed(id) } else { verify(id) }
        }
    }

    func verify(_ id: TaskID) {
        guard var task = active[id] else { return }
        task.step = .verifying
        task.verifiedAt = reactor.wallTime
        active[id] = task
        let isAccepted = task.failure == nil
        reactor.perform { [worker, task] in
            .verified(
                id,
                worker.verify(
                    task.definition, task.situation, task.examination, task.preparation?.view, isAccepted: isAccepted
                )
            )
        }
    }

    func verified(_ id: TaskID, _ verification: Verification) {
        guard active[id] != nil else { return }
        let hadFailed = active[id]?.failure != nil
        active[id]?.verification = verification
        if isInterrupted { return cancel(id) }
        if hadFailed { return publish(id) }
        if let failure = verification.failure {
            active[id]?.failure = failure
            return failed(id, reportsAreCollected: true)
        }
        if verification.commands.isEmpty { publish(id) } else { checkAfter(id) }
    }

    /// An attempt failed: another one, or the end with the reports that it left.
    func failed(_ id: TaskID, reportsAreCollected: Bool = false) {
        showSecondRun(id)
        guard var task = active[id], let failure = task.failure else { return }
        if let checkView = task.verification.checkView { discard(checkView) }
        task.verification.checkView = nil
        if task.attempt <= task.definition.retries.limit, task.definition.retries.covers(failure), !isInterrupted {
            discardView(of: task)
            let pause = task.definition.retries.backoff << UInt64(min(task.attempt - 1, 20))
            emit(.retrying(id, attempt: task.attempt, cause: failure, pause: pause))
            task.attempt += 1
            task.failure = nil
            task.isTimedOut = false
            task.mayBeSatisfied = false
            task.verification = Verification()
            task.preparation = nil
            task.step = .pausing
            task.deadline = reactor.now + pause
            active[id] = task
            return pause == 0 ? prepare(id) : ()
        }
        active[id] = task
        if task.preparation == nil || reportsAreCollected { publish(id) } else { verify(id) }
    }

    func publish(_ id: TaskID) {
        guard var task = active[id] else { return }
        if isToBeRepeated(task) { return keepFirstRun(id) }
        if task.failure == nil, task.firstRun?.isCompared == false { return compareRuns(id) }
        task.step = .publishing
        active[id] = task
        let execution = Execution(
            examination: task.examination, verification: task.verification, view: task.preparation?.view,
            log: task.log.bytes, usage: task.usage, attempts: task.attempt, isSuccess: task.failure == nil
        )
        reactor.perform { [worker, task] in .published(id, worker.publish(task.definition, task.situation, execution)) }
    }

    func published(_ id: TaskID, _ result: Result<Publication, WorkFailure>) {
        guard let task = active.removeValue(forKey: id) else { return }
        switch result {
        case .failure(let failure):
            finish(
                id, .failed(task.failure ?? failure.cause, attempts: task.attempt), usage: task.usage,
                log: task.log.bytes)
        case .success(let publication):
            for warning in publication.warnings { emit(.warned(id, warning)) }
            if let failure = task.failure {
                finish(id, .failed(failure, attempts: task.attempt), usage: task.usage, log: task.log.bytes)
            } else {
                finish(
                    id, .succeeded(attempts: task.attempt), result: publication.result, usage: task.usage,
                    evidence: task.evidence
                )
            }
        }
    }

    // MARK: Time and stopping

    func checkDeadlines() {
        let now = reactor.now
        for id in active.keys.sorted() {
            guard let task = active[id], let deadline = task.deadline, deadline <= now else { continue }
            if task.step == .pausing {
                prepare(id)
            } else if let token = task.token {
                active[id]?.isTimedOut = true
                active[id]?.deadline = nil
                reactor.stop(token, grace: options.grace)
            }
        }
    }

    /// Ends a task of an interrupted run: what it made in a view is thrown away, nothing is recorded.
    func cancel(_ id: TaskID) {
        guard let task = active[id] else { return }
        if let checkView = task.verification.checkView { discard(checkView) }
        discardView(of: task)
        conclude(id, .cancelled)
    }

    func conclude(_ id: TaskID, _ outcome: TaskOutcome) {
        guard let task = active.removeValue(forKey: id) else { return }
        finish(id, outcome, usage: task.usage)
    }

    func discardView(of task: ActiveTask) {
        if let view = task.preparation?.view { discard(view) }
    }

    func discard(_ view: OpenView) {
        ports.views.discard(view)
    }
}

extension TaskDefinition {
    /// The request that starts a command of this task, in a view if there is one.
    func request(
        for command: Command, _ preparation: Preparation, _ view: OpenView?, isInteractive: Bool = false
    ) -> ProcessRequest {
        let arguments =
            switch command {
            case .script(let text): shell + ["-c", text]
            case .arguments(let words): words
            }
        var request =
            view?.process(
                arguments, environment: preparation.environment, directory: preparation.directory,
                isInteractive: isInteractive
            )
            ?? ProcessRequest(
                arguments: arguments, environment: preparation.environment, directory: preparation.directory,
                isInteractive: isInteractive
            )
        request.task = name
        return request
    }

    fileprivate func accepts(_ status: ExitStatus) -> Bool {
        guard case .exited(let code) = status else { return false }
        return acceptedExits.contains(code)
    }
}

extension RetryPolicy {
    /// Whether a failure of this kind is worth another attempt.
    fileprivate func covers(_ failure: FailureCause) -> Bool {
        switch failure {
        case .exit(.exited(let code)): exits.isEmpty || exits.contains(code)
        case .exit(.signalled), .timedOut, .missingOutputs, .conditions: exits.isEmpty
        case .notStarted, .undeclaredChanges, .differs, .invalid, .engine: false
        }
    }
}
