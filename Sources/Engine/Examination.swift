// A ready task is looked at: its inputs, its key, what the cache knows. Nothing is changed on disk.

import Fingerprint
import Graph
import Hashing
import Patterns
import Ports
import Vocabulary

/// What was found out about a ready task.
public struct Examination: Sendable {
    enum Finding: Sendable {
        case upToDate(ActionRecord)
        /// The run that is continued has done it, and no cache knows of it.
        case done(TaskResult)
        case restore(ActionRecord)
        /// No command, or nothing to do: all conditions hold.
        case satisfied
        /// `conditionsHold`: all that need no process do, so the task may turn out to be satisfied.
        case run(RunReason, conditionsHold: Bool)
        case failed(FailureCause)
    }

    var finding: Finding
    /// Nil when the task is not cached.
    var listing: KeyListing?
    var key: Digest?
    /// The key as far as it is known of a task whose result is not recorded.
    var unrecorded: Unrecorded?
    /// What the result that was found left as evidence.
    var evidence = TaskEvidence()
    /// Of a task with `repeat`: the reports of executions that are recorded already.
    var earlierReports: [Tree.Item] = []
    /// With `run`: what the parts of the key stand for.
    var texts: [KeyText] = []
    /// Inputs on disk as they were when the key was made; unchanged afterwards, or the result is not recorded.
    var inputs: [InputStamp] = []
    var warnings: [String] = []
    /// Literal input paths where nothing is.
    var missing: [FilePattern] = []
    /// What was looked at, for the imprint.
    var seen = Seen()
}

/// What would be the key if the result were recorded.
struct Unrecorded: Sendable {
    let key: Digest
    let listing: KeyListing
}

struct InputStamp: Hashable, Sendable {
    /// Absolute.
    let path: String
    let status: FileStatus
    let entry: TreeEntry
}

extension Worker {
    func examine(_ task: TaskDefinition, _ situation: Situation) -> Examination {
        let expired = expiredQuarantine(of: task)
        guard expired.isEmpty else { return Examination(finding: .failed(.invalid(expired))) }
        if let obstacle = situation.obstacle { return Examination(finding: .failed(.engine(obstacle))) }
        do throws(WorkFailure) {
            if case .service(let node) = task.kind { return try examine(node, task, situation) }
            return try observing(task).examineCached(task, situation)
        } catch {
            return Examination(finding: .failed(error.cause))
        }
    }

    private func examineCached(_ task: TaskDefinition, _ situation: Situation) throws(WorkFailure) -> Examination {
        var examination = Examination(finding: .run(.neverRan, conditionsHold: false))
        // Inputs that do not exist are an error whether or not the result is cached.
        let facts = try facts(of: task, situation, &examination)
        examination.seen.inputs = observer?.take() ?? []
        let listing = KeyListing(of: task, facts: facts, root: root, platform: options.platform)
        if task.cache.offReason != nil {
            examination.inputs = []
        } else {
            examination.listing = listing
            examination.key = listing.key
        }
        examination = try decide(task, situation, listing, examination)
        if case .run = examination.finding { examination.texts = texts(of: task, facts, situation) }
        return examination
    }

    private func decide(
        _ task: TaskDefinition, _ situation: Situation, _ listing: KeyListing, _ examination: Examination
    ) throws(WorkFailure) -> Examination {
        var examination = examination
        guard let key = examination.key, options.usesCache else {
            let key = examination.key ?? listing.key
            examination.unrecorded = Unrecorded(key: key, listing: listing)
            if let result = try completed(task, situation, key) {
                examination.finding = .done(result)
                return examination
            }
            let reason = task.cache.offReason.map { RunReason.notCached($0) } ?? .cacheDisabled
            return try withConditions(task, situation, examination, reason: reason)
        }
        guard !options.isForced || options.completed[task.name]?.key == key else {
            examination.finding = .run(.forced, conditionsHold: false)
            return examination
        }
        let reason = try lookUp(task, situation, listing, key, &examination)
        guard let reason else { return examination }
        return try withConditions(task, situation, examination, reason: reason)
    }

