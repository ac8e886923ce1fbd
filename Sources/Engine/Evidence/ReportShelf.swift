// The reports of one execution, each read once, however many metrics ask. Knows no metrics and judges nothing.

import Conditions
import Evidence
import Patterns
import Ports
import Vocabulary

/// Why a metric has no value: one sentence without its full stop.
struct MissingValue: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

/// Reports by their paths.
struct ReportShelf {
    let place: Place
    /// Where the task saw the place: files in reports are named relative to it.
    let root: String
    private var testReports: [String: Result<TestReport, MissingValue>] = [:]
    private var coverageReports: [String: Result<CoverageReport, MissingValue>] = [:]
    /// In the order of reading.
    private(set) var cases: [TestCase] = []

    init(_ place: Place, root: String) {
        self.place = place
        self.root = root
    }

    /// The tests of all reports that match.
    mutating func tests(in files: [String]) throws(MissingValue) -> [TestCase] {
        var found: [TestCase] = []
        for path in try paths(files) {
            let report: Result<TestReport, MissingValue>
            if let known = testReports[path] {
                report = known
            } else {
                report = readTests(path)
                testReports[path] = report
                if case .success(let report) = report { cases += report.cases }
            }
            found += try report.get().cases
        }
        return found
    }

    /// The one coverage report that matches.
    mutating func coverage(in files: [String]) throws(MissingValue) -> CoverageReport {
        let paths = try paths(files)
        guard paths.count == 1 else {
            throw MissingValue(
                "\(paths.count) coverage reports match \(files.joined(separator: ", ")), and one is wanted: rates of "
                    + "several reports do not add up")
        }
        if let known = coverageReports[paths[0]] { return try known.get() }
        let report = readCoverage(paths[0])
        coverageReports[paths[0]] = report
        return try report.get()
    }

    private func paths(_ files: [String]) throws(MissingValue) -> [String] {
        guard let set = try? PatternSet(files, allowAbsolute: true) else {
            throw MissingValue("\(files.joined(separator: ", ")) is no pattern")
        }
        let found = set.expand(in: place, ignoring: nil)
        guard !found.isEmpty else {
            throw MissingValue("there is no report \(files.joined(separator: ", "))")
        }
        return found
    }

    private func readTests(_ path: String) -> Result<TestReport, MissingValue> {
        read(path) { bytes throws(ReportError) in try JUnitReader.read(bytes, root: root) }
    }

    private func readCoverage(_ path: String) -> Result<CoverageReport, MissingValue> {
        read(path) { bytes throws(ReportError) in try CoverageReader.read(bytes, root: root) }
    }

    private func read<Report>(
        _ path: String, _ body: ([UInt8]) throws(ReportError) -> Report
    ) -> Result<Report, MissingValue> {
        if let size = place.size(of: path), size > UInt64(ReportLimits().bytes) {
            return .failure(MissingValue("\(path) is larger than \(ReportLimits().bytes >> 20) MiB"))
        }
        let bytes: [UInt8]
        do throws(UnreadableFile) {
            guard let found = try place.bytes(at: path) else { return .failure(MissingValue("\(path) is no file")) }
            bytes = found
        } catch {
            return .failure(MissingValue("\(path) cannot be read: \(error.reason)"))
        }
        do throws(ReportError) {
            return .success(try body(bytes))
        } catch {
            let hint = error.hint.map { "; \($0)" } ?? ""
            return .failure(MissingValue("\(path):\(error.place.line):\(error.place.column): \(error.message)\(hint)"))
        }
    }
}

extension Place {
    /// Of a file; nil if that is not known before it is read.
    fileprivate func size(of path: String) -> UInt64? {
        switch self {
        case .root(let disk):
            return (try? disk.ports.files.status(absolutePath(path, in: disk.root)))?.stamp.size
        case .view(_, let tree, _):
            guard case .file(_, let size, _)? = tree[path] else { return nil }
            return size
        }
    }
}
