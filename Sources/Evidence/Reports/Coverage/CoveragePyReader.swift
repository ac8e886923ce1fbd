// coverage.py's JSON (`coverage json`): the summary of each file. Lines, functions and contexts are passed over.

final class CoveragePyReader: CoverageParser {
    private let limits: ReportLimits
    private let root: String?
    /// JSON cannot be taken apart before it is there as a whole.
    private var bytes: [UInt8] = []

    init(root: String?, limits: ReportLimits) {
        self.root = root
        self.limits = limits
    }

    func feed(_ more: UnsafeBufferPointer<UInt8>) throws(ReportError) {
        guard bytes.count + more.count <= limits.bytes else { throw .tooLong(limits, at: .start) }
        bytes.append(contentsOf: more)
    }

    func finish() throws(ReportError) -> CoverageReport {
        var scanner = JSONScanner(bytes, depth: limits.depth)
        var files = CoveredFiles<FileCoverage>(root: root)
        var hasFiles = false
        var totals: (FileCoverage, ReportPlace)?
        try scanner.object { (scanner, key) throws(ReportError) in
            switch key {
            case "files":
                hasFiles = true
                try Self.readFiles(&scanner, into: &files)
            case "totals":
                let place = scanner.place()
                totals = (try Self.readSummary(&scanner, path: ""), place)
            default: try scanner.skip()
            }
        }
        try scanner.end()
        guard hasFiles else {
            throw ReportError("this JSON has no `files`, so it is no report of coverage.py", at: .start)
        }
        var report = CoverageReport(
            .coveragePy,
            zip(files.paths, files.contents).map {
                FileCoverage(path: $0, lines: $1.lines, branches: $1.branches)
            })
        if let (total, place) = totals, total.lines != report.lines || total.branches != report.branches {
            report.remarks.append(ReportRemark("the totals are not those of the files", at: place))
        }
        return report
    }

    private static func readFiles(
        _ scanner: inout JSONScanner, into files: inout CoveredFiles<FileCoverage>
    ) throws(ReportError) {
        var known = files
        try scanner.object { (scanner, path) throws(ReportError) in
            let place = scanner.place()
            var summary: FileCoverage?
            try scanner.object { (scanner, key) throws(ReportError) in
                if key == "summary" {
                    summary = try readSummary(&scanner, path: path)
                } else {
                    try scanner.skip()
                }
            }
            guard let summary else {
                throw ReportError(
                    "the file `\(BoundedText.cut(path, to: 200))` has no `summary`", at: place)
            }
            let index = known.index(of: path, new: summary)
            known.change(index) { $0 = summary }
        }
        files = known
    }

    private static func readSummary(_ scanner: inout JSONScanner, path: String) throws(ReportError)
        -> FileCoverage
    {
        let place = scanner.place()
        var numbers: [String: Int] = [:]
        try scanner.object { (scanner, key) throws(ReportError) in
            switch key {
            case "covered_lines", "num_statements", "covered_branches", "num_branches":
                numbers[key] = try scanner.count()
            default: try scanner.skip()
            }
        }
        guard let covered = numbers["covered_lines"], let statements = numbers["num_statements"] else {
            throw ReportError("a summary without `covered_lines` and `num_statements`", at: place)
        }
        return FileCoverage(
            path: path, lines: CoverageTally(covered: covered, valid: statements),
            branches: CoverageTally(
                covered: numbers["covered_branches"] ?? 0, valid: numbers["num_branches"] ?? 0))
    }
}