    /// The result that the continued run has made already, if it is still there.
    private func completed(
        _ task: TaskDefinition, _ situation: Situation, _ key: Digest
    ) throws(WorkFailure) -> TaskResult? {
        // Of such a result nothing that was measured is known.
        guard task.metrics.isEmpty, let done = options.completed[task.name], done.key == key,
            done.layers.allSatisfy({ ports.views.layer($0) != nil })
        else { return nil }
        if task.workspace == nil {
            do throws(FileError) {
                let stored = try disk.outputs(task.outputs.filter(\.isStored).map(\.pattern).set)
                let stamped = try disk.outputs(task.outputs.filter { !$0.isStored }.map(\.pattern).set)
                guard contentDigest(outputs: [stored, stamped], layer: nil) == done.content else { return nil }
            } catch {
                throw WorkFailure(error.description)
            }
        }
        return TaskResult(content: done.content, layers: done.layers, key: key)
    }

    private func texts(of task: TaskDefinition, _ facts: KeyFacts, _ situation: Situation) -> [KeyText] {
        let secrets =
            task.secrets.isEmpty
            ? [] : task.secretValues(in: task.processEnvironment(from: environment, fromFiles: []))
        return keyTexts(
            of: task, facts: facts, toolTexts: situation.toolTexts, secrets: secrets, root: root,
            platform: options.platform)
    }

    /// Nil when a record can be used, which the examination then says; else the reason to run.
    private func lookUp(
        _ task: TaskDefinition, _ situation: Situation, _ listing: KeyListing, _ key: Digest,
        _ examination: inout Examination
    ) throws(WorkFailure) -> RunReason? {
        guard let record = ports.store.record(for: key), record.outcome == .succeeded else {
            return missReason(for: listing, earlier: ports.store.records(ofTask: task.name, limit: 16))
        }
        if let age = task.cache.maximumAge, record.recordedAt + age < startedAt { return .tooOld }
        if let missing = missingContent(of: record) { return .recordIncomplete(missing) }
        do throws(MissingValue) { examination.evidence = try recall(record, of: task) } catch {
            return .recordIncomplete(error.reason)
        }
        if let reason = reasonToExecuteAgain(task, situation, record, &examination) { return reason }
        if try isInPlace(record, task, situation) {
            examination.seen.outputs = observer?.take() ?? []
            examination.finding = .upToDate(record)
        } else if try !stampedAreInPlace(record, task) {
            return .recordIncomplete("an output that is not stored was changed or removed")
        } else {
            examination.finding = .restore(record)
        }
        return nil
    }

    private func withConditions(
        _ task: TaskDefinition, _ situation: Situation, _ examination: Examination, reason: RunReason
    ) throws(WorkFailure) -> Examination {
        var examination = examination
        examination.finding = .run(reason, conditionsHold: false)
        guard !task.conditions.isEmpty, task.outputs.isEmpty, !options.isForced else { return examination }
        do throws(ViewError) {
            let verdict = evaluate(task.conditions, in: try place(of: situation))
            guard verdict.failures.isEmpty else { return examination }
            examination.finding =
                verdict.commands.isEmpty ? .satisfied : .run(reason, conditionsHold: true)
            return examination
        } catch {
            throw WorkFailure(error.message)
        }
    }

    func facts(
        of task: TaskDefinition, _ situation: Situation, _ examination: inout Examination
    ) throws(WorkFailure) -> KeyFacts {
        var facts = KeyFacts()
        facts.dependencies = situation.dependencies
        facts.tools = situation.tools
        facts.environment = task.keyedEnvironment(from: environment)
        for file in task.environmentFiles {
            do throws(FileError) {
                facts.environmentFiles.append((file.value, try ports.files.digest(file.value)))
            } catch {
                throw WorkFailure("env-file: \(error)")
            }
        }
        facts.viewRoot = situation.view?.root
        if task.inputs == nil { facts.base = try wholeTree(of: situation) }
        try addInputs(of: task, situation, to: &facts, &examination)
        guard examination.missing.isEmpty else {
            throw WorkFailure(.invalid(examination.missing.map { missingInput($0, of: task) }))
        }
        return facts
    }

