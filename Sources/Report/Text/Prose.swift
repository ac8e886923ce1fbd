// The words for reasons, outcomes and causes: all prose about tasks stands here. Does not know where it goes.

public import Vocabulary

public enum Prose {
    /// Why a task runs, as it stands after the dash: `backend/requirements.txt changed and 3 more`.
    public static func text(_ reason: RunReason) -> String {
        switch reason {
        case .neverRan: "first run"
        case .notCached(.sharedService): "not cached: it shares a service"
        case .notCached(.noInputs): "not cached: no inputs declared"
        case .notCached(.declared): "not cached: its cache is switched off"
        case .notCached(.interactive): "not cached: it uses the terminal"
        case .forced: "forced"
        case .cacheDisabled: "run without the cache"
        case .failedBefore: "it failed the last time"
        case .changed(let changes): text(changes)
        case .recordIncomplete(let what): "the cached result is incomplete: \(what)"
        case .tooOld: "the cached result is older than max-age"
        }
    }

    /// The first change in words, the others as a count.
    static func text(_ changes: [KeyChange]) -> String {
        guard let first = changes.first else { return "something changed" }
        return changes.count == 1 ? text(first) : "\(text(first)) and \(humanCount(changes.count - 1)) more"
    }

    /// One change in words: `environment variable FOO changed`.
    public static func text(_ change: KeyChange) -> String {
        switch change.kind {
        case .dependency: dependency(change.name, change.direction)
        case .workspace where !change.name.isEmpty: "workspace \(change.name) \(verb(change.direction))"
        case .input: "\(printable(change.name)) \(verb(change.direction))"
        default: "\(noun(change.kind, change.name)) \(verb(change.direction))"
        }
    }

    /// What a kind of key part is called, with the part's name when it has one.
    static func noun(_ kind: KeyPart.Kind, _ name: String) -> String {
        let noun =
            switch kind {
            case .format: "the cache's format"
            case .platform: "the platform"
            case .definition: "the task's definition"
            case .command: "the command"
            case .environment: "environment variable"
            case .secret: "secret"
            case .argument: name.isEmpty ? "the arguments after --" : "argument"
            case .string: "cache key"
            case .tool: "tool"
            case .input: "input"
            case .dependency: "dependency"
            case .service: "service"
            case .workspace: "the workspace"
            }
        return name.isEmpty || kind.isSingle ? noun : "\(noun) \(printable(name))"
    }

    private static func dependency(_ name: String, _ direction: KeyChange.Direction) -> String {
        switch direction {
        case .changed: "needs \(name), whose output changed"
        case .added: "needs \(name) now"
        case .removed: "no longer needs \(name)"
        }
    }

    static func verb(_ direction: KeyChange.Direction) -> String {
        switch direction {
        case .changed: "changed"
        case .added: "is new"
        case .removed: "is gone"
        }
    }

    /// A file's name on one line: control characters are escaped, so that no name can pretend to be something else.
    static func printable(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return name }
        return name.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? $0.escaped(asASCII: true) : String($0) }
            .joined()
    }
}

extension Prose {
    /// Why a task failed, in a clause: `exit code 2`.
    public static func text(_ cause: FailureCause) -> String {
        switch cause {
        case .exit(let status): text(status)
        case .timedOut(let limit): "timed out after \(humanDuration(limit))"
        case .notStarted(let why): "could not be started: \(why)"
        case .missingOutputs(let paths) where paths.count == 1: "declared output \(printable(paths[0])) was not made"
        case .missingOutputs(let paths): "\(counted(paths.count, "declared output")) were not made"
        case .conditions(let findings):
            "\(counted(findings.count, "condition")) \(findings.count == 1 ? "does" : "do") not hold"
        case .undeclaredChanges(let paths) where paths.count == 1:
            "changed \(printable(paths[0])), which changes does not name"
        case .undeclaredChanges(let paths): "changed \(counted(paths.count, "path")) that changes does not name"
        case .differs(let found) where found.count == 1:
            "a second run made \(printable(found[0].path)) differently"
        case .differs(let found): "a second run made \(counted(found.count, "path")) differently"
        case .invalid(let diagnostics) where diagnostics.count == 1: diagnostics[0].message
        case .invalid(let diagnostics): counted(diagnostics.count, "error")
        case .engine(let what): what
        }
    }

