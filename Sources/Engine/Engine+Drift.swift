// `check`: whether the conditions of tasks hold on the trees as they are, without running the tasks.

import Graph
import Patterns
import Ports
public import Vocabulary

/// What `check` found for one task.
public struct DriftFinding: Sendable {
    public let task: TaskID
    /// The conditions that do not hold; empty: all hold.
    public let failures: [Diagnostic]
}

extension Engine {
    /// Evaluates the conditions of every wanted task that has some, in declaration order. Conditions that are commands
    /// run in a view of the tree (or, outside of workspaces, in place). What only a task's own reports could tell is left
    /// out: they are evidence of a run and lie in no tree.
    public func check() -> [DriftFinding] {
        takeSnapshots()
        return graph.ids.filter { isWanted[$0] && graph[$0].skipReason == nil }.compactMap { id in
            let reports = graph[id].reports.set
            let conditions = graph[id].conditions.filter { !$0.kind.looksOnly(at: reports) }
            return conditions.isEmpty ? nil : DriftFinding(task: id, failures: drift(of: id, conditions))
        }
    }

    private func drift(of id: TaskID, _ conditions: [Condition]) -> [Diagnostic] {
        let task = graph[id]
        var situation = Situation()
        if let workspace = task.workspace {
            guard let base = snapshots[workspace.tree] else {
                return [Diagnostic(.error, "the workspace \(workspace.tree) cannot be used", at: workspace.range)]
            }
            situation.view = ViewSituation(
                request: ViewRequest(base: base, layers: [], isAtTree: workspace.isAtTree),
                root: ports.views.root(of: workspace.tree, isAtTree: workspace.isAtTree)
            )
        }
        do throws(ViewError) {
            let verdict = evaluate(conditions, in: try worker.place(of: situation))
            return verdict.failures + run(verdict.commands, task, situation)
        } catch {
            return [Diagnostic(.error, error.message, at: task.range)]
        }
    }

    private func run(_ conditions: [Condition], _ task: TaskDefinition, _ situation: Situation) -> [Diagnostic] {
        guard !conditions.isEmpty else { return [] }
        let preparation: Preparation
        switch worker.prepare(task, situation, cleans: false) {
        case .failure(let failure):
            guard case .engine(let message) = failure.cause else {
                return [Diagnostic(.error, "it cannot be prepared", at: task.range)]
            }
            return [Diagnostic(.error, message, at: task.range)]
        case .success(let made): preparation = made
        }
        defer { if let view = preparation.view { discard(view) } }
        return conditions.compactMap { condition in
            guard case .run(let command) = condition.kind else { return nil }
            let request = task.request(for: command, preparation, preparation.view)
            let token = nextToken()
            do throws(SpawnError) {
                try reactor.spawn(request, as: token)
            } catch {
                return Diagnostic(.error, error.description, at: condition.range)
            }
            let (status, output) = waitForExit(of: token)
            return status == .exited(0)
                ? nil
                : conditionFailure(condition, status, output, secrets: task.secretValues(in: preparation.environment))
        }
    }

    /// Waits for one process while nothing else runs.
    private func waitForExit(of token: ProcessToken) -> (ExitStatus, [UInt8]) {
        var output: [UInt8] = []
        while true {
            switch reactor.next(until: nil) {
            case .output(token, let bytes): output += bytes
            case .exited(token, let status, _): return (status, output)
            case .interrupted: reactor.stop(token, grace: options.grace)
            default: continue
            }
        }
    }
}

extension Condition.Kind {
    /// Whether every file that it names is one of these reports.
    fileprivate func looksOnly(at reports: PatternSet) -> Bool {
        let files =
            switch self {
            case .exists(let files), .absent(let files): files
            case .match(let files, _), .noMatch(let files, _), .count(let files, _, _): files
            case .value(_, let file, _, _): [file]
            case .same(let one, let other): [one, other]
            case .run: [String]()
            }
        return !files.isEmpty && files.allSatisfy(reports.matches)
    }
}
