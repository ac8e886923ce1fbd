// Appends a run to bytes. `EvidenceReader` is its mirror: they change together.

import Vocabulary

struct EvidenceWriter {
    private var writer = ByteWriter()
    private var numbers: [String: UInt32] = [:]

    var bytes: [UInt8] { writer.bytes }

    mutating func write(_ run: RunEvidence) {
        for text in [run.id, run.project, run.host] { writer.string(text) }
        optional(run.branch) { $0.writer.string($1) }
        optional(run.commit) { $0.writer.string($1) }
        optional(run.number) { $0.writer.integer($1) }
        writer.integer(run.startedAt)
        list(run.targets) { $0.writer.string($1) }
        writer.integer(Int64(run.jobs))
        for count in storedCounts { writer.integer(Int64(run.summary[keyPath: count])) }
        writer.integer(run.summary.wall)
        optional(run.summary.signal) { $0.writer.integer($1) }
        list(run.tasks) { $0.write($1) }
        list(run.metrics) { writer, metric in
            writer.name(metric.task)
            writer.write(metric.measurement)
        }
        list(run.gates) { $0.write($1) }
        list(run.tables) { $0.write($1) }
    }

    private mutating func write(_ table: TableAccount) {
        name(table.task)
        optional(table.title) { $0.name($1) }
        list(table.rows) { writer, row in
            for text in [row.title, row.beforeText, row.afterText, row.targetText, row.note] { writer.name(text) }
            for value in [row.before, row.after] { writer.optional(value) { $0.number($1) } }
            writer.optional(row.verdict) { $0.name($1.rawValue) }
        }
    }

    private mutating func write(_ task: TaskAccount) {
        name(task.name)
        name(task.outcome)
        list(task.needs) { $0.name($1) }
        list(task.reasons) { $0.name($1) }
        for moment in [task.readyAt, task.startedAt, task.endedAt] { optional(moment) { $0.writer.integer($1) } }
        for number in [task.usage.wall, task.usage.cpu, task.usage.peakMemory] { writer.integer(number) }
        writer.integer(Int64(task.attempts))
        optional(task.key) { $0.writer.digest($1) }
        optional(task.log) { $0.writer.string($1) }
        list(task.serviceWaits.sorted { $0.key < $1.key }) { writer, wait in
            writer.name(wait.key)
            writer.writer.integer(wait.value)
        }
        list(task.evidence.measurements) { $0.write($1) }
        list(task.evidence.missing) { writer, missing in
            writer.name(missing.name)
            writer.name(missing.reason)
        }
        list(task.evidence.tests) { $0.write($1) }
    }

    private mutating func write(_ measurement: Measurement) {
        name(measurement.name)
        number(measurement.value)
        name(measurement.unit.rawValue)
        name(measurement.direction.rawValue)
        optional(measurement.sample) { $0.write($1) }
        let origin = measurement.provenance
        name(origin.run)
        name(origin.host)
        writer.integer(origin.time)
        flag(origin.isRestored)
    }

    private mutating func write(_ test: TestResult) {
        name(test.id)
        name(test.outcome.rawValue)
        number(test.seconds)
        writer.integer(Int64(test.repetition))
        for text in [test.message, test.details, test.file] { optional(text) { $0.name($1) } }
        optional(test.line) { $0.writer.integer(Int64($1)) }
    }

    private mutating func write(_ account: GateAccount) {
        let (gate, result) = (account.gate, account.result)
        name(gate.name)
        name(gate.metric)
        name(gate.comparison.rawValue)
        number(gate.factor)
        write(gate.limit)
        optional(gate.certainty) { $0.number($1.percent) }
        name(result.verdict.rawValue)
        name(result.explanation)
        for value in [result.value, result.limit, result.bounds?.lowerBound, result.bounds?.upperBound] {
            optional(value) { $0.number($1) }
        }
        optional(result.sample) { $0.write($1) }
        flag(account.isObserved)
    }

    private mutating func write(_ limit: Gate.Limit) {
        switch limit {
        case .number(let value):
            writer.integer(UInt8(0))
            number(value)
        case .share(let value):
            writer.integer(UInt8(1))
            number(value)
        case .metric(let metric):
            writer.integer(UInt8(2))
            name(metric)
        case .baseline(let baseline):
            writer.integer(UInt8(3))
            name(baseline.kind.rawValue)
            name(baseline.name)
        }
    }

    private mutating func write(_ sample: Sample) {
        writer.integer(Int64(sample.events))
        writer.integer(Int64(sample.trials))
        name(sample.unit.rawValue)
    }

    /// The number of a text; a number not used before is followed by the text.
    private mutating func name(_ text: String) {
        if let number = numbers[text] { return writer.integer(number) }
        let number = UInt32(numbers.count)
        numbers[text] = number
        writer.integer(number)
        writer.string(text)
    }

    private mutating func number(_ value: Double) { writer.integer(value.bitPattern) }
    private mutating func flag(_ value: Bool) { writer.integer(UInt8(value ? 1 : 0)) }

    private mutating func optional<Value>(_ value: Value?, _ body: (inout Self, Value) -> Void) {
        flag(value != nil)
        if let value { body(&self, value) }
    }

    private mutating func list<Value>(_ values: [Value], _ body: (inout Self, Value) -> Void) {
        writer.integer(UInt32(values.count))
        for value in values { body(&self, value) }
    }
}
