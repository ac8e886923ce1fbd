// A metric as a task declares it, after templates are resolved. Does not measure: that is the room Evidence.

/// What to measure after a task, and how.
public struct MetricDefinition: Hashable, Sendable {
    public enum Source: Hashable, Sendable {
        /// JUnit XML reports.
        case junit(files: [String], JUnitValue)
        /// Cobertura XML, coverage.py JSON or lcov.
        case coverage(files: [String], CoverageValue)
        /// The value at a path of a structured file.
        case document(DocumentFormat, files: [String], path: String)
        /// How many files match, or, with an expression, how many lines of them do.
        case count(files: [String], expression: String?)
        /// Seconds that the task took.
        case duration
        /// What it had of its services, of all together.
        case services(ServiceValue)
        /// A command that prints the number.
        case command(Command)
    }

    /// What JUnit reports can be asked for. The raw value is the spelling in YAML.
    public enum JUnitValue: String, Hashable, Sendable, CaseIterable {
        case tests
        /// All but the skipped.
        case ran
        case passed, failed, errors, skipped, flaky
        /// The share of the tests that ran whose last attempt passed.
        case passRate = "pass_rate"
        /// The share of the tests that ran and passed at the first attempt.
        case cleanRate = "clean_rate"
        /// The share of the executions of the suite in which not every test passed at the first attempt.
        case flakeRate = "flake_rate"
        /// Of all tests together, of each the attempt that decided.
        case seconds
    }

    /// What a coverage report can be asked for. The raw value is the spelling in YAML.
    public enum CoverageValue: String, Hashable, Sendable, CaseIterable {
        case lineRate = "line_rate"
        case branchRate = "branch_rate"
        /// Lines and branches in one.
        case totalRate = "total_rate"
        /// How many there are, and how many of them were reached.
        case lines, covered, branches
        case branchesCovered = "branches_covered"
    }

    /// What can be asked of the services of a task. The raw value is the spelling in YAML.
    public enum ServiceValue: String, Hashable, Sendable, CaseIterable {
        /// Instances that it was given, or that its processes leased.
        case instances
        /// Seconds from a request to the instance being ready, the mean over all.
        case ready
        /// The same of the slowest.
        case slowest
    }

    /// How the values of the instances of `each` or `matrix` become one.
    public enum Aggregate: String, Hashable, Sendable, CaseIterable {
        case sum, min, max, mean
    }

    /// Unique in the graph.
    public let name: String
    public let source: Source
    /// Nil: what suits the unit.
    public var aggregate: Aggregate?
    /// Nanoseconds; older values are measured again.
    public var maximumAge: UInt64?
    /// Only a value of this run counts.
    public var isSameRun = false
    /// What the number counts, where only the user knows; nil: what follows from the source.
    public var declaredUnit: MetricUnit?
    public var declaredDirection: MetricDirection?
    /// Where the name was written.
    public let range: SourceRange

    public init(name: String, source: Source, at range: SourceRange) {
        self.name = name
        self.source = source
        self.range = range
    }
}
