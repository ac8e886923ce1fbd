// The real reports of Tests/Reports, and reports as lines that a table can hold.

import Evidence
import Foundation
import Testing
import Vocabulary

enum ReportFiles {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Reports")

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: directory.appending(path: name)))
    }

    /// All of them, sorted.
    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0 != "README.md" }.sorted()
    }
}

extension TestReport {
    /// A line per test: how it ended, its id, and `xN` if it was tried N times more.
    var listing: String {
        cases.map { "\($0.outcome.rawValue) \($0.id)" + ($0.retries > 0 ? " x\($0.retries)" : "") }
            .joined(separator: "\n")
    }
}

extension CoverageReport {
    /// A line per file, and one for the whole: lines and branches.
    var listing: String {
        (files.map { "\($0.path) \($0.lines.text) \($0.branches.text)" } + ["= \(lines.text) \(branches.text)"])
            .joined(separator: "\n")
    }
}

extension CoverageTally {
    var text: String { "\(covered)/\(valid)" }
}

/// What a report leads to, as text: its listing and remarks, or the error.
func outcome(
    of bytes: [UInt8], _ read: ([UInt8]) throws(ReportError) -> (listing: String, remarks: [ReportRemark])
) -> String {
    var sources = SourceMap()
    let source = sources.add(SourceText(path: "report", bytes: bytes))
    do throws(ReportError) {
        let report = try read(bytes)
        return ([report.listing] + report.remarks.map { label($0.place, $0.message, source, sources) })
            .joined(separator: "\n")
    } catch {
        return error.diagnostic(in: source).text(in: sources)
    }
}

/// The place as the error says it, which must be where the bytes are.
private func label(_ place: ReportPlace, _ message: String, _ source: SourceID, _ sources: SourceMap) -> String {
    let position = sources.position(of: UInt32(place.offset), in: source)
    #expect(position.line == place.line && position.column == place.column)
    return "\(place.line):\(place.column) \(message)"
}

func junit(_ text: String, limits: ReportLimits = ReportLimits()) -> String {
    outcome(of: Array(text.utf8)) { (bytes) throws(ReportError) in
        let report = try JUnitReader.read(bytes, limits: limits)
        return (report.listing, report.remarks)
    }
}

func coverage(_ text: String, limits: ReportLimits = ReportLimits()) -> String {
    outcome(of: Array(text.utf8)) { (bytes) throws(ReportError) in
        let report = try CoverageReader.read(bytes, limits: limits)
        return (report.listing, report.remarks)
    }
}
