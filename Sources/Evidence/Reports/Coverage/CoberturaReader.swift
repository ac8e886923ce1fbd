// Cobertura XML (coverage.py, gcovr, PHPUnit and many more). The lines are counted; the rates in it are not believed.

final class CoberturaReader: CoverageParser {
    private let builder: CoberturaBuilder
    private let xml: XMLReader

    init(root: String?, limits: ReportLimits) {
        builder = CoberturaBuilder(root: root)
        xml = XMLReader(handler: builder, limits: limits)
    }

    func feed(_ bytes: UnsafeBufferPointer<UInt8>) throws(ReportError) { try xml.feed(bytes) }

    func finish() throws(ReportError) -> CoverageReport {
        try xml.finish()
        return builder.finished()
    }
}

/// Takes the elements of a report.
private final class CoberturaBuilder: XMLHandler {
    private struct File {
        var lines = CoverageMarks()
        /// By line: how many of how many branches were taken.
        var branches: [UInt64: CoverageTally] = [:]
    }

    private var files: CoveredFiles<File>
    private var file: Int?
    private var depth = 0
    private var sources: [String] = []
    private var source: [UInt8]?
    private var declared: (lines: Int, covered: Int, place: ReportPlace)?

    init(root: String?) {
        files = CoveredFiles(root: root)
    }

    func finished() -> CoverageReport {
        let found = zip(files.paths, files.contents).map { path, file in
            FileCoverage(
                path: path, lines: file.lines.tally(),
                branches: file.branches.values.reduce(CoverageTally(), +))
        }
        var report = CoverageReport(.cobertura, found)
        if let declared,
            declared.lines != report.lines.valid || declared.covered != report.lines.covered
        {
            let text = "\(declared.covered) of \(declared.lines) lines are counted here, and "
            let seen = "\(report.lines.covered) of \(report.lines.valid) are in the report"
            report.remarks.append(ReportRemark(text + seen, at: declared.place))
        }
        return report
    }

    func start(_ tag: XMLTag) throws(XMLRefusal) {
        depth += 1
        switch tag.name {
        case "line": try addLine(tag)
        case "class": beginClass(tag)
        case "source": source = []
        case "coverage" where depth == 1: begin(tag)
        default:
            guard depth > 1 else { throw Self.noReport(tag.name.string) }
        }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        if let count = source?.count, count + bytes.count <= 4_096 { source?.append(contentsOf: bytes) }
    }

    func end(at here: XMLHere) {
        depth -= 1
        guard let bytes = source else { return }
        if let path = trimmed(bytes) { sources.append(path) }
        source = nil
    }

    private func trimmed(_ bytes: [UInt8]) -> String? {
        var text = BoundedText(head: 4_096, tail: 0)
        bytes.withUnsafeBufferPointer { text.append($0) }
        return text.text()
    }

    private func begin(_ tag: XMLTag) {
        guard let lines = tag["lines-valid"].flatMap(JUnitNumber.count),
            let covered = tag["lines-covered"].flatMap(JUnitNumber.count)
        else { return }
        declared = (lines, covered, tag.place(of: "lines-covered"))
    }

    /// Several classes may stand in one file.
    private func beginClass(_ tag: XMLTag) {
        guard let name = tag["filename"], !name.isEmpty else {
            file = nil
            return
        }
        file = files.index(of: located(name.string), new: File())
    }

    /// A file is named relative to the source directory; which one is known if there is but one.
    private func located(_ path: String) -> String {
        guard sources.count == 1, !path.hasPrefix("/"), sources[0].hasPrefix("/") else { return path }
        let joined = sources[0] + (sources[0].hasSuffix("/") ? "" : "/") + path
        let relative = files.relative(joined)
        return relative == joined ? path : relative
    }

    /// `number`, `hits`, and `condition-coverage="50% (1/2)"`. Lines stand with their methods and again with the class.
    private func addLine(_ tag: XMLTag) throws(XMLRefusal) {
        guard let file else { return }
        var (number, hits, branches) = (XMLText?.none, XMLText?.none, XMLText?.none)
        tag.forEachAttribute { name, value in
            switch name {
            case "number": number = value
            case "hits": hits = value
            case "condition-coverage": branches = value
            default: break
            }
        }
        guard let line = number.flatMap(JUnitNumber.count), line < 1 << 40 else {
            throw XMLRefusal("a <line> without a number", at: tag.place(of: "number"))
        }
        guard let hits, let count = JUnitNumber.seconds(hits) else {
            throw XMLRefusal(
                "a <line> that does not say how often it was reached", at: tag.place(of: "hits"))
        }
        let tally = branches.flatMap { Self.branches($0.string) }
        files.change(file) { file in
            file.lines.add(UInt64(line), reached: count > 0)
            guard let tally else { return }
            let known = file.branches[UInt64(line)] ?? CoverageTally()
            file.branches[UInt64(line)] = CoverageTally(
                covered: max(known.covered, tally.covered), valid: max(known.valid, tally.valid))
        }
    }

    /// `50% (1/2)`; nil if it is nothing of the kind.
    static func branches(_ text: String) -> CoverageTally? {
        guard let open = text.lastIndex(of: "("), let close = text.lastIndex(of: ")"), open < close
        else { return nil }
        let parts = text[text.index(after: open)..<close].split(separator: "/")
        guard parts.count == 2, let covered = Int32(parts[0]), let valid = Int32(parts[1]),
            covered >= 0,
            covered <= valid
        else { return nil }
        return CoverageTally(covered: Int(covered), valid: Int(valid))
    }

    private static func noReport(_ name: String) -> XMLRefusal {
        XMLRefusal(
            "<\(BoundedText.cut(name, to: 60))> is no Cobertura report: it begins with <coverage>",
            hint: name.hasPrefix("testsuite")
                ? "this looks like a JUnit report; name it under `junit`" : nil)
    }
}
