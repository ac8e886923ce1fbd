// What a report says of covered lines and branches, whichever tool wrote it. Does not know its format.

public import Vocabulary

/// How many of some things were reached.
public struct CoverageTally: Hashable, Sendable {
    public var covered: Int
    public var valid: Int

    public init(covered: Int = 0, valid: Int = 0) {
        self.covered = covered
        self.valid = valid
    }

    /// From 0 to 1; nil if there was nothing to reach.
    public var rate: Double? { valid == 0 ? nil : Double(covered) / Double(valid) }

    public static func + (left: CoverageTally, right: CoverageTally) -> CoverageTally {
        CoverageTally(covered: left.covered + right.covered, valid: left.valid + right.valid)
    }
}

/// One source file.
public struct FileCoverage: Hashable, Sendable {
    /// As the tool names it, relative to the root that was given if it is beneath it.
    public let path: String
    public var lines = CoverageTally()
    /// Nothing if branches were not measured.
    public var branches = CoverageTally()

    public init(
        path: String, lines: CoverageTally = CoverageTally(), branches: CoverageTally = CoverageTally()
    ) {
        self.path = path
        self.lines = lines
        self.branches = branches
    }
}

public enum CoverageFormat: String, CaseIterable, Sendable {
    case cobertura
    case coveragePy = "coverage.py"
    case lcov
}

/// All that a report says.
public struct CoverageReport: Hashable, Sendable {
    public let format: CoverageFormat
    /// Sorted by path, each once.
    public let files: [FileCoverage]
    public let lines: CoverageTally
    public let branches: CoverageTally
    public internal(set) var remarks: [ReportRemark] = []

    init(_ format: CoverageFormat, _ files: [FileCoverage]) {
        self.format = format
        self.files = files.sorted { $0.path < $1.path }
        lines = files.reduce(CoverageTally()) { $0 + $1.lines }
        branches = files.reduce(CoverageTally()) { $0 + $1.branches }
    }

    /// A number by its name; nil if there is none. Rates are from 0 to 1.
    public subscript(value: MetricDefinition.CoverageValue) -> Double? {
        switch value {
        case .lineRate: lines.rate
        case .branchRate: branches.rate
        case .totalRate: (lines + branches).rate
        case .covered: Double(lines.covered)
        case .lines: Double(lines.valid)
        case .branchesCovered: Double(branches.covered)
        case .branches: Double(branches.valid)
        }
    }
}
