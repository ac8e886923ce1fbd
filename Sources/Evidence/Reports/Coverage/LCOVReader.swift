// lcov's tracefiles (geninfo, coverage.py, llvm-cov): a record a line. The records are counted; LF, LH, BRF, BRH are not.

final class LCOVReader: CoverageParser {
    private struct File {
        var lines = CoverageMarks()
        var branches = CoverageMarks()
    }

    private let limits: ReportLimits
    private var files: CoveredFiles<File>
    private var file: Int?
    private var opened: ReportPlace?
    private var line = 1
    /// Of the line's start.
    private var offset = 0
    private var fed = 0
    /// The start of a line that goes on in the next piece.
    private var carried: [UInt8] = []

    init(root: String?, limits: ReportLimits) {
        self.limits = limits
        files = CoveredFiles(root: root)
    }

    func feed(_ bytes: UnsafeBufferPointer<UInt8>) throws(ReportError) {
        fed += bytes.count
        guard fed <= limits.bytes else { throw .tooLong(limits, at: place(0)) }
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            carried.append(contentsOf: rest[..<end])
            rest = rest[(end + 1)...]
            try endLine()
        }
        carried.append(contentsOf: rest)
        guard carried.count <= limits.piece else {
            throw ReportError("a line is longer than \(byteCount(limits.piece))", at: place(0))
        }
    }

    func finish() throws(ReportError) -> CoverageReport {
        if !carried.isEmpty { try endLine() }
        if let opened {
            throw ReportError(
                "the report breaks off: no end_of_record for this file", at: opened,
                hint: "a tool that was stopped while it wrote leaves this")
        }
        let found = zip(files.paths, files.contents).map {
            FileCoverage(path: $0, lines: $1.lines.tally(), branches: $1.branches.tally())
        }
        return CoverageReport(.lcov, found)
    }

    private func endLine() throws(ReportError) {
        let size = carried.count + 1
        if offset == 0, carried.starts(with: [0xEF, 0xBB, 0xBF]) { carried.removeFirst(3) }
        while let last = carried.last, last <= 0x20 { carried.removeLast() }
        try take(carried)
        carried.removeAll(keepingCapacity: true)
        offset += size
        line += 1
    }

    private func place(_ length: Int) -> ReportPlace {
        ReportPlace(offset: offset, length: length, line: line, column: 1)
    }

    private func error(_ message: String) -> ReportError {
        let shown = BoundedText.cut(String(decoding: carried, as: UTF8.self), to: 60)
        return ReportError(
            "`\(shown)` \(message)", at: place(carried.count),
            hint: "this is read as lcov; see `man geninfo`")
    }

    private func take(_ record: [UInt8]) throws(ReportError) {
        guard !record.isEmpty, record[0] != UInt8(ascii: "#") else { return }
        if record.elementsEqual("end_of_record".utf8) { return try endFile() }
        guard let colon = record.firstIndex(of: UInt8(ascii: ":")) else { throw error("is no record") }
        let rest = record[(colon + 1)...]
        switch String(decoding: record[..<colon], as: UTF8.self) {
        case "SF": try beginFile(rest)
        case "DA": try addLine(rest)
        case "BRDA": try addBranch(rest)
        case "TN", "VER", "LF", "LH", "BRF", "BRH", "FN", "FNA", "FNL", "FNDA", "FNF", "FNH", "MCDC",
            "MCF", "MCH":
            break
        default: throw error("is no record")
        }
    }

    private func beginFile(_ path: ArraySlice<UInt8>) throws(ReportError) {
        guard opened == nil else { throw error("begins a file before the last one has ended") }
        guard let path = String(validating: path, as: UTF8.self), !path.isEmpty else {
            throw error("names no file")
        }
        opened = place(carried.count)
        file = files.index(of: path, new: File())
    }

    private func endFile() throws(ReportError) {
        guard opened != nil else { throw error("ends no file") }
        (file, opened) = (nil, nil)
    }

    /// `LINE,HITS[,CHECKSUM]`. gcc has written negative hits: not reached.
    private func addLine(_ rest: ArraySlice<UInt8>) throws(ReportError) {
        let parts = rest.split(
            separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
        guard let file else { throw error("stands outside of a file") }
        guard parts.count >= 2, let number = number(parts[0]), let isReached = isReached(parts[1])
        else {
            throw error("is not DA:LINE,HITS")
        }
        files.change(file) { $0.lines.add(number, reached: isReached) }
    }

    /// `LINE,BLOCK,BRANCH,TAKEN`, where BRANCH may be any text, and TAKEN `-` if the line was not reached.
    private func addBranch(_ rest: ArraySlice<UInt8>) throws(ReportError) {
        guard let file else { throw error("stands outside of a file") }
        guard let comma = rest.lastIndex(of: UInt8(ascii: ",")),
            let first = rest.firstIndex(of: UInt8(ascii: ",")),
            first < comma, number(rest[..<first]) != nil
        else { throw error("is not BRDA:LINE,BLOCK,BRANCH,TAKEN") }
        let taken = rest[(comma + 1)...]
        guard let isReached = taken.elementsEqual("-".utf8) ? false : isReached(taken) else {
            throw error("is not BRDA:LINE,BLOCK,BRANCH,TAKEN")
        }
        // What names the branch, as one number: FNV-1a.
        let name = rest[..<comma].reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        files.change(file) { $0.branches.add(name, reached: isReached) }
    }

    private func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard digits.count <= 15 else { return nil }
        return UInt64(String(decoding: digits, as: UTF8.self))
    }

    /// Whether a number of hits is more than none; nil if it is no number.
    private func isReached(_ digits: ArraySlice<UInt8>) -> Bool? {
        guard let value = Double(String(decoding: digits, as: UTF8.self)), value.isFinite else {
            return nil
        }
        return value > 0
    }
}
