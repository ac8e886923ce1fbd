// Services and their probes as written. Only their shape is known here.

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
    public var title: Template?
    public var description: Template?
    public var scope: Located<Scope>?
    public var needs: [NeedDeclaration] = []
    public var uses: [Located<String>] = []
    public var inputs: [PatternDeclaration] = []
    public var environment: [EnvironmentDeclaration] = []
    /// Of the server itself.
    public var serverEnvironment: [EnvironmentDeclaration] = []
    public var passedEnvironment: [Located<String>] = []
    public var directory: Template?
    public var shell: ShellDeclaration?
    public var setup: [Template] = []
    public var run: RunDeclaration?
    public var ready: ProbeDeclaration?
    /// Asked again and again once it is ready.
    public var live: ProbeDeclaration?
    /// `shared: read-only`: users of one instance do not change it, so that they may be cached.
    public var isSharedReadOnly = false
    /// Server settings by name.
    public var settings: [OptionDeclaration] = []
    /// Keys that only some drivers know: `version`, `image`, `port`, `volumes`, `shutdown.signal`, `shutdown.timeout`.
    public var options: [OptionDeclaration] = []

    public init(name: Located<String>, driver: Located<Driver>) {
        self.name = name
        self.driver = driver
    }
}

/// A named value that one driver or probe knows how to read.
public struct OptionDeclaration: Sendable {
    public let name: Located<String>
    public let value: Template

    public init(name: Located<String>, value: Template) {
        self.name = name
        self.value = value
    }
}

public struct ProbeDeclaration: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case postgres, redis, tcp, http, exec, log, file, notify
    }

    public let kind: Located<Kind>
    /// What the kind of probe needs to know: `path`, `port`, `status` (several), `header.NAME`, `pattern` …
    public var options: [OptionDeclaration] = []
    /// What `exec` executes.
    public var command: RunDeclaration?
    public var initialDelay: Located<Duration>?
    public var period: Located<Duration>?
    /// Of one attempt.
    public var timeout: Located<Duration>?
    public var successThreshold: Located<Int>?
    public var failureThreshold: Located<Int>?
    /// Of all attempts together.
    public var deadline: Located<Duration>?
    public let range: SourceRange

    public init(kind: Located<Kind>, range: SourceRange) {
        self.kind = kind
        self.range = range
    }
}
