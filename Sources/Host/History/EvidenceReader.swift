// Takes a run from bytes. `EvidenceWriter` is its mirror: they change together.

import Vocabulary

struct EvidenceReader {
    private var reader: ByteReader
    private var names: [String] = []

    init(_ bytes: ArraySlice<UInt8>) {
        reader = ByteReader(bytes)
    }

    var isAtEnd: Bool { reader.isAtEnd }

    /// - Parameter hasTables: runs of earlier versions have none.
    mutating func run(hasTables: Bool) throws(TornEvidence) -> RunEvidence {
        let (id, project, host) = (try string(), try string(), try string())
        let branch = try flag() ? try string() : nil
        let commit = try flag() ? try string() : nil
        let number: UInt64? = try flag() ? try integer() : nil
        let startedAt = try integer(UInt64.self)
        let targets = try list { (reader) throws(TornEvidence) in try reader.string() }
        let jobs = try count()
        var run = RunEvidence(
            id: id, project: project, host: host, branch: branch, commit: commit, startedAt: startedAt,
            targets: targets, jobs: jobs, summary: RunSummary())
        run.number = number
        for count in storedCounts { run.summary[keyPath: count] = try self.count() }
        run.summary.wall = try integer()
        run.summary.signal = try flag() ? try integer() : nil
        run.tasks = try list { (reader) throws(TornEvidence) in try reader.task() }
        run.metrics = try list { (reader) throws(TornEvidence) in
            MetricAccount(task: try reader.name(), try reader.measurement())
        }
        run.gates = try list { (reader) throws(TornEvidence) in try reader.gate() }
        if hasTables { run.tables = try list { (reader) throws(TornEvidence) in try reader.table() } }
        return run
    }

    private mutating func table() throws(TornEvidence) -> TableAccount {
        TableAccount(
            task: try name(), title: try flag() ? try name() : nil,
            rows: try list { (reader) throws(TornEvidence) in
                let texts = [
                    try reader.name(), try reader.name(), try reader.name(), try reader.name(), try reader.name(),
                ]
                return TableAccount.Row(
                    title: texts[0], before: try reader.flag() ? try reader.number() : nil,
                    after: try reader.flag() ? try reader.number() : nil, beforeText: texts[1], afterText: texts[2],
                    targetText: texts[3],
                    verdict: try reader.flag() ? try some(GateResult.Verdict(rawValue: reader.name())) : nil,
                    note: texts[4])
            })
    }

    private mutating func task() throws(TornEvidence) -> TaskAccount {
        var task = TaskAccount(name: try name(), outcome: try name())
        task.needs = try list { (reader) throws(TornEvidence) in try reader.name() }
        task.reasons = try list { (reader) throws(TornEvidence) in try reader.name() }
        task.readyAt = try flag() ? try integer() : nil
        task.startedAt = try flag() ? try integer() : nil
        task.endedAt = try flag() ? try integer() : nil
        task.usage = ResourceUsage(wall: try integer(), cpu: try integer(), peakMemory: try integer())
        task.attempts = try count()
        if try flag() { task.key = try some(reader.digest()) }
        if try flag() { task.log = try string() }
        for _ in 0..<(try integer(UInt32.self)) { task.serviceWaits[try name()] = try integer(UInt64.self) }
        task.evidence.measurements = try list { (reader) throws(TornEvidence) in try reader.measurement() }
        task.evidence.missing = try list { (reader) throws(TornEvidence) in
            MissingMetric(name: try reader.name(), reason: try reader.name())
        }
        task.evidence.tests = try list { (reader) throws(TornEvidence) in try reader.test() }
        return task
    }

    private mutating func measurement() throws(TornEvidence) -> Measurement {
        Measurement(
            name: try name(), value: try number(), unit: try some(MetricUnit(rawValue: name())),
            direction: try some(MetricDirection(rawValue: name())), sample: try flag() ? try sample() : nil,
            provenance: Provenance(run: try name(), host: try name(), time: try integer(), isRestored: try flag()))
    }

    private mutating func test() throws(TornEvidence) -> TestResult {
        TestResult(
            id: try name(), outcome: try some(TestOutcome(rawValue: name())), seconds: try number(),
            repetition: try count(), message: try flag() ? try name() : nil, details: try flag() ? try name() : nil,
            file: try flag() ? try name() : nil, line: try flag() ? try count() : nil)
    }

    private mutating func gate() throws(TornEvidence) -> GateAccount {
        let gate = Gate(
            name: try name(), metric: try name(), comparison: try some(Gate.Comparison(rawValue: name())),
            factor: try number(), limit: try limit(),
            certainty: try flag() ? try some(Certainty(percent: number())) : nil)
        var result = GateResult(try some(GateResult.Verdict(rawValue: name())), try name())
        result.value = try flag() ? try number() : nil
        result.limit = try flag() ? try number() : nil
        let low = try flag() ? try number() : nil
        let high = try flag() ? try number() : nil
        if let low, let high {
            guard low <= high else { throw TornEvidence() }
            result.bounds = low...high
        }
        result.sample = try flag() ? try sample() : nil
        return GateAccount(gate, result, isObserved: try flag())
    }

    private mutating func limit() throws(TornEvidence) -> Gate.Limit {
        switch try integer(UInt8.self) {
        case 0: .number(try number())
        case 1: .share(try number())
        case 2: .metric(try name())
        case 3: .baseline(Gate.Baseline(try some(Gate.Baseline.Kind(rawValue: name())), try name()))
        default: throw TornEvidence()
        }
    }

    private mutating func sample() throws(TornEvidence) -> Sample {
        let (events, trials) = (try count(), try count())
        let unit = try some(Sample.Unit(rawValue: name()))
        guard events >= 0, events <= trials else { throw TornEvidence() }
        return Sample(events: events, trials: trials, unit: unit)
    }

    private mutating func name() throws(TornEvidence) -> String {
        let number = Int(try integer(UInt32.self))
        guard number <= names.count else { throw TornEvidence() }
        if number == names.count { names.append(try string()) }
        return names[number]
    }

    private mutating func string() throws(TornEvidence) -> String { try some(reader.string()) }
    private mutating func number() throws(TornEvidence) -> Double { Double(bitPattern: try integer(UInt64.self)) }
    private mutating func flag() throws(TornEvidence) -> Bool { try integer(UInt8.self) != 0 }
    private mutating func count() throws(TornEvidence) -> Int { Int(try integer(Int64.self)) }

    private mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(TornEvidence) -> Value {
        try some(reader.integer(type))
    }

    private mutating func list<Value>(
        _ body: (inout Self) throws(TornEvidence) -> Value
    ) throws(TornEvidence) -> [Value] {
        var values: [Value] = []
        for _ in 0..<(try integer(UInt32.self)) { values.append(try body(&self)) }
        return values
    }
}

private func some<Value>(_ value: Value?) throws(TornEvidence) -> Value {
    guard let value else { throw TornEvidence() }
    return value
}