    /// Digest of everything that the view shows; nil outside of workspaces. Layers of what is needed only by way of
    /// others count, too, although no need hands them on.
    private func wholeTree(of situation: Situation) throws(WorkFailure) -> Digest? {
        guard let request = situation.view?.request, !request.layers.isEmpty else {
            return situation.view?.request.base.digest
        }
        do throws(ViewError) {
            return Digest(of: try viewTrees.tree(of: request).encoded)
        } catch {
            throw WorkFailure("the view of \(request.base.origin): \(error.message)")
        }
    }

    private func addInputs(
        of task: TaskDefinition, _ situation: Situation, to facts: inout KeyFacts, _ examination: inout Examination
    ) throws(WorkFailure) {
        guard let inputs = task.inputs else { return }
        let onDisk = situation.view == nil ? inputs : inputs.filter(\.isInRoot)
        if !onDisk.isEmpty {
            do throws(FileError) {
                var set = onDisk.set
                // What the task makes itself is not its input.
                if situation.view == nil {
                    set = set.removing(ownOutputs(task))
                }
                let found = try disk.inputs(set, made: situation.made)
                examination.inputs = found.map {
                    InputStamp(path: absolutePath($0.path, in: root), status: $0.status, entry: $0.entry)
                }
                let entries = situation.foreseen.reduce(found.map { ($0.path, $0.entry) }) {
                    $1.applied(to: $0, matching: set)
                }
                facts.inputs += entries.map { .init(path: portablePath($0.path, situation), entry: $0.entry) }
                let exists = { path in
                    Place.root(disk).exists(path) || situation.foreseen.contains { $0.exists(path) }
                }
                check(onDisk, entries.map(\.path), exists: exists, &examination)
            } catch {
                throw WorkFailure(error.description)
            }
        }
        guard let view = situation.view else { return }
        let inView = inputs.filter { !$0.isInRoot }
        do throws(ViewError) {
            let place = try place(of: situation)
            guard case .view(_, let tree, _) = place else { return }
            let found = tree.matching(inView.set)
            // A layer is a difference, so what it may change decides it too, read or not.
            let changeable = tree.matching((task.changes + task.outputs.map(\.pattern)).set)
            let known = Set(found.map(\.path))
            facts.inputs += (found + changeable.filter { !known.contains($0.path) })
                .map { .init(path: $0.path, entry: $0.entry) }
            check(inView, found.map(\.path), exists: place.exists, &examination)
        } catch {
            throw WorkFailure("the view of \(view.request.base.origin): \(error.message)")
        }
    }

    private func missingInput(_ pattern: FilePattern, of task: TaskDefinition) -> Diagnostic {
        Diagnostic(
            .error, "input \"\(pattern.pattern.text)\" of \"\(task.name)\" does not exist, and no task makes it",
            at: pattern.range, hint: "correct the path, or write a pattern if the file is optional"
        )
    }

    /// A root file read by a workspace task is told apart from one of the view.
    private func portablePath(_ path: String, _ situation: Situation) -> String {
        situation.view == nil ? path : "${{ root }}/" + path
    }

    private func ownOutputs(_ task: TaskDefinition) -> [Pattern] {
        (task.outputs.map(\.pattern) + task.reports).filter { !$0.isExcluded }.map(\.pattern)
    }

    /// A literal path that does not exist is an error, a pattern that matches nothing a warning.
    private func check(
        _ patterns: [FilePattern], _ found: [String], exists: (String) -> Bool, _ examination: inout Examination
    ) {
        let set = patterns.set
        for pattern in patterns where !pattern.isExcluded {
            if let literal = pattern.pattern.literalPath {
                let path = pattern.pattern.isAbsolute ? "/" + literal : literal
                // What is excluded again need not be there.
                guard !set.isExcluded(path) else { continue }
                if !found.containsSorted(path), !exists(path) { examination.missing.append(pattern) }
            } else if !found.contains(where: pattern.pattern.matches) {
                examination.warnings.append("input pattern \"\(pattern.pattern.text)\" matches no file")
            }
        }
    }
}
