// The door to JUnit reports: bytes in, results out. Does not know where the bytes come from.

/// Reads one JUnit XML report, in as many pieces as it comes in.
public final class JUnitReader {
    private let builder: JUnitBuilder
    private let xml: XMLReader

    /// - Parameter root: an absolute directory; files beneath it are named relative to it, so that ids and places are
    ///   the same in every checkout.
    public init(root: String? = nil, limits: ReportLimits = ReportLimits()) {
        builder = JUnitBuilder(root: root, limits: limits)
        xml = XMLReader(handler: builder, limits: limits)
    }

    /// Reads on.
    ///
    /// - Throws: the first thing that is wrong. The reader is of no use after that.
    public func feed(_ bytes: UnsafeBufferPointer<UInt8>) throws(ReportError) {
        try xml.feed(bytes)
    }

    /// Reads the end.
    ///
    /// - Throws: when the report breaks off.
    public func finish() throws(ReportError) -> TestReport {
        try xml.finish()
        return builder.finished()
    }

    /// Reads a report that is in memory as a whole.
    public static func read(
        _ bytes: [UInt8], root: String? = nil, limits: ReportLimits = ReportLimits()
    ) throws(ReportError) -> TestReport {
        let reader = JUnitReader(root: root, limits: limits)
        let fed = bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(ReportError) in try reader.feed(buffer) }
        }
        try fed.get()
        return try reader.finish()
    }
}
