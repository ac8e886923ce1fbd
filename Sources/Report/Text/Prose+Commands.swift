// The words of `plan` and `why`. The words for reasons and causes are in Prose.swift.

import Vocabulary

extension Prose {
    /// What would be done with a task, and why.
    static func text(_ forecast: Forecast) -> (words: String, detail: String?) {
        switch forecast {
        case .decided(.upToDate): ("up to date", nil)
        case .decided(.restore): ("would be restored", nil)
        case .decided(.satisfied): ("satisfied", "every condition holds already")
        case .decided(.run(let reason)): ("would run", text(reason))
        case .mayRun(let tasks): ("may run", "needs \(list(tasks, limit: 3)), to run first")
        case .mayBeSatisfied: ("may run", "unless all its conditions hold by then")
        case .blocked(let task): ("would be blocked", "needs \(task), which would fail")
        case .skipped(let why): ("skipped", why)
        case .failed(let cause): ("would fail", text(cause))
        }
    }

    /// `2 would run, 1 may run, 8 would be restored, 1 up to date`
    static func text(_ counts: Plan.Counts) -> String {
        let text = clauses([
            (counts.failed, "would fail"), (counts.blocked, "would be blocked"), (counts.run, "would run"),
            (counts.mayRun, "may run"),
            (counts.restore, "would be restored"),
            (counts.satisfied, "satisfied"), (counts.upToDate, "up to date"), (counts.skipped, "skipped"),
        ])
        return text.isEmpty ? "nothing to do" : text
    }
}

extension Prose {
    /// The heading over changes of one kind.
    static func heading(_ kind: KeyPart.Kind) -> String {
        switch kind {
        case .format: "cache format"
        case .platform: "platform"
        case .definition: "definition"
        case .command: "command"
        case .environment: "environment variables"
        case .secret: "secrets"
        case .argument: "arguments"
        case .string: "cache keys"
        case .tool: "tools"
        case .input: "inputs"
        case .dependency: "dependencies"
        case .service: "services"
        case .workspace: "workspace"
        }
    }

    /// `5 parts: command, 2 inputs, 1 dependency`
    static func composition(of listing: KeyListing) -> String {
        let kinds = KeyPart.Kind.allCases.compactMap { kind -> String? in
            let count = listing.parts.count { $0.kind == kind }
            if count == 0 { return nil }
            switch kind {
            case .format, .platform, .definition, .command: return heading(kind)
            case .environment: return counted(count, "environment variable")
            case .secret: return counted(count, "secret")
            case .argument: return counted(count, "argument")
            case .string: return counted(count, "cache key")
            case .tool: return counted(count, "tool")
            case .input: return counted(count, "input")
            case .dependency: return counted(count, "dependency", "dependencies")
            case .service: return counted(count, "service")
            case .workspace: return "workspace"
            }
        }
        return counted(listing.parts.count, "part") + (kinds.isEmpty ? "" : ": " + kinds.joined(separator: ", "))
    }
}
