// The steps of a task that runs: prepare, check, run, verify, check, publish; and again after a failure with retries.

import Graph
import Ports
import Vocabulary

extension Engine {
    /// A queued task got its resources.
    func start(_ id: TaskID) {
        guard let situation = situations[id], let examination = examinations[id] else { return }
        let task = ActiveTask(
            definition: definitions[id.index], situation: situation, examination: examination,
            repeating: repeating(definitions[id.index], examination), now: reactor.now
        )
        active[id] = task
        begin(id)
    }

    /// An attempt begins with its services.
    func begin(_ id: TaskID) {
        if let repeating = active[id]?.repeating, repeating.index > 1 {
            emit(.repeating(id, execution: repeating.index, most: repeating.policy.times))
        }
        if definitions[id.index].uses.isEmpty { prepare(id) } else { lease(id) }
    }

    func prepare(_ id: TaskID) {
        guard let task = active[id] else { return }
        task.step = .preparing
        task.deadline = nil
        let (definition, situation) = (task.definition, task.situation)
        // A pre-check must find the tree as it is.
        let cleans = !task.mayBeSatisfied
        if let preparation = worker.prepareAtOnce(definition, situation, cleans: cleans) {
            return prepared(id, .success(preparation))
        }
        reactor.perform { [worker] in .prepared(id, worker.prepare(definition, situation, cleans: cleans)) }
    }

    func prepared(_ id: TaskID, _ result: Result<Preparation, WorkFailure>) {
        guard let task = active[id] else { return }
        switch result {
        case .failure(let failure):
            task.failure = failure.cause
            failed(id)
        case .success(let preparation):
            var preparation = preparation
            preparation.add(
                task.leased.compactMap { $0 }, own: Set(task.definition.environment.map(\.name)))
            preparation.add(leases: leasePath(of: task))
            task.preparation = preparation
            task.lines = LineAssembler(secrets: task.secrets)
            if isInterrupted { return cancel(id) }
            if let why = task.lostService { return withoutServices(id, task, why) }
            if task.mayBeSatisfied {
                checkBefore(id)
            } else if let command = task.definition.command {
                launch(id, task, command, preparation.view)
            } else {
                // Only conditions: they are looked at as after a run.
                verify(id)
            }
        }
    }

    private func launch(_ id: TaskID, _ task: ActiveTask, _ command: Command, _ view: OpenView?) {
        task.step = .running
        task.isTimedOut = false
        task.startedAt = reactor.now
        task.deadline = task.definition.timeout.map { task.startedAt + $0 }
        if task.isShown || task.isFirstExecution { emit(.started(id, attempt: task.attempt)) }
        spawn(id, command, view, isInteractive: task.definition.isInteractive)
    }

    /// Starts a command of the task, in a view if there is one.
    func spawn(_ id: TaskID, _ command: Command, _ view: OpenView?, isInteractive: Bool = false) {
        guard let task = active[id], var preparation = task.preparation else { return }
        preparation.add(slotVariables(of: id, task))
        var command = command.naming(task.leased.compactMap { $0 })
        if let repeating = task.repeating {
            command = task.definition.numbered(command, repeating.index)
            preparation.environment = preparation.environment.map { $0.numbered(repeating.index) }
        }
        var request = task.definition.request(for: command, preparation, view, isInteractive: isInteractive)
        request.tokens = task.lane?.pipe.shared
        let token = nextToken()
        do throws(SpawnError) {
            try reactor.spawn(request, as: token)
            task.token = token
            processes[token] = id
        } catch {
            if task.step == .checkingBefore { return notSatisfied(id) }
            if task.step == .measuring { return noValue(id, "its command cannot be started: \(error)") }
            task.failure = .notStarted(error.description)
            failed(id, reportsAreCollected: task.step == .checkingAfter)
        }
    }

    func take(_ bytes: [UInt8], of id: TaskID) {
        guard let task = active[id] else { return }
        if task.step == .running {
            log(id, task, task.lines.take(bytes))
        } else {
            task.conditionOutput += bytes
        }
    }

    private func log(_ id: TaskID, _ task: ActiveTask, _ lines: [UInt8]) {
        guard !lines.isEmpty else { return }
        task.log.append(lines)
        if task.isShown { emit(.output(id, lines)) }
    }

