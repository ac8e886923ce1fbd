// After a task's command: what it made, what it changed in its view, which conditions hold.

import Graph
import Patterns
import Ports
import Vocabulary
import Workspace

/// What was found after a command has ended.
public struct Verification: Sendable {
    /// Why the task has failed although its command ended well.
    var failure: FailureCause?
    var outputs = Tree()
    /// Whether the content of the outputs is in the store already, or will be with the record.
    var outputsAreStored = false
    /// Content that is to be stored together with the record.
    var blobs: [Blob] = []
    var stampedOnly = Tree()
    var reports = Tree()
    /// Of a task with `repeat`: the reports of all its executions, in the store already.
    var earlierReports: [Tree.Item] = []
    /// What is kept of the changes in the view.
    var layer: Tree?
    /// Why the result is not recorded, though the task succeeded; nil: it is.
    var unrecordable: String?
    var warnings: [String] = []
    /// What was measured.
    var evidence = TaskEvidence()
    /// Conditions that need a process, still to be run.
    var commands: [Condition] = []
    /// The view that those see: the task's own with its changes, thrown away afterwards.
    var checkView: OpenView?
    /// What was looked at, for the imprint.
    var seen = Seen()
}

extension Worker {
    /// Judges what a command made. After a failure only the reports are collected.
    func verify(_ task: TaskDefinition, _ situation: Situation, _ execution: Execution) -> Verification {
        observing(task).verified(task, situation, execution)
    }

    private func verified(_ task: TaskDefinition, _ situation: Situation, _ execution: Execution) -> Verification {
        var verification = Verification()
        let isAccepted = execution.isSuccess
        do throws(WorkFailure) {
            let place: Place
            if let view = execution.view, let viewSituation = situation.view {
                place = try capture(task, viewSituation, view, isAccepted: isAccepted, into: &verification)
            } else {
                place = .root(disk)
                try collect(task, execution, into: &verification)
                verification.seen.outputs = observer?.take() ?? []
            }
            verification.evidence = measure(task, execution, in: place, seenAt: situation.view?.root ?? root)
            verification.warnings += unknownQuarantine(of: task, in: verification.evidence.tests)
            if task.measuresByCommand, case .view(let request, _, _) = place {
                verification.checkView = try openCheckView(request)
            }
            guard isAccepted else { return verification }
            try requireOutputs(task, verification)
            let verdict = evaluate(task.conditions, in: place)
            guard verdict.failures.isEmpty else { throw WorkFailure(.conditions(verdict.failures)) }
            verification.commands = verdict.commands
            if !verdict.commands.isEmpty, verification.checkView == nil, case .view(let request, _, _) = place {
                verification.checkView = try openCheckView(request)
            }
            verification.unrecordable = changedInput(execution.examination).map { "\($0) changed while the task ran" }
            verification.seen.inputs = observer?.take() ?? []
        } catch {
            verification.failure = error.cause
        }
        return verification
    }

    private func openCheckView(_ request: ViewRequest) throws(WorkFailure) -> OpenView {
        do throws(ViewError) {
            return try ports.views.open(request)
        } catch {
            throw WorkFailure(error.message)
        }
    }

    private func collect(
        _ task: TaskDefinition, _ execution: Execution, into verification: inout Verification
    ) throws(WorkFailure) {
        do throws(FileError) {
            if execution.isSuccess {
                // Content is read once: it goes into the store while its digest is taken.
                let keeper = options.usesCache && execution.examination.key != nil ? ContentKeeper(ports) : nil
                let stored = task.outputs.filter(\.isStored).map(\.pattern).set
                verification.outputs = try DiskTree(ports: ports, root: root, keeper: keeper).outputs(stored)
                verification.outputsAreStored = keeper?.hasKeptAll ?? false
                let stamped = task.outputs.filter { !$0.isStored }
                if !stamped.isEmpty { verification.stampedOnly = try disk.outputs(stamped.map(\.pattern).set) }
            }
            if !task.reports.isEmpty { verification.reports = try disk.outputs(task.reports.set).filesOnly }
        } catch {
            throw WorkFailure(error.description)
        }
    }

