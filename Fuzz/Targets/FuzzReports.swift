// Any bytes as reports of tests and of coverage: results that agree with themselves, or an error with a place.

import Evidence
import Vocabulary

func fuzzReports(_ bytes: [UInt8]) {
    fuzzTests(bytes)
    fuzzCoverage(bytes)
}

private func fuzzTests(_ bytes: [UInt8]) {
    let whole = Result { () throws(ReportError) in try JUnitReader.read(bytes) }
    // Where a broken report breaks may depend on how much of it was seen: expat guesses the encoding from what it has.
    require((try? whole.get()) == (try? readByHalves(bytes).get()), "a report says something else in two pieces")
    switch whole {
    case .success(let report):
        require(Set(report.cases.map(\.id)).count == report.cases.count, "an id that stands twice")
        require(report.cases.allSatisfy { !$0.id.isEmpty && ($0.seconds ?? 0) >= 0 }, "a test that cannot be")
        require(report.counts.tests == report.cases.count, "tests that are not counted")
        for remark in report.remarks { check(remark.place, bytes) }
    case .failure(let error):
        require(!error.message.isEmpty, "an error without words")
        check(error.place, bytes)
    }
}

private func readByHalves(_ bytes: [UInt8]) -> Result<TestReport, ReportError> {
    Result { () throws(ReportError) in
        let reader = JUnitReader()
        for part in [bytes[..<(bytes.count / 2)], bytes[(bytes.count / 2)...]] {
            try part.withUnsafeBufferPointer { buffer in
                Result { () throws(ReportError) in try reader.feed(buffer) }
            }.get()
        }
        return try reader.finish()
    }
}

private func fuzzCoverage(_ bytes: [UInt8]) {
    do throws(ReportError) {
        let report = try CoverageReader.read(bytes)
        require(Set(report.files.map(\.path)).count == report.files.count, "a file that stands twice")
        for remark in report.remarks { check(remark.place, bytes) }
    } catch {
        require(!error.message.isEmpty, "an error without words")
        check(error.place, bytes)
    }
}

private func check(_ place: ReportPlace, _ bytes: [UInt8]) {
    require(place.offset >= 0 && place.offset <= bytes.count, "a place beyond the end")
    require(place.line >= 1 && place.column >= 1 && place.length >= 0, "a place that cannot be")
}
