// What deserves an annotation in a pull request, and where it is put. Prints nothing.

public import Vocabulary

/// Makes the commands that annotate: findings, failed tasks, failed tests, failed gates.
public struct Annotations: Sendable {
    /// GitHub shows ten errors and ten warnings of a step; a few more are worth their lines in the log.
    static let testLimit = 30

    let paths: CheckoutPaths
    let sources: SourceMap

    public init(paths: CheckoutPaths, sources: SourceMap) {
        self.paths = paths
        self.sources = sources
    }

    /// A finding about the YAML, at its place.
    public func command(_ diagnostic: Diagnostic, title: String = "") -> WorkflowCommand {
        let hint = diagnostic.hint.map { "\nhint: \($0)" } ?? ""
        let notes = diagnostic.notes.map { "\n" + ($0.range.map { label($0) + ": " } ?? "") + $0.message }.joined()
        return WorkflowCommand(
            diagnostic.severity.rawValue, place(diagnostic.range) + [.init("title", title)],
            diagnostic.message + notes + hint)
    }

    /// A failed task: each finding that has a place, or the cause where the task is declared.
    func commands(_ cause: FailureCause, task: String, at range: SourceRange?) -> [WorkflowCommand] {
        switch cause {
        case .conditions(let findings) where !findings.isEmpty, .invalid(let findings) where !findings.isEmpty:
            return findings.map { command($0, title: "\(task) failed") }
        default:
            let lines = [Prose.text(cause)] + Prose.details(cause, in: sources) + [Prose.hint(cause)].compactMap { $0 }
            let title = WorkflowCommand.Property("title", "\(task) failed")
            return [WorkflowCommand("error", place(range) + [title], lines.joined(separator: "\n"))]
        }
    }

    /// Tests that did not pass as errors, flaky ones as warnings.
    func commands(_ tests: [TestResult], task: String, limit: Int = testLimit) -> [WorkflowCommand] {
        let told = tests.filter { $0.outcome.isBad || $0.outcome == .flaky }
        let commands = told.prefix(limit).map(command)
        guard told.count > limit else { return commands }
        let rest = counted(told.count - limit, "more test") + (told.count - limit == 1 ? " is" : " are")
        return commands + [WorkflowCommand("warning", [.init("title", task)], "\(rest) not shown here")]
    }

    private func command(_ test: TestResult) -> WorkflowCommand {
        let file = test.file.map { WorkflowCommand.Property("file", paths.inRoot($0)) }
        let line = test.file == nil ? nil : test.line.map { WorkflowCommand.Property("line", String($0)) }
        let words = test.outcome == .flaky ? "flaky: failed, and passed when tried again" : test.outcome.rawValue
        return WorkflowCommand(
            test.outcome.isBad ? "error" : "warning",
            [file, line].compactMap { $0 } + [.init("title", test.id)], test.message ?? words)
    }

    /// A gate that did not pass; nil for one that did.
    func command(_ account: GateAccount, at range: SourceRange?) -> WorkflowCommand? {
        guard account.result.verdict != .pass else { return nil }
        let isError = account.result.verdict == .fail && !account.isObserved
        let title = WorkflowCommand.Property("title", "\(account.gate.name): \(account.result.verdict.rawValue)")
        return WorkflowCommand(isError ? "error" : "warning", place(range) + [title], account.result.explanation)
    }

    private func place(_ range: SourceRange?) -> [WorkflowCommand.Property] {
        guard let range, Int(range.source.rawValue) < sources.texts.count else { return [] }
        let start = sources.position(of: range.start, in: range.source)
        return [
            .init("file", paths.shown(sources[range.source].path)), .init("line", String(start.line)),
            .init("col", String(start.column)),
        ]
    }

    private func label(_ range: SourceRange) -> String {
        let start = sources.position(of: range.start, in: range.source)
        return "\(paths.shown(sources[range.source].path)):\(start.line):\(start.column)"
    }
}
