// Metrics and gates as written. Does not measure or judge.

internal import Vocabulary
internal import YAML

/// `{junit: reports/x.xml, value: pass_rate}`
struct MetricFields: Sendable {
    var source: Located<MetricDeclaration.Source>?
    /// A second source, which is an error.
    var extraSource: Located<MetricDeclaration.Source>?
    var files: [PatternDeclaration] = []
    var command: RunDeclaration?
    var value: Located<String>?
    var path: Template?
    var pattern: Template?
    var aggregate: Located<MetricDefinition.Aggregate>?
    var maximumAge: Located<Duration>?
    var sameRun: Located<Bool>?
    var unit: Located<MetricUnit>?
    var better: Located<MetricDeclaration.Better>?

    static let table = KeyTable<MetricFields>(sources + details)

    private static let sources: [Key<MetricFields>] = [
        file(.junit, "JUnit XML reports"), file(.coverage, "Cobertura XML, coverage.py JSON or lcov"),
        file(.json, "A JSON file"), file(.toml, "A TOML file"), file(.yaml, "A YAML file"),
        file(.count, "How many files match, or lines in them"),
        Key("duration", .boolean, "Seconds that the task took") { node, target, reader in
            if reader.boolean(node)?.value == true { target.add(.duration, at: node.range) }
        },
        Key(
            "services", .choice(MetricDefinition.ServiceValue.allCases.map(\.rawValue)),
            "What it had of its services: how many instances, seconds until they were ready"
        ) { node, target, reader in
            target.value = reader.text(node)
            target.add(.services, at: node.range)
        },
        Key("run", .oneOrMany(.text), "A command that prints the number") { node, target, reader in
            target.command = reader.run(node)
            target.add(.run, at: node.range)
        },
    ]

    private static let details: [Key<MetricFields>] = [
        Key("value", .text, "What to take from a report: pass_rate, line_rate …") { $1.value = $2.text($0) },
        Key("path", .text, "What to take from a document: keys joined by dots") { $1.path = $2.template($0) },
        Key("pattern", .text, "Counts lines that this expression finds") { $1.pattern = $2.template($0) },
        Key(
            "aggregate", .choice(MetricDefinition.Aggregate.allCases.map(\.rawValue)),
            "How instances become one number"
        ) {
            $1.aggregate = $2.choice($0)
        },
        Key("max-age", .duration, "Older values are measured again") { $1.maximumAge = $2.duration($0) },
        Key("same-run", .boolean, "true: only a value of this run counts") { $1.sameRun = $2.boolean($0) },
        Key("unit", .choice(MetricUnit.allCases.map(\.rawValue)), "What the number is, where only you know") {
            $1.unit = $2.choice($0)
        },
        Key("better", .choice(MetricDeclaration.Better.allCases.map(\.rawValue)), "Which way it gets better") {
            $1.better = $2.choice($0)
        },
    ]

    private static func file(_ source: MetricDeclaration.Source, _ summary: String) -> Key<MetricFields> {
        Key(source.rawValue, .oneOrMany(.text), summary) { node, target, reader in
            target.files = reader.patterns(node)
            target.add(source, at: node.range)
        }
    }

    private mutating func add(_ source: MetricDeclaration.Source, at range: SourceRange) {
        if self.source == nil { self.source = Located(source, range) } else { extraSource = Located(source, range) }
    }

    /// What `value` can name.
    static let values: [MetricDeclaration.Source: [String]] = [
        .junit: MetricDefinition.JUnitValue.allCases.map(\.rawValue),
        .coverage: MetricDefinition.CoverageValue.allCases.map(\.rawValue),
        .services: MetricDefinition.ServiceValue.allCases.map(\.rawValue),
    ]
}

/// `{expect: "seconds <= 0.6 * baseline", baseline: {task: before}}`
struct GateFields: Sendable {
    var expect: Template?
    var baseline: BaselineDeclaration?

