// The door to coverage reports: bytes in, results out. The format is told by the first byte that is no blank.

/// One format's reader.
protocol CoverageParser: AnyObject {
    func feed(_ bytes: UnsafeBufferPointer<UInt8>) throws(ReportError)
    func finish() throws(ReportError) -> CoverageReport
}

/// Reads one coverage report (Cobertura XML, coverage.py's JSON, lcov), in as many pieces as it comes in.
public final class CoverageReader {
    private let root: String?
    private let limits: ReportLimits
    private var parser: (any CoverageParser)?
    private var blanks: [UInt8] = []

    /// - Parameter root: an absolute directory; files beneath it are named relative to it.
    public init(root: String? = nil, limits: ReportLimits = ReportLimits()) {
        self.root = root
        self.limits = limits
    }

    /// Reads on.
    ///
    /// - Throws: the first thing that is wrong. The reader is of no use after that.
    public func feed(_ bytes: UnsafeBufferPointer<UInt8>) throws(ReportError) {
        if let parser { return try parser.feed(bytes) }
        // A byte order mark is no blank, and expat knows it, in UTF-16 too.
        guard let first = bytes.firstIndex(where: { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) })
        else {
            guard blanks.count + bytes.count <= limits.piece else {
                throw ReportError(
                    "the report begins with more than \(byteCount(limits.piece)) of blanks", at: .start)
            }
            return blanks.append(contentsOf: bytes)
        }
        let parser = parser(for: bytes[first])
        self.parser = parser
        let held = Result { [blanks] () throws(ReportError) in
            try blanks.withUnsafeBufferPointer { buffer in
                Result { () throws(ReportError) in try parser.feed(buffer) }
            }
            .get()
        }
        try held.get()
        blanks = []
        try parser.feed(bytes)
    }

    private func parser(for first: UInt8) -> any CoverageParser {
        switch first {
        case UInt8(ascii: "<"), 0xFE, 0xFF: CoberturaReader(root: root, limits: limits)
        case UInt8(ascii: "{"): CoveragePyReader(root: root, limits: limits)
        default: LCOVReader(root: root, limits: limits)
        }
    }

    /// Reads the end.
    ///
    /// - Throws: when the report breaks off.
    public func finish() throws(ReportError) -> CoverageReport {
        guard let parser else {
            throw ReportError(
                "the coverage report is empty", at: .start,
                hint: "a tool that was stopped while it wrote leaves this")
        }
        return try parser.finish()
    }

    /// Reads a report that is in memory as a whole.
    public static func read(
        _ bytes: [UInt8], root: String? = nil, limits: ReportLimits = ReportLimits()
    ) throws(ReportError) -> CoverageReport {
        let reader = CoverageReader(root: root, limits: limits)
        let fed = bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(ReportError) in try reader.feed(buffer) }
        }
        try fed.get()
        return try reader.finish()
    }
}

extension ReportPlace {
    static let start = ReportPlace(offset: 0, line: 1, column: 1)
}
