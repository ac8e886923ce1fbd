// A run as lines for GitHub's runner: groups, annotations, and nothing of a task's output taken for a command. Knows no
// environment: what it needs of it is given.

public import Vocabulary

/// The plain lines, with each task's output as one group when the task has ended.
///
/// The runner takes lines that begin with `::` (or hold `##[`) for commands, whoever prints them. So commands are
/// stopped with a token that nobody can guess (`::stop-commands::TOKEN`) before anything is printed that is not this renderer's
/// own, and resumed for its own commands only.
public struct GitHubRenderer: Renderer {
    /// Bytes of output that are kept back; what comes then is shown in a group of its own.
    static let bufferSize = 1 << 20

    private var plain: PlainRenderer
    private var tasks: TaskTable
    private let annotations: Annotations
    private let token: String
    private var isStopped = false
    private var isAlone = false
    private var pending: [TaskID: [UInt8]] = [:]
    private var bytes: [UInt8] = []
    /// What the runner hides already.
    private var masks: Set<WorkflowCommand> = []

    /// - Parameters:
    ///   - token: what resumes commands; must be new in every run and unknown to tasks.
    ///   - masked: secrets that the runner is told to hide before anything is printed.
    public init(
        tasks: TaskTable, verbosity: Verbosity = .normal, annotations: Annotations, token: String,
        masked: [String] = []
    ) {
        plain = PlainRenderer(tasks: tasks, verbosity: verbosity)
        self.tasks = tasks
        self.annotations = annotations
        self.token = token
        bytes = hide(masked)
    }

    /// Makes the runner hide values that become known while the run goes on: the passwords of services, which are new in
    /// every run. Tasks' output has them masked anyway; reports, names and messages may not.
    public mutating func hide(_ values: [String]) -> [UInt8] {
        issue(WorkflowCommand.masks(values).filter { masks.insert($0).inserted })
        return take()
    }

    public mutating func render(_ event: Event) -> [UInt8] {
        switch event.kind {
        case .runStarted(let count, _): isAlone = count == 1
        case .expanded(_, let instances):
            isAlone = false
            tasks.add(instances: instances)
        default: break
        }
        switch event.kind {
        case .output(let task, let output) where !isAlone: keep(task, output, event.time)
        case .replayed(let task, _): show(plain.render(event), inGroup: "\(tasks.name(of: task)): its stored log")
        case .finished(let task, let outcome, _, _): finish(task, outcome, event)
        default: show(plain.render(event))
        }
        annotate(event)
        return take()
    }

    public mutating func end() -> [UInt8] {
        for task in pending.keys.sorted() { flush(task, 0, inGroup: true) }
        show(plain.end())
        resume()
        return take()
    }

    private mutating func keep(_ task: TaskID, _ output: [UInt8], _ time: UInt64) {
        pending[task, default: []] += output
        if pending[task, default: []].count > GitHubRenderer.bufferSize { flush(task, time, inGroup: true) }
    }

    /// The output of a failed task is not folded away.
    private mutating func finish(_ task: TaskID, _ outcome: TaskOutcome, _ event: Event) {
        flush(task, event.time, inGroup: outcome.isDone)
        show(plain.render(event))
        if case .failed(let cause, _) = outcome {
            issue(annotations.commands(cause, task: tasks.name(of: task), at: tasks.range(of: task)))
        }
    }

    private mutating func flush(_ task: TaskID, _ time: UInt64, inGroup isGroup: Bool) {
        guard let output = pending.removeValue(forKey: task) else { return }
        let lines = plain.render(Event(time: time, .output(task, output)))
        show(lines, inGroup: isGroup ? "output of \(tasks.name(of: task))" : nil)
    }

    private mutating func annotate(_ event: Event) {
        switch event.kind {
        case .measured(let task, let evidence):
            issue(annotations.commands(evidence.tests, task: tasks.name(of: task)))
        case .judged(let gate, let account):
            if let command = annotations.command(account, at: tasks.range(of: gate)) { issue([command]) }
        case .warned(let task, let text):
            let title = task.map { [WorkflowCommand.Property("title", tasks.name(of: $0))] } ?? []
            issue([WorkflowCommand("warning", title, text)])
        default: break
        }
    }

    private mutating func show(_ lines: [UInt8], inGroup title: String? = nil) {
        guard !lines.isEmpty else { return }
        if let title { issue([WorkflowCommand("group", [], title)]) }
        if !isStopped { bytes.append("::stop-commands::\(token)\n") }
        isStopped = true
        bytes += lines
        if title != nil { issue([WorkflowCommand("endgroup")]) }
    }

    private mutating func issue(_ commands: [WorkflowCommand]) {
        guard !commands.isEmpty else { return }
        resume()
        for command in commands { bytes.append(command.line) }
    }

    private mutating func resume() {
        if isStopped { bytes.append("::\(token)::\n") }
        isStopped = false
    }

    private mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }
}
