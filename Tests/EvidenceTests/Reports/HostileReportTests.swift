// Reports that want to hurt: bombs, foreign files, endless things. Each is refused within bounds, and says so.

import Evidence
import Testing

@Suite struct HostileReportTests {
    private static func refusal(_ report: String, limits: ReportLimits = ReportLimits()) -> String {
        do throws(ReportError) {
            let report = try JUnitReader.read(Array(report.utf8), limits: limits)
            return "read: \(report.cases.count)"
        } catch {
            return "\(error.place.line):\(error.place.column) \(error.message)"
        }
    }

    private static let declares =
        "the DOCTYPE declares things of its own, which is refused: entities can be bombs"

    @Test(arguments: [
        """
        <!DOCTYPE testsuite [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
        <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><testsuite name="&c;">&c;</testsuite>
        """,
        #"<!DOCTYPE testsuite [<!ENTITY f SYSTEM "file:///etc/passwd">]><testsuite>&f;</testsuite>"#,
        #"<!DOCTYPE testsuite [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]><testsuite/>"#,
        #"<!DOCTYPE testsuite SYSTEM "x.dtd" [<!ATTLIST testcase name CDATA "made up">]><testsuite/>"#,
    ])
    func declarationsAreRefused(report: String) {
        // The place is the bracket that begins them.
        let column = (report.prefix { $0 != "[" }).count + 1
        #expect(Self.refusal(report) == "1:\(column) " + Self.declares)
    }

    @Test func sizeIsBounded() {
        var limits = ReportLimits()
        limits.bytes = 100_000
        let text = "<testsuite>" + String(repeating: " ", count: 200_000) + "</testsuite>"
        #expect(
            Self.refusal(text, limits: limits).hasSuffix("the report is larger than 100000 bytes, which is the limit"))
        #expect(ReportLimits().bytes == 256 << 20)
    }

    @Test func depthIsBounded() {
        let deep = String(repeating: "<testsuite>", count: 65)
        #expect(Self.refusal(deep) == "1:705 elements stand inside each other more than 64 deep")
        let whole = String(repeating: "<testsuite>", count: 64) + String(repeating: "</testsuite>", count: 64)
        #expect(Self.refusal(whole) == "read: 0")
    }

    @Test(arguments: [("<!-- ", " -->"), ("<testcase name='", "'/>"), ("<?pi ", "?>")])
    func aPieceThatMustBeInMemoryIsBounded(start: String, end: String) {
        var limits = ReportLimits()
        limits.piece = 1 << 18
        let long = "<testsuite>" + start + String(repeating: "x", count: 1 << 20) + end + "</testsuite>"
        #expect(Self.refusal(long, limits: limits) == "1:12 a tag or comment is longer than 256 KiB")
        limits.piece = 2 << 20
        #expect(Self.refusal(long, limits: limits).hasPrefix("read: "))
    }

    @Test func namesAreBounded() {
        let names = (0...1_000).map { "<x a\($0)=''/>" }.joined()
        #expect(
            Self.refusal("<testsuite>" + names + "</testsuite>").hasSuffix(
                "more than 1000 different names of attributes"))
    }

    @Test func testsAreBounded() {
        var limits = ReportLimits()
        limits.cases = 2
        let tests = String(repeating: "<testcase name='t'/>", count: 3)
        #expect(
            Self.refusal("<testsuite>" + tests + "</testsuite>", limits: limits)
                == "1:52 the report has more than 2 tests, which is the limit")
    }

    @Test func remarksAreBounded() throws {
        let tests = (0..<500).map { "<testcase name='t\($0)' time='x'/>" }.joined()
        #expect(try JUnitReader.read(Array("<testsuite>\(tests)</testsuite>".utf8)).remarks.count == 100)
    }

    /// Reading in quadratic time would take minutes here.
    @Test func aLongTagIsReadInLinearTime() throws {
        let value = String(repeating: "x", count: 3 << 20)
        let report = Array("<testsuite><testcase name='t'><failure message='\(value)'/></testcase></testsuite>".utf8)
        #expect(try JUnitReader.read(report).cases[0].message?.utf8.count == 1_024 + "…".utf8.count)
    }

    @Test func coverageIsBoundedToo() {
        var limits = ReportLimits()
        (limits.bytes, limits.piece, limits.depth) = (100, 20, 4)
        func message(_ text: String) -> String? {
            do throws(ReportError) {
                _ = try CoverageReader.read(Array(text.utf8), limits: limits)
                return nil
            } catch {
                return error.message
            }
        }
        let long = String(repeating: "x", count: 200)
        #expect(message("TN:" + long) == "the report is larger than 100 bytes, which is the limit")
        #expect(message("{\"" + long) == "the report is larger than 100 bytes, which is the limit")
        #expect(message("<coverage><!--" + long) == "the report is larger than 100 bytes, which is the limit")
        #expect(message("TN:" + long.prefix(30)) == "a line is longer than 20 bytes")
        #expect(message(String(repeating: " ", count: 50)) == "the report begins with more than 20 bytes of blanks")
        #expect(message(#"{"x": [[[[]]]]}"#) == "values stand inside each other more than 4 deep")
        #expect(message("<!DOCTYPE coverage [<!ENTITY a 'b'>]><coverage/>") == Self.declares)
    }
}
