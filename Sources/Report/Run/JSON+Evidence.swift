// Evidence as members of JSON objects; docs/events.md names them. Judges nothing.

import Vocabulary

extension TaskEvidence {
    var members: [(String, JSON?)] {
        [
            ("metrics", .array(measurements.map { .object(dropping: $0.members) })),
            (
                "missing",
                missing.isEmpty
                    ? nil
                    : .array(missing.map { .object([("metric", .string($0.name)), ("reason", .string($0.reason))]) })
            ),
            ("tests", tests.isEmpty ? nil : .integer(Int64(tests.count))),
        ]
    }
}

extension Measurement {
    /// The name, the number, what it counts, and where it comes from.
    var members: [(String, JSON?)] {
        [
            ("metric", .string(name)), ("value", .number(value)), ("unit", .string(unit.rawValue)),
            ("direction", .string(direction.rawValue)),
            ("sample", sample.map(\.json)), ("restored", provenance.isRestored ? .bool(true) : nil),
            ("run", .string(provenance.run)), ("host", .string(provenance.host)),
            ("measuredAt", .unsigned(provenance.time)),
        ]
    }
}

extension Sample {
    fileprivate var json: JSON {
        .object([
            ("events", .integer(Int64(events))), ("trials", .integer(Int64(trials))), ("unit", .string(unit.rawValue)),
        ])
    }
}

extension ServiceUse {
    var json: JSON {
        .object([
            ("service", .string(service)), ("instances", .count(instances)), ("waited", .unsigned(waited)),
            ("longest", .unsigned(longest)),
        ])
    }
}

extension TableAccount {
    var members: [(String, JSON?)] {
        let rows = rows.map { row in
            JSON.object(dropping: [
                ("title", .string(row.title)), ("before", row.before.map(JSON.number)),
                ("after", row.after.map(JSON.number)), ("beforeText", .string(row.beforeText)),
                ("afterText", .string(row.afterText)), ("target", .string(row.targetText)),
                ("verdict", row.verdict.map { .string($0.rawValue) }),
                ("note", row.note.isEmpty ? nil : .string(row.note)),
            ])
        }
        return [("title", title.map { .string($0) }), ("task", .string(task)), ("rows", .array(rows))]
    }
}

extension GateAccount {
    var members: [(String, JSON?)] {
        [
            ("gate", .string(gate.name)), ("metric", .string(gate.metric)),
            ("verdict", .string(result.verdict.rawValue)), ("observed", isObserved ? .bool(true) : nil),
            ("value", result.value.map(JSON.number)), ("limit", result.limit.map(JSON.number)),
            ("bounds", result.bounds.map { .array([.number($0.lowerBound), .number($0.upperBound)]) }),
            ("text", .string(result.explanation)),
        ]
    }
}
