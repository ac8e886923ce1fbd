// Ten thousand damaged reports: each is read or refused with a place in it, whole and in pieces alike.

import Evidence
import Testing

@Suite struct MutationTests {
    private static let inputs: [[UInt8]] =
        (try? ReportFiles.names().map { try ReportFiles.bytes($0) }.filter { $0.count < 8_000 }) ?? []

    /// A part has its own seed, so that a crash names what to replay.
    @Test(arguments: 0..<20)
    func damageBreaksNothing(part: UInt64) throws {
        try #require(Self.inputs.count >= 15)
        var random = SplitMix(seed: 0x7467 + part)
        for number in 0..<500 {
            let damaged = random.damaged(Self.inputs)
            check(damaged, "part \(part), number \(number)", cut: Int(random.next(below: damaged.count + 1)))
        }
    }

    private func check(_ bytes: [UInt8], _ name: Comment, cut: Int) {
        let tests = Result { () throws(ReportError) in try JUnitReader.read(bytes) }
        let coverage = Result { () throws(ReportError) in try CoverageReader.read(bytes) }
        #expect(tests == readInPieces(bytes, cut), name)
        switch tests {
        case .success(let report):
            #expect(
                Set(report.cases.map(\.id)).count == report.cases.count && report.counts.tests == report.cases.count,
                name)
            for remark in report.remarks { check(remark.place, remark.message, bytes, name) }
        case .failure(let error): check(error.place, error.message, bytes, name)
        }
        switch coverage {
        case .success(let report):
            #expect(report.lines.covered <= report.lines.valid || report.format == .coveragePy, name)
            for remark in report.remarks { check(remark.place, remark.message, bytes, name) }
        case .failure(let error): check(error.place, error.message, bytes, name)
        }
    }

    private func readInPieces(_ bytes: [UInt8], _ cut: Int) -> Result<TestReport, ReportError> {
        Result { () throws(ReportError) in
            let reader = JUnitReader()
            for part in [bytes[..<cut], bytes[cut...]] {
                try part.withUnsafeBufferPointer { buffer in
                    Result { () throws(ReportError) in try reader.feed(buffer) }
                }.get()
            }
            return try reader.finish()
        }
    }

    private func check(_ place: ReportPlace, _ message: String, _ bytes: [UInt8], _ name: Comment) {
        #expect(!message.isEmpty && place.offset >= 0 && place.offset <= bytes.count, name)
        #expect(place.line >= 1 && place.column >= 1 && place.length >= 0, name)
    }
}

/// Random numbers that are the same for the same seed (SplitMix64).
private struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func next(below limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

    mutating func range(in bytes: [UInt8]) -> Range<Int> {
        let start = next(below: bytes.count)
        return start..<min(bytes.count, start + 1 + next(below: 64))
    }

    private static let words = [
        "<testcase name='t'>", "</testcase>", "<failure message='", "<testsuite tests='-1'>", "]]>", "<![CDATA[",
        "&lt;", "&#0;",
        "&x;", "\u{0}", "<!--", "-->", "\"", "'", ">", "\r\n", "time='1e999'", "tests='99999999999999999999'",
        "<line hits='",
        "(9/2)", "{", "}", "[", "null", "-1", "\\u12", "DA:1,", "SF:", "end_of_record\n",
        "<?xml version='1.0' encoding='utf-16'?>",
    ].map { Array($0.utf8) }

    /// One of the inputs, hurt one to four times.
    mutating func damaged(_ inputs: [[UInt8]]) -> [UInt8] {
        var bytes = inputs[next(below: inputs.count)]
        for _ in 0...next(below: 4) where !bytes.isEmpty {
            switch next(below: 7) {
            case 0: bytes[next(below: bytes.count)] = UInt8(truncatingIfNeeded: next())
            case 1: bytes[next(below: bytes.count)] ^= 1 << UInt8(next(below: 8))
            case 2: bytes.removeSubrange(range(in: bytes))
            case 3: bytes.insert(contentsOf: bytes[range(in: bytes)], at: next(below: bytes.count))
            case 4: bytes.removeLast(next(below: bytes.count))
            case 5: bytes.replaceSubrange(range(in: bytes), with: Self.words[next(below: Self.words.count)])
            default:
                let other = inputs[next(below: inputs.count)]
                bytes.insert(contentsOf: other[range(in: other)], at: next(below: bytes.count))
            }
        }
        return bytes
    }
}