    static let table = KeyTable<GateFields>(
        [
            Key("expect", .text, "A comparison: METRIC < 5%, METRIC <= 0.6 * baseline, METRIC < 5% at 95%") {
                $1.expect = $2.template($0)
            },
            Key("baseline", BaselineFields.table.shape, "What `baseline` in the comparison means") {
                $1.baseline = $2.baseline($0)
            },
        ],
        required: ["expect"]
    )
}

/// `{branch: main}`
struct BaselineFields: Sendable {
    var found: [BaselineDeclaration] = []

    static let table = KeyTable<BaselineFields>(
        Gate.Baseline.Kind.allCases.map { kind in
            Key(kind.rawValue, .text, "The metric as measured by this \(kind.rawValue)") { node, target, reader in
                guard let name = reader.template(node) else { return }
                target.found.append(BaselineDeclaration(kind: Located(kind, node.range), name: name))
            }
        }
    )
}

extension Reader {
    func metrics(_ node: YAMLNode) -> [MetricDeclaration] {
        named(node, wants: "a mapping from names to metrics") { name, value in
            var fields = MetricFields()
            guard value.kind == .mapping else {
                wrongType(value, wants: "a mapping such as {junit: reports/tests.xml, value: pass_rate}")
                return nil
            }
            guard MetricFields.table.read(value, into: &fields, self, in: "the metric \"\(name.value)\"") else {
                return nil
            }
            return metric(name, fields, at: value.range)
        }
    }

    private func metric(_ name: Located<String>, _ fields: MetricFields, at range: SourceRange) -> MetricDeclaration? {
        let sources = Self.alternatives(MetricDeclaration.Source.allCases.map(\.rawValue))
        guard let source = fields.source else {
            if !isDamaged {
                error("the metric \"\(name.value)\" has no source", at: range, hint: "sources are \(sources)")
            }
            return nil
        }
        if let extra = fields.extraSource {
            error(
                "the metric \"\(name.value)\" has two sources", at: extra.range,
                notes: [.init("the first one is here", at: source.range)], hint: "declare two metrics"
            )
        }
        checkDetails(of: source.value, name, fields, at: range)
        var metric = MetricDeclaration(name: name, source: source)
        metric.files = fields.files
        metric.command = fields.command
        metric.value =
            fields.path ?? fields.pattern
            ?? fields.value.map { Template(segments: [.literal($0.value)], range: $0.range) }
        metric.aggregate = fields.aggregate
        metric.maximumAge = fields.maximumAge
        metric.sameRun = fields.sameRun
        metric.unit = fields.unit?.value
        metric.better = fields.better?.value
        return metric
    }

    /// Which of `value`, `path` and `pattern` goes with which source.
    private func checkDetails(
        of source: MetricDeclaration.Source, _ name: Located<String>, _ fields: MetricFields, at range: SourceRange
    ) {
        let wanted: String? =
            switch source {
            case .junit, .coverage, .services: "value"
            case .json, .toml, .yaml: "path"
            case .count: "pattern"
            case .duration, .run: nil
            }
        let given = [("value", fields.value?.range), ("path", fields.path?.range), ("pattern", fields.pattern?.range)]
        for case (let key, let place?) in given where key != wanted {
            error("`\(key)` does not go with `\(source.rawValue)`", at: place, hint: wanted.map { "use `\($0)`" })
        }
        let isPlain = [.json, .toml, .yaml, .run].contains(source)
        if let unit = fields.unit, !isPlain {
            error(
                "`unit` does not go with `\(source.rawValue)`, which says itself what it counts", at: unit.range,
                hint: "remove it")
        }
        if let wanted, source != .count, given.allSatisfy({ $0.1 == nil }) {
            missing(wanted, in: "the metric \"\(name.value)\"", at: range)
        }
        if let known = MetricFields.values[source], let value = fields.value, !known.contains(value.value) {
            error(
                "`\(source.rawValue)` has no value \"\(value.value)\"", at: value.range,
                hint: Self.didYouMean(value.value, among: known) ?? "values are \(Self.alternatives(known))"
            )
        }
    }

