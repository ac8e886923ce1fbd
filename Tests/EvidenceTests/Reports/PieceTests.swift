// A report says the same however it is cut into pieces.

import Evidence
import Testing

@Suite struct PieceTests {
    private static func feed(
        _ bytes: [UInt8], _ size: Int, _ feed: (UnsafeBufferPointer<UInt8>) throws(ReportError) -> Void
    ) throws {
        for start in stride(from: 0, to: bytes.count, by: size) {
            try bytes[start..<min(bytes.count, start + size)].withUnsafeBufferPointer { buffer in
                Result { () throws(ReportError) in try feed(buffer) }
            }.get()
        }
    }

    @Test(arguments: try ReportFiles.names(), [1, 7])
    func piecesDoNotMatter(name: String, size: Int) throws {
        let bytes = try ReportFiles.bytes(name)
        if name.contains("coverage") || name.contains("cov") {
            let reader = CoverageReader()
            try Self.feed(bytes, size) { (buffer) throws(ReportError) in try reader.feed(buffer) }
            #expect(try reader.finish() == CoverageReader.read(bytes))
        } else {
            let reader = JUnitReader()
            try Self.feed(bytes, size) { (buffer) throws(ReportError) in try reader.feed(buffer) }
            #expect(try reader.finish() == JUnitReader.read(bytes))
        }
    }
}
