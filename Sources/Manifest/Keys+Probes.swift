// Probes: one kind with its options, and Kubernetes' parameters beside it. Does not probe.

internal import Vocabulary
internal import YAML

/// `{http: {path: /health}, period: 50ms, deadline: 30s}`
struct ProbeFields: Sendable {
    var kind: Located<ProbeDeclaration.Kind>?
    var extraKind: Located<ProbeDeclaration.Kind>?
    var options: [OptionDeclaration] = []
    var command: RunDeclaration?
    var initialDelay: Located<Duration>?
    var period: Located<Duration>?
    var timeout: Located<Duration>?
    var successThreshold: Located<Int>?
    var failureThreshold: Located<Int>?
    var deadline: Located<Duration>?

    static let table = KeyTable<ProbeFields>(ProbeDeclaration.Kind.allCases.map(kindKey) + parameters)

    /// What each kind can be told; the first is what a single value means.
    static let optionNames: [ProbeDeclaration.Kind: [String]] = [
        .postgres: ["database", "user", "password", "host", "port", "query"],
        .redis: ["host", "port", "user", "password"], .tcp: ["port", "host"],
        .http: ["path", "port", "host", "status", "headers", "contains", "body"], .log: ["pattern", "file"],
        .file: ["path", "contains"], .notify: [],
    ]

    /// Kinds that are of no use without their first option.
    static let kindsThatNeedOne: Set<ProbeDeclaration.Kind> = [.log, .file]

    private static func kindKey(_ kind: ProbeDeclaration.Kind) -> Key<ProbeFields> {
        Key(kind.rawValue, shape(kind), "Ready when \(meaning(kind))") { node, target, reader in
            let located = Located(kind, node.range)
            if target.kind == nil { target.kind = located } else { target.extraKind = located }
            if kind == .exec {
                target.command = reader.run(node)
            } else {
                target.options = reader.probeOptions(node, kind)
            }
        }
    }

    private static func shape(_ kind: ProbeDeclaration.Kind) -> Shape {
        guard kind != .exec else { return .oneOrMany(.text) }
        let names = optionNames[kind] ?? []
        let fields = Shape.fields(
            Shape.Fields(
                properties: names.map { Shape.Property(name: $0, shape: optionShape($0), summary: optionMeaning($0)) },
                required: kindsThatNeedOne.contains(kind) ? [names[0]] : []
            )
        )
        if kindsThatNeedOne.contains(kind) { return .either([fields, .text]) }
        return .either(
            names.isEmpty || kind == .postgres || kind == .redis ? [fields, .null] : [fields, .text, .null])
    }

    private static func optionShape(_ name: String) -> Shape {
        switch name {
        case "status": .oneOrMany(.text)
        case "headers": .map(.text)
        default: .text
        }
    }

    private static func optionMeaning(_ name: String) -> String {
        switch name {
        case "query": "A query that must succeed"
        case "status": "Statuses that count: 200, 2xx, 200-299 (default: 200-399)"
        case "headers": "Headers to send"
        case "contains": "Text that must be in it"
        case "body": "A regular expression that a line of the body must match"
        case "file": "A file, instead of the service's output"
        case "pattern": "A regular expression that a line must match"
        default: "The \(name)"
        }
    }

    private static func meaning(_ kind: ProbeDeclaration.Kind) -> String {
        switch kind {
        case .postgres: "PostgreSQL accepts connections"
        case .redis: "Redis answers PING"
        case .tcp: "the port accepts connections"
        case .http: "the address answers as expected"
        case .exec: "the command exits with 0"
        case .log: "a line of its output matches the pattern"
        case .file: "the file exists"
        case .notify: "it says READY=1 (sd_notify)"
        }
    }

    private static let parameters: [Key<ProbeFields>] = [
        Key("initial-delay", .duration, "Before the first attempt") { $1.initialDelay = $2.duration($0) },
        Key("period", .duration, "Between attempts") { $1.period = $2.duration($0) },
        Key("timeout", .duration, "Of one attempt") { $1.timeout = $2.duration($0) },
        Key("success-threshold", .integer(minimum: 1, maximum: nil), "Successes in a row that count") {
            $1.successThreshold = $2.integer($0, atLeast: 1)
        },
        Key("failure-threshold", .integer(minimum: 1, maximum: nil), "Failures in a row that count") {
            $1.failureThreshold = $2.integer($0, atLeast: 1)
        },
        Key("deadline", .duration, "Of all attempts together") { $1.deadline = $2.duration($0) },
    ]
}