    func exited(_ id: TaskID, _ status: ExitStatus, _ usage: ResourceUsage) {
        guard let task = active[id] else { return }
        task.token = nil
        task.deadline = nil
        settleTokens(of: task)
        task.usage.cpu += usage.cpu
        task.usage.peakMemory = max(task.usage.peakMemory, usage.peakMemory)
        if task.step == .running { task.usage.wall += reactor.now - task.startedAt }
        if isInterrupted { return cancel(id) }
        switch task.step {
        case .checkingBefore, .checkingAfter: conditionExited(id, status)
        case .measuring: metricExited(id, status)
        default:
            log(id, task, task.lines.finish())
            if let why = task.lostService {
                task.failure = .engine(why)
            } else if task.isTimedOut {
                task.failure = .timedOut(limit: task.definition.timeout ?? 0)
            } else if !task.definition.accepts(status) {
                task.failure = .exit(status)
            }
            if task.failure != nil { failedBesideServices(id) } else { verify(id) }
        }
    }

    /// Judges what the command made, and records it if nothing is left to be asked.
    func verify(_ id: TaskID) {
        guard let task = active[id] else { return }
        task.step = .verifying
        task.verifiedAt = reactor.wallTime
        let (definition, situation, execution) = (task.definition, task.situation, task.execution)
        if let completion = worker.completeAtOnce(definition, execution) { return verified(id, completion) }
        reactor.perform { [worker] in .verified(id, worker.complete(definition, situation, execution)) }
    }

    func verified(_ id: TaskID, _ completion: Completion) {
        guard let task = active[id] else { return }
        task.verification = completion.verification
        if let publication = completion.publication { return published(id, publication) }
        if isInterrupted { return cancel(id) }
        if task.failure != nil { return publish(id) }
        if let failure = completion.verification.failure {
            task.failure = failure
            return failed(id, reportsAreCollected: true)
        }
        if completion.verification.commands.isEmpty { publish(id) } else { checkAfter(id) }
    }

    /// An attempt failed: another one, or the end with the reports that it left.
    func failed(_ id: TaskID, reportsAreCollected: Bool = false) {
        showSecondRun(id)
        guard let task = active[id], let failure = task.failure else { return }
        // To try again would hide what is counted.
        guard task.repeating == nil, task.attempt <= task.definition.retries.limit,
            task.definition.retries.covers(failure), !isInterrupted
        else {
            // In the view that is looked into now more may be measured.
            if task.preparation == nil || reportsAreCollected { return publish(id) }
            discardCheckView(of: task)
            return verify(id)
        }
        discardCheckView(of: task)
        discardView(of: task)
        let pause = task.definition.retries.backoff << UInt64(min(task.attempt - 1, 20))
        emit(.retrying(id, attempt: task.attempt, cause: failure, pause: pause))
        task.startOver(isRetry: true)
        releaseServices(of: task)
        if pause == 0 { return begin(id) }
        task.step = .pausing
        task.deadline = reactor.now + pause
    }

    func publish(_ id: TaskID) {
        guard let task = active[id] else { return }
        if isToBeRepeated(task) {
            discardCheckView(of: task)
            return keepFirstRun(id)
        }
        if task.failure == nil, task.firstRun?.isCompared == false { return compareRuns(id) }
        if task.definition.measuresByCommand, !task.isRepeated, measureNext(id, task) { return }
        discardCheckView(of: task)
        if isExecution(task) { return keepExecution(id, task) }
        task.step = .publishing
        let (definition, situation, execution) = (task.definition, task.situation, task.execution)
        let verification = task.verification
        reactor.perform { [worker] in
            .published(id, worker.publish(definition, situation, execution, verification))
        }
    }

    func published(_ id: TaskID, _ result: Result<Publication, WorkFailure>) {
        guard let task = retire(id) else { return }
        if !task.served.isEmpty { emit(.served(id, task.uses)) }
        take(task.verification.evidence, of: id)
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
                begin(id)
            } else if case .awaitingNews(let reportsAreCollected) = task.step {
                task.deadline = nil
                failed(id, reportsAreCollected: reportsAreCollected)
            } else if let token = task.token {
                task.isTimedOut = true
                task.deadline = nil
                reactor.stop(token, grace: options.grace)
            }
        }
    }

    /// Ends a task of an interrupted run: what it made in a view is thrown away, nothing is recorded.
    func cancel(_ id: TaskID) {
        guard let task = active[id] else { return }
        discardCheckView(of: task)
        discardView(of: task)
        conclude(id, .cancelled)
    }

    func conclude(_ id: TaskID, _ outcome: TaskOutcome) {
        guard let task = retire(id) else { return }
        finish(id, outcome, usage: task.usage)
    }

    func discardView(of task: ActiveTask) {
        if let view = task.preparation?.view { discard(view) }
    }

    func discardCheckView(of task: ActiveTask) {
        if let checkView = task.verification.checkView { discard(checkView) }
        task.verification.checkView = nil
    }

    func discard(_ view: OpenView) {
        ports.views.discard(view)
    }
}

extension TaskDefinition {
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
