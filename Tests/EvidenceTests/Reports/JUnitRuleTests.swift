// What a JUnit report means where tools disagree: ids that stand twice, counts, durations, retries.

import Evidence
import Testing
import Vocabulary

@Suite struct JUnitRuleTests {
    struct Rule: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let report: String
        let outcome: String

        init(_ description: String, _ report: String, _ outcome: String) {
            (testDescription, self.report, self.outcome) = (description, report, outcome)
        }
    }

    static let rules = [
        Rule(
            "tests of one name are told apart, and none hides another",
            """
            <testsuite name="s"><testcase classname="a" name="t"/>
            <testcase classname="a" name="t"><failure/></testcase><testcase classname="a" name="t"/></testsuite>
            """,
            """
            passed a::t
            failed a::t#2
            passed a::t#3
            2:44 two tests are called `a::t`; the second is `#2`
            """),
        Rule(
            "a name may look like that of a second",
            """
            <testsuite><testcase name="t#2"/><testcase name="t"/>
            <testcase name="t"/></testsuite>
            """,
            """
            passed t#2
            passed t
            passed t#3
            """),
        Rule(
            "pytest's element without an outcome before another is a rerun",
            """
            <testsuites><testsuite name="pytest"><testcase classname="a" name="t"/>\
            <testcase classname="a" name="t"/><testcase classname="a" name="t"/></testsuite></testsuites>
            """, "flaky a::t x2"),
        Rule(
            "pytest's failure and error of one name are one test",
            """
            <testsuite name="pytest"><testcase name="t"><failure/></testcase>\
            <testcase name="t"><error/></testcase></testsuite>
            """, "failed t"),
        Rule(
            "a pass does not make up for a later failure",
            """
            <testsuite name="p"><properties><property name="go.version" value="go1"/></properties>\
            <testcase classname="p" name="T"/><testcase classname="p" name="T"><failure/></testcase></testsuite>
            """, "failed p::T"),
        Rule(
            "an attempt that failed among several that passed is a flake",
            """
            <testsuite name="p"><properties><property name="go.version" value="go1"/></properties>\
            <testcase name="T"/><testcase name="T"><failure/></testcase><testcase name="T"/></testsuite>
            """, "flaky T x1"),
        Rule(
            "counts may be missing or be none",
            #"<testsuite tests="" errors="many"><testcase name="t" time=""/></testsuite>"#, "passed t"),
        Rule(
            "tests that are counted and missing are remarked",
            #"""
            <testsuites>
            <testsuite name="s"
              tests="3"><testcase name="t"/></testsuite></testsuites>
            """#,
            """
            passed s::t
            3:10 3 tests are counted here, and 1 are in the report
            """),
        Rule(
            "fewer counted than are there is no matter", #"<testsuite tests="0"><testcase name="t"/></testsuite>"#,
            "passed t"),
        Rule(
            "failures that are counted and not shown do not pass",
            #"<testsuite name="s" tests="1" failures="2"><testcase name="t"/></testsuite>"#,
            """
            passed s::t
            errored s
            1:28 2 failures and errors are counted here, and 1 are in the report
            """),
        Rule(
            "counts of an outer suite include the inner ones",
            """
            <testsuites tests="2" failures="1"><testsuite tests="2" failures="1"><testsuite tests="1">\
            <testcase name="a"/></testsuite><testcase name="b"><failure/></testcase></testsuite></testsuites>
            """,
            """
            passed a
            failed b
            """),
        Rule(
            "a suite can fail by itself", #"<testsuite name="s"><error message="no fixture"/></testsuite>"#, "errored s"
        ),
        Rule(
            "a duration that is none is remarked",
            #"<testsuite><testcase name="é" time="soon"/><testcase name="b" time="-1"/></testsuite>"#,
            """
            passed é
            passed b
            1:37 `soon` is no duration in seconds
            1:69 `-1` is no duration in seconds
            """),
        Rule(
            "reruns of nextest and Surefire are attempts",
            """
            <testsuite><testcase name="t"><failure/><rerunFailure/><rerunError/></testcase>\
            <testcase name="u"><flakyError/><flakyFailure/></testcase></testsuite>
            """,
            """
            failed t x2
            flaky u x2
            """),
        Rule(
            "a test of no class is its suite's",
            #"<testsuites><testsuite name="s"><testcase name="t"/></testsuite></testsuites>"#, "passed s::t"),
        Rule(
            "a class called test is nobody's but node's",
            #"<testsuites><testsuite name="pytest"><testcase classname="test" name="t"/></testsuite></testsuites>"#,
            "passed test::t"),
        Rule("a suite may be empty", "<testsuites/>", ""),
        Rule(
            "a DTD that is only named is passed over",
            #"<!DOCTYPE testsuite SYSTEM "http://example.org/junit.dtd"><testsuite><testcase name="t"/></testsuite>"#,
            "passed t"),
        Rule(
            "elements that mean nothing are passed over",
            """
            <testsuite><x><testcase name="not a test"/><failure/></x><testcase name="t"><y><failure/></y></testcase>\
            <system-out>text</system-out></testsuite>
            """, "passed t"),
    ]

    @Test(arguments: rules)
    func ruleHolds(rule: Rule) {
        #expect(junit(rule.report) == rule.outcome)
    }

    @Test(arguments: [
        ("1", 1.0), ("0.25", 0.25), (".5", 0.5), ("1e-05", 0.00001), ("1,234.5", 1_234.5), ("12.", 12),
        ("0.0000000000000000001", 1e-19), ("123456789012345678", 1.2345678901234568e17), (" 1", nil), ("NaN", nil),
        ("inf", nil), ("1.2.3", nil), (".", nil), ("1.234,5", nil), ("-0.5", nil), ("0x10", 16),
    ])
    func aDurationIsRead(text: String, seconds: Double?) throws {
        let report = try JUnitReader.read(
            Array("<testsuite><testcase name='t' time='\(text)'/></testsuite>".utf8))
        #expect(report.cases[0].seconds == seconds)
    }

    @Test func otherEncodingsAreRead() throws {
        let text = #"<?xml version="1.0" encoding="UTF-16"?><testsuite><testcase name="é½😀"/></testsuite>"#
        let wide: [UInt8] =
            [0xFE, 0xFF] + text.utf16.flatMap { unit -> [UInt8] in [UInt8(unit >> 8), UInt8(unit & 0xFF)] }
        #expect(try JUnitReader.read(wide).listing == "passed é½😀")
        let latin = Array(#"<?xml version="1.0" encoding="ISO-8859-1"?><testsuite><testcase name=""#.utf8) + [0xE9]
        #expect(try JUnitReader.read(latin + Array(#""/></testsuite>"#.utf8)).listing == "passed é")
    }

    @Test func messagesAndOutputAreShortened() throws {
        var limits = ReportLimits()
        (limits.message, limits.text) = (10, 16)
        let text = """
            <testsuite><testcase name="t"><failure message="ééééééé">0123456789é123456789é123456789</failure>\
            <system-out>0123456789abcdef</system-out></testcase></testsuite>
            """
        let test = try JUnitReader.read(Array(text.utf8), limits: limits).cases[0]
        #expect(test.message == "ééééé…")
        #expect(test.details == "0123\n[… 16 bytes are left out …]\n9é123456789")
        #expect(test.output == "[… 8 bytes are left out …]\n89abcdef")
    }

    @Test func allTextTogetherIsBounded() throws {
        var limits = ReportLimits()
        limits.allText = 5
        let text = #"<testcase name="NAME"><failure message="123"/></testcase>"#
        let report = try JUnitReader.read(
            Array(("<testsuite>" + "abc".map { text.replacing("NAME", with: "\($0)") }.joined() + "</testsuite>").utf8),
            limits: limits)
        #expect(report.cases.map(\.message) == ["123", "123", nil])
        #expect(report.counts.failed == 3)
    }
}