    func gates(_ node: YAMLNode) -> [GateDeclaration] {
        named(node, wants: "a mapping from names to comparisons") { name, value in
            var fields = GateFields()
            if value.kind == .mapping {
                GateFields.table.read(value, into: &fields, self, in: "the gate \"\(name.value)\"")
            } else {
                fields.expect = template(value, wants: "a comparison such as tests.pass_rate == 100%")
            }
            guard let expression = fields.expect else { return nil }
            var gate = GateDeclaration(name: name, expression: expression)
            gate.baseline = fields.baseline
            gate.comparison = comparison(expression)
            let namesBaseline = value.kind == .mapping && value["baseline"] != nil
            if case .baseline(let range) = gate.comparison?.limit, !namesBaseline {
                error(
                    "this gate compares with `baseline` but does not say which", at: range,
                    hint: "write {expect: \"\(value.text.isEmpty ? "..." : value.text)\", baseline: {branch: main}}"
                )
            }
            return gate
        }
    }

    func baseline(_ node: YAMLNode) -> BaselineDeclaration? {
        var fields = BaselineFields()
        BaselineFields.table.read(node, into: &fields, self, in: "`baseline`")
        if node.kind == .mapping, node.count != 1 {
            error("`baseline` wants one of task, branch or run", at: node.range)
        }
        return fields.found.first
    }
}

/// `{title: "E2E tests", before: baseline.e2e.tests, expect: e2e.tests >= 100}`
struct TableRowFields: Sendable {
    var title: Template?
    var before: Located<String>?
    var after: Located<String>?
    var expect: Template?

    static let table = KeyTable<TableRowFields>(
        [
            Key("title", .text, "What the figure is") { $1.title = $2.template($0) },
            Key("before", .text, "The metric of the state before") { $1.before = $2.metricName($0) },
            Key("after", .text, "The metric of the state after, if nothing is wanted of it") {
                $1.after = $2.metricName($0)
            },
            Key("expect", .text, "The metric of the state after, and what is wanted of it: METRIC >= 100") {
                $1.expect = $2.template($0)
            },
        ],
        required: ["title"]
    )
}

extension Reader {
    func metricName(_ node: YAMLNode) -> Located<String>? {
        guard let name = text(node, wants: "the name of a metric") else { return nil }
        guard let objection = Names.objection(to: name.value) else { return name }
        error("\"\(name.value)\" is no name of a metric: \(objection)", at: name.range)
        return nil
    }

    func tableRows(_ node: YAMLNode) -> [TableRowDeclaration] {
        guard node.kind == .sequence else {
            wrongType(node, wants: "a list of rows such as {title: Tests, expect: tests.count >= 100}")
            return []
        }
        return list(node) { tableRow($0) }
    }

    private func tableRow(_ node: YAMLNode) -> TableRowDeclaration? {
        var fields = TableRowFields()
        guard TableRowFields.table.read(node, into: &fields, self, in: "a row of `table`"), let title = fields.title
        else { return nil }
        guard let expression = fields.expect else {
            guard let after = fields.after else {
                if !isDamaged {
                    error(
                        "this row has no figure", at: node.range,
                        hint: "write `expect: METRIC >= 100`, or `after: METRIC` if nothing is wanted of it")
                }
                return nil
            }
            return TableRowDeclaration(title: title, before: fields.before, after: after, target: nil)
        }
        if let after = fields.after {
            error("`after` and `expect` both name the figure of this row", at: after.range, hint: "remove `after`")
        }
        guard let target = comparison(expression) else { return nil }
        if case .baseline(let range) = target.limit {
            error("a table has no `baseline`", at: range, hint: "name the metric of the state before")
            return nil
        }
        return TableRowDeclaration(title: title, before: fields.before, after: target.metric, target: target)
    }
}
