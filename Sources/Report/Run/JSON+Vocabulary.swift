// Reasons, outcomes and causes as JSON. The shapes are part of docs/events.md; the words come from Prose.

import Vocabulary

extension Decision {
    /// `decision`, and for a run its `reason`.
    var members: [(String, JSON?)] {
        switch self {
        case .upToDate: [("decision", .string("up-to-date"))]
        case .restore: [("decision", .string("restore"))]
        case .satisfied: [("decision", .string("satisfied"))]
        case .run(let reason): [("decision", .string("run")), ("reason", reason.json)]
        }
    }
}

extension RunReason {
    var json: JSON {
        let (kind, more): (String, (String, JSON?)?) =
            switch self {
            case .neverRan: ("never-ran", nil)
            case .notCached(let why): ("not-cached", ("because", .string(why.jsonName)))
            case .forced: ("forced", nil)
            case .cacheDisabled: ("cache-disabled", nil)
            case .failedBefore: ("failed-before", nil)
            case .changed(let changes): ("changed", ("changes", .array(changes.map(\.json))))
            case .recordIncomplete(let what): ("record-incomplete", ("missing", .string(what)))
            case .tooOld: ("too-old", nil)
            }
        return .object(
            dropping: [("kind", .string(kind)), ("text", .string(Prose.text(self)))] + (more.map { [$0] } ?? []))
    }
}

extension NotCachedReason {
    fileprivate var jsonName: String {
        switch self {
        case .noInputs: "no-inputs"
        case .sharedService: "shared-service"
        case .declared: "declared"
        case .interactive: "interactive"
        }
    }
}

extension KeyChange {
    var json: JSON {
        .object([
            ("kind", .string(kind.jsonName)), ("name", .string(name)), ("change", .string(direction.rawValue)),
            ("text", .string(Prose.text(self))),
        ])
    }
}

extension KeyPart.Kind {
    var jsonName: String {
        switch self {
        case .format: "format"
        case .platform: "platform"
        case .definition: "definition"
        case .command: "command"
        case .environment: "environment"
        case .secret: "secret"
        case .argument: "argument"
        case .string: "string"
        case .tool: "tool"
        case .input: "input"
        case .dependency: "dependency"
        case .service: "service"
        case .workspace: "workspace"
        }
    }
}

extension TaskOutcome {
    /// `outcome` and what belongs to it.
    func members(in tasks: TaskTable) -> [(String, JSON?)] {
        switch self {
        case .upToDate: [("outcome", .string("up-to-date"))]
        case .restored: [("outcome", .string("restored"))]
        case .satisfied: [("outcome", .string("satisfied"))]
        case .succeeded(let attempts): [("outcome", .string("succeeded")), ("attempts", .count(attempts))]
        case .failed(let cause, let attempts):
            [("outcome", .string("failed")), ("attempts", .count(attempts)), ("cause", cause.json(in: tasks.sources))]
        case .skipped(let why): [("outcome", .string("skipped")), ("because", .string(why))]
        case .blocked(let culprit): [("outcome", .string("blocked")), ("by", .string(tasks.name(of: culprit)))]
        case .cancelled: [("outcome", .string("cancelled"))]
        }
    }
}

extension FailureCause {
    func json(in sources: SourceMap) -> JSON {
        let (kind, more): (String, [(String, JSON?)]) =
            switch self {
            case .exit(.exited(let code)): ("exit", [("code", .integer(Int64(code)))])
            case .exit(.signalled(let number)):
                ("signal", [("signal", .string(signalName(number))), ("number", .integer(Int64(number)))])
            case .timedOut(let limit): ("timeout", [("limit", .unsigned(limit))])
            case .notStarted(let why): ("not-started", [("message", .string(why))])
            case .missingOutputs(let paths): ("missing-outputs", [("paths", .strings(paths))])
            case .conditions(let findings):
                ("conditions", [("findings", .array(findings.map { $0.json(in: sources) }))])
            case .undeclaredChanges(let paths): ("undeclared-changes", [("paths", .strings(paths))])
            case .differs(let found): ("differs", [("differences", .array(found.map(\.json)))])
            case .invalid(let findings): ("invalid", [("findings", .array(findings.map { $0.json(in: sources) }))])
            case .engine(let what): ("engine", [("message", .string(what))])
            }
        return .object(dropping: [("kind", .string(kind)), ("text", .string(Prose.text(self)))] + more)
    }
}

extension ResourceUsage {
    var json: JSON {
        .object([("wall", .unsigned(wall)), ("cpu", .unsigned(cpu)), ("peakMemory", .unsigned(peakMemory))])
    }
}

extension RunSummary {
    var members: [(String, JSON?)] {
        [
            ("upToDate", .count(upToDate)), ("restored", .count(restored)), ("satisfied", .count(satisfied)),
            ("succeeded", .count(succeeded)), ("flaky", .count(flaky)), ("failed", .count(failed)),
            ("skipped", .count(skipped)), ("blocked", .count(blocked)), ("cancelled", .count(cancelled)),
            ("gatesPassed", gateCount(gatesPassed)), ("gatesFailed", gateCount(gatesFailed)),
            ("gatesUndecided", gateCount(gatesUndecided)),
            ("wall", .unsigned(wall)), ("signal", signal.map { .string(signalName($0)) }),
        ]
    }

    /// Nil in a run without gates.
    private func gateCount(_ count: Int) -> JSON? {
        gatesPassed + gatesFailed + gatesUndecided > 0 ? .count(count) : nil
    }
}

extension Diagnostic {
    /// Message, place (`tasks.yaml:3:5`), hint and the whole text.
    func json(in sources: SourceMap) -> JSON {
        let located = located(in: sources)
        return .object(dropping: [
            ("severity", .string(severity.rawValue)), ("message", .string(message)),
            ("at", located.range.map { .string(sources.label($0)) }), ("hint", hint.map { .string($0) }),
            ("text", .string(located.text(in: sources))),
        ])
    }

    /// Without places in texts that are not there.
    func located(in sources: SourceMap) -> Diagnostic {
        func known(_ range: SourceRange?) -> SourceRange? {
            range.flatMap { Int($0.source.rawValue) < sources.texts.count ? $0 : nil }
        }
        var result = self
        result.range = known(range)
        result.notes = notes.map { Note($0.message, at: known($0.range)) }
        return result
    }
}
