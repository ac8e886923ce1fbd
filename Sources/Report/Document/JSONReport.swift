// A run as JSON, whole: what the history keeps of it, in a versioned shape. docs/report.md names the members.

public import Vocabulary

public struct JSONReport: Sendable {
    /// Raised when a member changes its meaning or goes away; new members do not raise it.
    public static let version = 1
    private let run: RunEvidence

    public init(_ run: RunEvidence) {
        self.run = run
    }

    public var text: String { String(decoding: json.indented, as: UTF8.self) }

    var json: JSON {
        .object(
            dropping: [
                ("version", .count(JSONReport.version)), ("id", .string(run.id)),
                ("number", run.number.map { .unsigned($0) }), ("project", .string(run.project)),
                ("host", .string(run.host)), ("branch", run.branch.map { .string($0) }),
                ("commit", run.commit.map { .string($0) }), ("startedAt", .unsigned(run.startedAt)),
                ("targets", .strings(run.targets)), ("jobs", .count(run.jobs)),
                ("verdict", .string(RunFacts(run, earlier: []).verdict.rawValue)),
                ("summary", .object(dropping: run.summary.members)), ("tasks", .array(run.tasks.map(\.reportJSON))),
                (
                    "metrics",
                    .array(run.metrics.map { .object(dropping: $0.measurement.members + [("task", .string($0.task))]) })
                ), ("gates", .array(run.gates.map(\.reportJSON))),
                (
                    "tables",
                    run.tables.isEmpty ? nil : .array(run.tables.map { .object(dropping: $0.members) })
                ),
            ])
    }
}

extension TaskAccount {
    fileprivate var reportJSON: JSON {
        let waits = serviceWaits.sorted { $0.key < $1.key }.map { ($0.key, JSON.unsigned($0.value)) }
        return .object(dropping: [
            ("name", .string(name)), ("outcome", .string(outcome)), ("needs", .strings(needs)),
            ("reasons", .strings(reasons)), ("readyAt", readyAt.map { .unsigned($0) }),
            ("startedAt", startedAt.map { .unsigned($0) }), ("endedAt", endedAt.map { .unsigned($0) }),
            ("usage", usage.json), ("attempts", .count(attempts)), ("key", key.map { .string("\($0)") }),
            ("log", log.map { .string($0) }), ("serviceWaits", waits.isEmpty ? nil : .object(waits)),
            ("metrics", .array(evidence.measurements.map { .object(dropping: $0.members) })),
            (
                "missing",
                .array(
                    evidence.missing.map { .object([("metric", .string($0.name)), ("reason", .string($0.reason))]) })
            ),
            ("tests", .array(evidence.tests.map(\.reportJSON))),
        ])
    }
}

extension TestResult {
    fileprivate var reportJSON: JSON {
        .object(dropping: [
            ("id", .string(id)), ("outcome", .string(outcome.rawValue)), ("seconds", .number(seconds)),
            ("repetition", .count(repetition)), ("message", message.map { .string($0) }),
            ("details", details.map { .string($0) }), ("file", file.map { .string($0) }),
            ("line", line.map { .count($0) }),
        ])
    }
}

extension GateAccount {
    fileprivate var reportJSON: JSON {
        let sample = result.sample.map { sample in
            JSON.object([
                ("events", .count(sample.events)), ("trials", .count(sample.trials)),
                ("unit", .string(sample.unit.rawValue)),
            ])
        }
        return .object(dropping: members + [("claim", .string(claim(unit(of: nil)))), ("sample", sample)])
    }
}