    /// What belongs under the clause: every missing output, condition, undeclared change or error. Lines without an end.
    static func details(_ cause: FailureCause, in sources: SourceMap) -> [String] {
        switch cause {
        case .missingOutputs(let paths) where paths.count > 1: paths.map(printable)
        case .undeclaredChanges(let paths) where paths.count > 1: paths.map(printable)
        case .differs(let found): found.map(\.text)
        case .conditions(let findings), .invalid(let findings):
            findings.map { $0.located(in: sources) }.text(in: sources).split(separator: "\n").map(String.init)
        default: []
        }
    }

    /// What the user can do about it, if the cause says so by itself.
    static func hint(_ cause: FailureCause) -> String? {
        switch cause {
        case .undeclaredChanges:
            "name them in changes if they belong to the result, or in scratch if they are thrown away"
        case .missingOutputs:
            "outputs are relative to the task's dir and are removed before it runs (clean: false keeps them)"
        case .differs:
            "a result must follow from its inputs alone: look for times, random numbers, temporary names, unsorted lists"
        case .exit(.exited(127)): "127 from a shell means that a command was not found"
        case .exit(.exited(126)): "126 from a shell means that a command could not be executed"
        default: nil
        }
    }

    static func text(_ status: ExitStatus) -> String {
        switch status {
        case .exited(let code) where (129...159).contains(code): "exit code \(code) (128 + \(signalName(code - 128)))"
        case .exited(let code): "exit code \(code)"
        case .signalled(let number): "ended by \(signalName(number))"
        }
    }
}

extension Prose {
    /// The last line of a run: `12 done: 3 ran, 8 restored, 1 up to date in 4.2 s`.
    public static func text(_ summary: RunSummary) -> String {
        guard summary.total > 0 else { return "nothing to do" }
        let troubles = clauses([
            (summary.failed, "failed"),
            (summary.gatesFailed, summary.gatesFailed == 1 ? "gate failed" : "gates failed"),
            (summary.gatesUndecided, summary.gatesUndecided == 1 ? "gate undecided" : "gates undecided"),
            (summary.blocked, "blocked"), (summary.cancelled, "cancelled"),
        ])
        let ran = "ran" + (summary.flaky > 0 ? " (\(humanCount(summary.flaky)) flaky)" : "")
        let kinds = clauses([
            (summary.succeeded, ran), (summary.restored, "restored"), (summary.satisfied, "satisfied"),
            (summary.upToDate, "up to date"), (summary.skipped, "skipped"),
        ])
        let done = summary.total - summary.failed - summary.blocked - summary.cancelled
        let parts = [
            summary.signal.map { "stopped by \(signalName($0))" } ?? "", troubles,
            "\(humanCount(done)) done" + (kinds.isEmpty ? "" : ": \(kinds)"),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "; ") + " in \(humanDuration(summary.wall))"
    }

    /// The counts that are not zero, as a list: `3 ran, 8 restored`.
    static func clauses(_ counts: [(count: Int, word: String)]) -> String {
        counts.filter { $0.count > 0 }.map { "\(humanCount($0.count)) \($0.word)" }.joined(separator: ", ")
    }

    /// A list that is cut: `a, b and 5 more`.
    static func list(_ names: [String], limit: Int) -> String {
        names.count <= limit
            ? names.joined(separator: ", ")
            : names.prefix(limit).joined(separator: ", ") + " and \(humanCount(names.count - limit)) more"
    }
}

extension KeyPart.Kind {
    /// Whether a key has one part of this kind at most.
    var isSingle: Bool {
        switch self {
        case .format, .platform, .definition, .command: true
        default: false
        }
    }
}
