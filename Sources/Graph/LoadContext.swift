// Everything outside the YAML that loading depends on, given by the command: nothing here is looked up by the graph.

public import Vocabulary

/// The facts of one load.
public struct LoadContext: Sendable {
    /// Absolute path of the root file's directory, without a trailing slash.
    public var root: String
    /// Absolute directory of each source file.
    public var directories: [SourceID: String]
    /// `--var NAME=VALUE`; for variables declared as a path already made absolute.
    public var overrides: [String: String]
    /// Directory that relative paths in `overrides` start from.
    public var workingDirectory: String
    /// The caller's environment, for `${{ env.NAME }}` only.
    public var environment: [String: String]
    /// What followed `--`.
    public var arguments: [String]
    /// `linux/x86_64`.
    public var platform: String
    /// The files that patterns match on disk: globs relative to the root, `!` excludes, sorted result.
    public var sourceFiles: @Sendable ([String]) -> [String]

    public init(
        root: String, directories: [SourceID: String] = [:], overrides: [String: String] = [:],
        workingDirectory: String = "/", environment: [String: String] = [:], arguments: [String] = [],
        platform: String = "linux/x86_64", sourceFiles: @escaping @Sendable ([String]) -> [String] = { _ in [] }
    ) {
        self.root = root
        self.directories = directories
        self.overrides = overrides
        self.workingDirectory = workingDirectory
        self.environment = environment
        self.arguments = arguments
        self.platform = platform
        self.sourceFiles = sourceFiles
    }
}

/// Collects diagnostics while a graph is made, so that all of them are reported in one go.
final class Findings {
    private(set) var diagnostics: [Diagnostic] = []
    private var known: Set<Diagnostic> = []
    /// Whether any text that was resolved refers to `args`.
    var usesArguments = false
    /// Names that `${{ env.NAME }}` asked for.
    var readVariables: Set<String> = []

    /// One finding is kept once, however many instances or targets come upon it.
    func report(_ diagnostic: Diagnostic) {
        if known.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
    }

    func error(_ message: String, at range: SourceRange?, notes: [Diagnostic.Note] = [], hint: String? = nil) {
        report(Diagnostic(.error, message, at: range, notes: notes, hint: hint))
    }

    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
