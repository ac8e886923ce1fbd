// Services, metrics, gates and repetition as written. Only their shape is known here.

public import Vocabulary

public struct ServiceDeclaration: Sendable {
    public enum Driver: String, Sendable, CaseIterable {
        case postgres, redis, process, container
    }

    public enum Scope: String, Sendable, CaseIterable {
        case run, group, task, module
    }

    public let name: Located<String>
    public var driver: Located<Driver>
    public var scope: Located<Scope>?
    public var needs: [NeedDeclaration] = []
    public var uses: [Located<String>] = []
    public var inputs: [PatternDeclaration] = []
    public var environment: [EnvironmentDeclaration] = []
    public var setup: [Template] = []
    public var run: RunDeclaration?
    public var ready: ProbeDeclaration?
    /// Keys that only one driver knows (image, ports, volumes, settings, version, shutdown …), shape-checked.
    public var options: [Located<String>] = []

    public init(name: Located<String>, driver: Located<Driver>) {
        self.name = name
        self.driver = driver
    }
}

public struct ProbeDeclaration: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case postgres, redis, tcp, http, exec, log, file, notify
    }

    public let kind: Located<Kind>
    public var deadline: Located<Duration>?
    public let range: SourceRange

    public init(kind: Located<Kind>, range: SourceRange) {
        self.kind = kind
        self.range = range
    }
}

public struct MetricDeclaration: Sendable {
    public enum Source: String, Sendable, CaseIterable {
        case junit, coverage, json, toml, yaml, count, duration, run
    }

    /// Unique in the graph.
    public let name: Located<String>
    public let source: Located<Source>

    public init(name: Located<String>, source: Located<Source>) {
        self.name = name
        self.source = source
    }
}

public struct GateDeclaration: Sendable {
    public let name: Located<String>
    public let expression: Template

    public init(name: Located<String>, expression: Template) {
        self.name = name
        self.expression = expression
    }
}

public struct RepeatDeclaration: Sendable {
    public let times: Located<Int>
    public let until: Located<String>?
    public let range: SourceRange

    public init(times: Located<Int>, until: Located<String>?, range: SourceRange) {
        self.times = times
        self.until = until
        self.range = range
    }
}