    private func capture(
        _ task: TaskDefinition, _ situation: ViewSituation, _ view: OpenView, isAccepted: Bool,
        into verification: inout Verification
    ) throws(WorkFailure) -> Place {
        let below: Tree
        let changes: Tree
        do throws(ViewError) {
            below = try viewTrees.tree(of: situation.request)
            changes = try ports.views.capture(view, below: below)
        } catch {
            throw WorkFailure(error.message)
        }
        let above = ViewRequest(
            base: situation.request.base, layers: situation.request.layers, above: view,
            isAtTree: situation.request.isAtTree
        )
        let reports = task.reports.set
        verification.reports = Tree(sorted: changes.items.filter { $0.entry.isContent && reports.matches($0.path) })
        let after = below.applying(changes)
        guard isAccepted else { return .view(above, after, ports.views) }
        let verdict = layerRules(of: task).judge(changes, below: below)
        guard verdict.undeclared.isEmpty else { throw WorkFailure(.undeclaredChanges(verdict.undeclared)) }
        verification.layer = verdict.layer
        let outputs = task.outputs.map(\.pattern).set
        verification.outputs = Tree(sorted: after.items.filter { $0.entry.isContent && outputs.matches($0.path) })
        return .view(above, after, ports.views)
    }

    /// `changes` and `outputs` make the layer; reports and scratch are kept out of it.
    private func layerRules(of task: TaskDefinition) -> LayerRules {
        let declared = (task.changes + task.outputs.map(\.pattern)).set
        let scratch = task.scratch.set
        let reports = task.reports.set
        let defaults = DefaultScratch(named: declared.includes.compactMap(\.literalPath))
        return LayerRules(
            isDeclared: declared.matches,
            isScratch: { scratch.matches($0) || reports.matches($0) || defaults.contains($0) }
        )
    }

    private func requireOutputs(_ task: TaskDefinition, _ verification: Verification) throws(WorkFailure) {
        let missing = task.outputs.lazy.map(\.pattern).filter { output in
            !output.isExcluded && !verification.outputs.has(output.pattern)
                && !verification.stampedOnly.has(output.pattern)
        }
        guard missing.isEmpty else { throw WorkFailure(.missingOutputs(missing.map(\.pattern.text))) }
    }

    /// The first input on disk that is no longer what the key was made of.
    private func changedInput(_ examination: Examination) -> String? {
        for input in examination.inputs {
            do throws(FileError) {
                guard let status = try ports.files.status(input.path) else { return input.path }
                if status == input.status { continue }
                let entry = try DiskTree(ports: ports, root: "/").entry(at: input.path, status)
                if entry?.isSameContent(as: input.entry) != true { return input.path }
            } catch {
                return input.path
            }
        }
        return nil
    }
}

/// What came of a task after its command.
public struct Completion: Sendable {
    var verification: Verification
    /// Nil: nothing is recorded yet, because it failed, conditions need processes, or it is to run again to compare.
    var publication: Result<Publication, WorkFailure>?
}

extension Worker {
    /// Verifies, and publishes if nothing is left to be asked.
    func complete(_ task: TaskDefinition, _ situation: Situation, _ execution: Execution) -> Completion {
        let verification = verify(task, situation, execution)
        guard execution.isSuccess, verification.failure == nil, verification.commands.isEmpty, !options.verifies,
            !task.measuresByCommand, task.repetition == nil
        else {
            return Completion(verification: verification)
        }
        return Completion(
            verification: verification, publication: publish(task, situation, execution, verification)
        )
    }
}

extension Tree {
    /// Whether something is there that the pattern matches.
    fileprivate func has(_ pattern: Pattern) -> Bool {
        if let path = pattern.literalPath, self[path] != nil { return true }
        return items.contains { pattern.matches($0.path) }
    }

    var filesOnly: Tree { Tree(sorted: items.filter(\.entry.isContent)) }
}
