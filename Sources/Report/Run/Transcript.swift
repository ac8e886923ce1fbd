// Events as lines that stay: why tasks run, what they print, how they end. Knows no terminal and no status area.

import Vocabulary

/// The fold under the plain and the live renderer.
struct Transcript: Sendable {
    /// What happens to the output of a task that goes well.
    enum Output: Sendable {
        /// Every line as it comes, behind the task's name.
        case streamed
        /// When the task has ended: its last lines.
        case digested
    }

    /// A task that is to run or runs.
    struct Running: Sendable {
        var reason: RunReason?
        var hasStarted = false
        var digest = LogDigest()
    }

    let verbosity: Verbosity
    let style: Style
    let output: Output
    /// Whether what would move the cursor is taken out of output, because the lines share the screen with others.
    private let cleansOutput: Bool
    /// Of the lines for tasks that were restored, so many are shown; the others are a count.
    static let restoredLimit = 20

    private(set) var tasks: TaskTable
    private var running: [TaskID: Running] = [:]
    private var failures = Failures()
    private var hiddenRestored = 0
    private var shownRestored = 0
    private var signals = 0
    /// Told at the end, where they are looked for.
    private var tables: [TableAccount] = []
    /// A run of one task: its output needs no name before it.
    private var isAlone = false

    private var streams: Bool { output == .streamed || isAlone }

    init(tasks: TaskTable, verbosity: Verbosity, style: Style, output: Output) {
        self.tasks = tasks
        self.verbosity = verbosity
        self.style = style
        self.output = verbosity == .verbose ? .streamed : output
        cleansOutput = output == .digested
    }

    /// The lines for an event, each with its end.
    mutating func lines(for event: Event) -> [UInt8] {
        switch event.kind {
        case .runStarted(let count, let jobs):
            isAlone = count == 1
            return verbosity == .verbose ? line("\(counted(count, "task")), \(counted(jobs, "job"))") : []
        case .decided(let task, let decision): return decided(task, decision)
        case .started(let task, let attempt): return started(task, attempt)
        case .output(let task, let bytes): return printed(task, bytes)
        case .replayed(let task, let log): return replayed(task, log)
        case .retrying(let task, let attempt, let cause, let pause):
            failures.otherOutput(than: task)
            let next = pause == 0 ? "trying again" : "trying again in \(humanDuration(pause))"
            return verbosity == .quiet
                ? [] : line(task, .yellow, "attempt \(attempt) failed", "\(Prose.text(cause)); \(next)")
        case .finished(let task, let outcome, let usage, let log): return finished(task, outcome, usage, log)
        case .measured, .served: return []
        case .repeating(let task, let execution, let most):
            return verbosity == .verbose ? line(task, .dim, "execution \(execution) of at most \(most)", nil) : []
        case .judged(_, let account): return judged(account)
        case .tabulated(_, let account):
            tables.append(account)
            return []
        case .warned(let task, let text):
            guard verbosity > .quiet else { return [] }
            failures.otherOutput(than: nil)
            return line(style.paint(.yellow, "warning:") + " " + (task.map { tasks.name(of: $0) + ": " } ?? "") + text)
        case .expanded(let task, let instances):
            isAlone = false
            tasks.add(instances: instances)
            return verbosity == .verbose ? line(task, .dim, "expanded", counted(instances.count, "instance")) : []
        case .interrupted(let signal):
            failures.otherOutput(than: nil)
            signals += 1
            let words = signals == 1 ? "received, ending what runs" : "received again, killing what runs"
            return line(style.paint(.yellow, "stopping:") + " \(signalName(signal)) \(words)")
        case .runFinished(let summary): return closing(summary)
        }
    }

    private mutating func judged(_ account: GateAccount) -> [UInt8] {
        guard verbosity > .quiet || account.result.verdict != .pass else { return [] }
        failures.otherOutput(than: nil)
        let paint: Style.Paint =
            switch account.result.verdict {
            case .pass: .green
            case .fail: account.isObserved ? .yellow : .red
            case .notEnoughData: .yellow
            }
        let word = account.isObserved ? "observed" : account.result.verdict.rawValue
        return line("\(style.paint(paint, word))  \(account.gate.name)  \(account.result.explanation)")
    }

    /// Why a task that has not ended runs.
    func reason(of task: TaskID) -> RunReason? { running[task]?.reason }

    private mutating func decided(_ task: TaskID, _ decision: Decision) -> [UInt8] {
        if case .run(let reason) = decision { running[task] = Running(reason: reason) }
        return []
    }

    private mutating func started(_ task: TaskID, _ attempt: Int) -> [UInt8] {
        // The line about the retry has said it already.
        guard attempt == 1, verbosity > .quiet else { return [] }
        running[task]?.hasStarted = true
        if streams { failures.startsOutput(task) }
        guard output == .streamed else { return [] }
        return line(task, .cyan, "running", running[task]?.reason.map(Prose.text))
    }

    private mutating func printed(_ task: TaskID, _ bytes: [UInt8]) -> [UInt8] {
        if verbosity == .quiet { return [] }
        if !streams {
            running[task, default: Running()].digest.add(bytes)
            return []
        }
        failures.otherOutput(than: task)
        return prefixed(task, bytes)
    }

