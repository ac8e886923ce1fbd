// The byte form of a task's evidence, as a blob beside the record of its result. Does not know where it is kept.

extension TaskEvidence {
    /// Version of the byte form; what is of another one is a miss.
    static let formatVersion: UInt8 = 1
    /// The same with executions behind it.
    static let repeatedVersion: UInt8 = 2

    public var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.integer(executions.isEmpty ? TaskEvidence.formatVersion : TaskEvidence.repeatedVersion)
        // The tests of a repeated task are those of its executions.
        writer.evidence(measurements, missing, executions.isEmpty ? tests : [])
        if !executions.isEmpty {
            writer.list(executions) { writer, execution in
                writer.evidence(execution.measurements, execution.missing, execution.tests)
                writer.integer(UInt8(execution.isBroken ? 1 : 0))
            }
        }
        return writer.bytes
    }

    /// Nil when the bytes are torn or of another version.
    public init?(encoded bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard let version = reader.integer(UInt8.self), let evidence = reader.evidence() else { return nil }
        self = evidence
        switch version {
        case TaskEvidence.formatVersion: break
        case TaskEvidence.repeatedVersion:
            let found = reader.list { reader -> ExecutionEvidence? in
                guard let evidence = reader.evidence(), let broken = reader.integer(UInt8.self) else { return nil }
                return ExecutionEvidence(evidence, isBroken: broken != 0)
            }
            guard let found, !found.isEmpty else { return nil }
            executions = found
            tests = found.enumerated().flatMap { index, execution in
                execution.tests.map { test in
                    var test = test
                    test.repetition = index + 1
                    return test
                }
            }
        default: return nil
        }
        guard reader.isAtEnd else { return nil }
    }

    /// The same as it comes with a result from the cache.
    public var restored: TaskEvidence {
        var evidence = self
        evidence.measurements.restore()
        for index in evidence.executions.indices { evidence.executions[index].measurements.restore() }
        return evidence
    }
}

extension [Measurement] {
    fileprivate mutating func restore() {
        for index in indices { self[index].provenance.isRestored = true }
    }
}

extension ByteWriter {
    fileprivate mutating func evidence(_ measurements: [Measurement], _ missing: [MissingMetric], _ tests: [TestResult])
    {
        list(measurements) { $0.measurement($1) }
        list(missing) { writer, metric in
            writer.string(metric.name)
            writer.string(metric.reason)
        }
        list(tests) { $0.test($1) }
    }

    fileprivate mutating func list<Value>(_ values: [Value], _ write: (inout ByteWriter, Value) -> Void) {
        integer(UInt32(values.count))
        for value in values { write(&self, value) }
    }

    fileprivate mutating func number(_ value: Double) { integer(value.bitPattern) }

    fileprivate mutating func text(_ value: String?) { list(value.map { [$0] } ?? []) { $0.string($1) } }

    fileprivate mutating func measurement(_ value: Measurement) {
        string(value.name)
        number(value.value)
        string(value.unit.rawValue)
        string(value.direction.rawValue)
        list(value.sample.map { [$0] } ?? []) { writer, sample in
            writer.integer(UInt64(sample.events))
            writer.integer(UInt64(sample.trials))
            writer.string(sample.unit.rawValue)
        }
        string(value.provenance.run)
        string(value.provenance.host)
        integer(value.provenance.time)
    }

    fileprivate mutating func test(_ test: TestResult) {
        string(test.id)
        string(test.outcome.rawValue)
        number(test.seconds)
        integer(UInt32(clamping: test.repetition))
        for value in [test.message, test.details, test.file] { text(value) }
        integer(Int64(test.line ?? 0))
    }
}

extension ByteReader {
    fileprivate mutating func evidence() -> TaskEvidence? {
        guard let measurements = list({ $0.measurement() }),
            let missing = list({ reader -> MissingMetric? in
                guard let name = reader.string(), let reason = reader.string() else { return nil }
                return MissingMetric(name: name, reason: reason)
            }), let tests = list({ $0.test() })
        else { return nil }
        return TaskEvidence(measurements: measurements, missing: missing, tests: tests)
    }

    fileprivate mutating func list<Value>(_ read: (inout ByteReader) -> Value?) -> [Value]? {
        guard let count = integer(UInt32.self) else { return nil }
        var values: [Value] = []
        for _ in 0..<count {
            guard let value = read(&self) else { return nil }
            values.append(value)
        }
        return values
    }

    fileprivate mutating func number() -> Double? { integer(UInt64.self).map(Double.init(bitPattern:)) }

    fileprivate mutating func text() -> String?? {
        guard let values = list({ $0.string() }), values.count < 2 else { return nil }
        return .some(values.first)
    }

    fileprivate mutating func sample() -> Sample? {
        guard let events = integer(UInt64.self), let trials = integer(UInt64.self), events <= trials,
            trials <= UInt64(UInt32.max), let unit = string().flatMap(Sample.Unit.init)
        else { return nil }
        return Sample(events: Int(events), trials: Int(trials), unit: unit)
    }

    fileprivate mutating func measurement() -> Measurement? {
        guard let name = string(), let value = number(), let unit = string().flatMap(MetricUnit.init),
            let direction = string().flatMap(MetricDirection.init), let samples = list({ $0.sample() }),
            let run = string(), let host = string(), let time: UInt64 = integer()
        else { return nil }
        return Measurement(
            name: name, value: value, unit: unit, direction: direction, sample: samples.first,
            provenance: Provenance(run: run, host: host, time: time))
    }

    fileprivate mutating func test() -> TestResult? {
        guard let id = string(), let outcome = string().flatMap(TestOutcome.init), let seconds = number(),
            let repetition = integer(UInt32.self), let message = text(), let details = text(), let file = text(),
            let line = integer(Int64.self)
        else { return nil }
        return TestResult(
            id: id, outcome: outcome, seconds: seconds, repetition: Int(repetition), message: message,
            details: details, file: file, line: line == 0 ? nil : Int(line))
    }
}