extension Reader {
    func probe(_ node: YAMLNode) -> ProbeDeclaration? {
        var fields = ProbeFields()
        let kinds = Self.alternatives(ProbeDeclaration.Kind.allCases.map(\.rawValue))
        guard node.kind == .mapping else {
            wrongType(node, wants: "a mapping such as {tcp: 8080, deadline: 20s}")
            return nil
        }
        guard ProbeFields.table.read(node, into: &fields, self, in: "`\(key)`") else { return nil }
        if let extra = fields.extraKind {
            let notes = fields.kind.map { [Diagnostic.Note("the first one is here", at: $0.range)] } ?? []
            error("`\(key)` wants one kind of probe", at: extra.range, notes: notes)
        }
        guard let kind = fields.kind else {
            if !isDamaged { error("`\(key)` names no probe", at: node.range, hint: "probes are \(kinds)") }
            return nil
        }
        var probe = ProbeDeclaration(kind: kind, range: node.range)
        probe.options = fields.options
        probe.command = fields.command
        probe.initialDelay = fields.initialDelay
        probe.period = fields.period
        probe.timeout = fields.timeout
        probe.successThreshold = fields.successThreshold
        probe.failureThreshold = fields.failureThreshold
        probe.deadline = fields.deadline
        return probe
    }

    /// A probe that goes on as long as the service: not every kind, and not every parameter, has a meaning there.
    func livenessProbe(_ node: YAMLNode) -> ProbeDeclaration? {
        guard let probe = probe(node) else { return nil }
        if [.log, .notify].contains(probe.kind.value) {
            error(
                "`\(key)` cannot be a probe of the kind \(probe.kind.value.rawValue)", at: probe.kind.range,
                hint: "it tells once that a service is ready, and never that it is still there")
        }
        for (name, range) in [
            ("deadline", probe.deadline?.range), ("success-threshold", probe.successThreshold?.range),
        ] {
            guard let range else { continue }
            error(
                "`\(name)` is not for `\(key)`, which ends with the service", at: range,
                hint: "`failure-threshold` says how many failures in a row count")
        }
        return probe
    }

    /// The options of a kind: a mapping, or one value that stands for the first of them.
    func probeOptions(_ node: YAMLNode, _ kind: ProbeDeclaration.Kind) -> [OptionDeclaration] {
        let names = ProbeFields.optionNames[kind] ?? []
        let needsOne = ProbeFields.kindsThatNeedOne.contains(kind)
        if node.kind == .mapping { return probeFields(node, kind, names, needsOne) }
        if node.kind == .scalar, node.isNull, !needsOne { return [] }
        guard let first = names.first, kind != .postgres, kind != .redis, node.kind == .scalar else {
            wrongType(node, wants: names.isEmpty ? "an empty mapping {}" : "a mapping with \(Self.alternatives(names))")
            return []
        }
        guard let value = template(node) else { return [] }
        reading("\(key).\(first)") { checkOption(first, value) }
        return [OptionDeclaration(name: Located(first, node.range), value: value)]
    }

    private func optionValues(_ node: YAMLNode, _ name: String) -> [Template] {
        switch name {
        case "headers": []
        case "status": templates(node)
        default: template(node).map { [$0] } ?? []
        }
    }

    /// `{Accept: text/html}` as options `header.Accept`.
    private func headers(_ node: YAMLNode) -> [OptionDeclaration] {
        guard node.kind == .mapping else {
            wrongType(node, wants: "a mapping such as {Accept: application/json}")
            return []
        }
        var options: [OptionDeclaration] = []
        forEachPair(node) { keyNode, name, value in
            guard let value = template(value) else { return }
            options.append(OptionDeclaration(name: Located("header." + name, keyNode.range), value: value))
        }
        return options
    }

    /// What is written out can be judged before anything runs.
    private func checkOption(_ name: String, _ value: Template) {
        guard let text = value.literal, let wants = ProbeDeclaration.objection(to: text, as: name) else { return }
        error("`\(key)` wants \(wants), got \"\(text)\"", at: value.range)
    }

    private func probeFields(
        _ node: YAMLNode, _ kind: ProbeDeclaration.Kind, _ names: [String], _ needsOne: Bool
    ) -> [OptionDeclaration] {
        var options: [OptionDeclaration] = []
        forEachPair(node) { keyNode, name, value in
            guard names.contains(name) else {
                let known = names.isEmpty ? "it takes none" : "known keys: \(names.joined(separator: ", "))"
                return error(
                    "unknown key \"\(name)\" in the probe `\(kind.rawValue)`", at: keyNode.range,
                    hint: Self.didYouMean(name, among: names) ?? known
                )
            }
            reading("\(key).\(name)") {
                for value in optionValues(value, name) {
                    checkOption(name, value)
                    options.append(OptionDeclaration(name: Located(name, keyNode.range), value: value))
                }
                if name == "headers" { options += headers(value) }
            }
        }
        if needsOne, node.count == 0 { missing(names[0], in: "the probe `\(kind.rawValue)`", at: node.range) }
        return options
    }
}