    /// Output behind the name of its task, or by itself when there is no other task.
    private func prefixed(_ task: TaskID, _ bytes: [UInt8]) -> [UInt8] {
        let prefix = isAlone ? "" : style.prefix(tasks.name(of: task) + " | ", of: task.index)
        return OutputLines(bytes: bytes).reduce(into: []) { result, line in
            result.append(prefix)
            result.append(contentsOf: cleansOutput ? withoutControls(line, colors: style.colors) : Array(line))
            result.append(UInt8(ascii: "\n"))
        }
    }

    private mutating func replayed(_ task: TaskID, _ log: [UInt8]) -> [UInt8] {
        guard verbosity == .verbose || verbosity == .normal && shownRestored < Transcript.restoredLimit else {
            return []
        }
        return printed(task, log)
    }

    private mutating func finished(
        _ task: TaskID, _ outcome: TaskOutcome, _ usage: ResourceUsage, _ log: [UInt8]?
    ) -> [UInt8] {
        let ended = running.removeValue(forKey: task)
        if case .blocked(let culprit) = outcome { failures.block(task, by: culprit) }
        if case .failed(let cause, let attempts) = outcome {
            failures.add(Failures.Item(task: task, cause: cause, attempts: attempts, wall: usage.wall, log: log ?? []))
        }
        guard shows(outcome, ended) else { return [] }
        let end = ending(outcome, usage, ended)
        failures.otherOutput(than: outcome.isDone ? nil : task)
        var bytes = line(task, end.paint, end.word, end.detail)
        if outcome.isDone, let digest = ended?.digest { bytes += block(digest) }
        return bytes
    }

    /// Whether the end of a task is worth a line. Counts those restored that are not.
    private mutating func shows(_ outcome: TaskOutcome, _ ended: Running?) -> Bool {
        guard verbosity == .normal else { return verbosity == .verbose }
        switch outcome {
        case .restored:
            if shownRestored == Transcript.restoredLimit { hiddenRestored += 1 } else { shownRestored += 1 }
            return hiddenRestored == 0
        case .upToDate, .satisfied, .skipped, .blocked: return false
        case .cancelled: return ended?.hasStarted == true
        // What was never to run stands for others: the instances of an `each`.
        case .succeeded: return ended?.reason != nil
        case .failed: return true
        }
    }

    /// The words of a task's last line.
    private func ending(
        _ outcome: TaskOutcome, _ usage: ResourceUsage, _ ended: Running?
    ) -> (paint: Style.Paint, word: String, detail: String?) {
        // A task without a command takes no time that is measured.
        let time = usage.wall == 0 ? nil : humanDuration(usage.wall)
        let done = time.map { "done in \($0)" } ?? "done"
        // A line about the start has said why.
        let why = ended?.hasStarted == true && output == .streamed ? nil : ended?.reason.map(Prose.text)
        switch outcome {
        case .upToDate: return (.dim, "up to date", nil)
        case .restored: return (.dim, "restored", nil)
        case .satisfied: return (.dim, "satisfied", "every condition holds already")
        case .succeeded(1): return (.green, done, why)
        case .succeeded(let attempts):
            return (.yellow, done, "flaky: passed on attempt \(attempts)" + (why.map { "; \($0)" } ?? ""))
        case .failed(let cause, let attempts):
            let tried = attempts > 1 ? " (attempt \(attempts))" : ""
            return (.red, time.map { "failed after \($0)" } ?? "failed", Prose.text(cause) + tried)
        case .skipped(let why): return (.dim, "skipped", why)
        case .blocked(let culprit): return (.dim, "blocked", "\(tasks.name(of: culprit)) did not succeed")
        case .cancelled: return (.dim, "cancelled", nil)
        }
    }

    /// The last lines that a task has printed, indented.
    private func block(_ digest: LogDigest) -> [UInt8] {
        var bytes: [UInt8] = []
        if digest.dropped > 0 { bytes.appendLine(style.paint(.dim, "    … \(counted(digest.dropped, "line")) before")) }
        for line in digest.lines {
            bytes.append("    ")
            bytes.append(contentsOf: withoutControls(line[...], colors: style.colors))
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    private func closing(_ summary: RunSummary) -> [UInt8] {
        var bytes: [UInt8] = []
        if hiddenRestored > 0 { bytes.appendLine(style.paint(.dim, "and \(humanCount(hiddenRestored)) more restored")) }
        bytes += failures.text(in: tasks, style: style, cleansOutput: cleansOutput)
        if verbosity > .quiet { for table in tables { bytes += Array(table.text(style).utf8) } }
        if verbosity > .quiet || summary.failed + summary.cancelled > 0 || summary.signal != nil {
            bytes.appendLine(style.paint(summary.failed > 0 ? .boldRed : .bold, Prose.text(summary)))
        }
        return bytes
    }

    private func line(_ text: String) -> [UInt8] { Array(text.utf8) + [UInt8(ascii: "\n")] }

    /// `name: words — detail`
    private func line(_ task: TaskID, _ paint: Style.Paint, _ words: String, _ detail: String?) -> [UInt8] {
        let end = detail.map { " — \($0)" } ?? ""
        return line("\(tasks.name(of: task)): \(style.paint(paint, words))\(end)")
    }
}
