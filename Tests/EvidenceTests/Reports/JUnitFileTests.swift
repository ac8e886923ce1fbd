// What real tools wrote, test by test.

import Evidence
import Testing
import Vocabulary

@Suite struct JUnitFileTests {
    struct File: Sendable, CustomTestStringConvertible {
        let name: String
        let dialect: JUnitDialect
        let listing: String

        var testDescription: String { name }
    }

    static let files = [
        File(
            name: "pytest-9.2.0.xml", dialect: .pytest,
            listing: #"""
                passed tests.test_calc::test_plain
                failed tests.test_calc::test_fails
                passed tests.test_calc::test_many[x::y]
                passed tests.test_calc::test_many[\xe9[0]]
                passed tests.test_calc::test_many[3]
                skipped tests.test_calc::test_skipped
                skipped tests.test_calc::test_expected
                passed tests.test_calc.TestClass::test_inside
                errored tests.test_calc::test_error
                errored tests.test_calc::test_teardown
                failed tests.test_calc::test_fails_twice
                failed tests.test_calc::test_flaky
                """#),
        File(name: "pytest-9.2.0-collection.xml", dialect: .pytest, listing: "errored tests.test_broken"),
        File(
            name: "pytest-9.2.0-rerunfailures-16.7.xml", dialect: .pytest,
            listing: #"""
                passed tests.test_calc::test_plain
                failed tests.test_calc::test_fails x2
                passed tests.test_calc::test_many[x::y]
                passed tests.test_calc::test_many[\xe9[0]]
                passed tests.test_calc::test_many[3]
                skipped tests.test_calc::test_skipped
                skipped tests.test_calc::test_expected
                passed tests.test_calc.TestClass::test_inside
                errored tests.test_calc::test_error x2
                errored tests.test_calc::test_teardown x2
                failed tests.test_calc::test_fails_twice x2
                flaky tests.test_calc::test_flaky x1
                """#),
        File(
            name: "surefire-2.22.3.xml", dialect: .surefire,
            listing: """
                errored org.example.CalcTest::error x2
                failed org.example.CalcTest::fails x2
                flaky org.example.CalcTest::flaky x1
                passed org.example.CalcTest::plain
                flaky org.example.CalcTest::flakyError x1
                skipped org.example.CalcTest::skipped
                """),
        File(
            name: "gotestsum-1.8.2-rerun-fails.xml", dialect: .gotestsum,
            listing: """
                failed example.org/calc/pkg::TestFails x2
                flaky example.org/calc/pkg::TestFlaky x1
                skipped example.org/calc/pkg::TestSkipped
                passed example.org/calc/pkg::TestPlain
                passed example.org/calc/pkg::TestTable/one
                passed example.org/calc/pkg::TestTable/two/three
                passed example.org/calc/pkg::TestTable/four_five
                passed example.org/calc/pkg::TestTable
                passed example.org/calc/pkg/inner::TestPlain
                """),
        File(name: "gotestsum-1.8.2-broken.xml", dialect: .other, listing: "errored (report)"),
        File(
            name: "playwright-by-hand.xml", dialect: .playwright,
            listing: """
                passed [chromium] login.spec.ts::signs in
                flaky [chromium] login.spec.ts::menu › opens x1
                failed [chromium] login.spec.ts::signs out x1
                skipped [chromium] login.spec.ts::remembers
                passed [firefox] login.spec.ts::signs in
                errored [firefox] login.spec.ts::signs out
                """),
        File(
            name: "node-20.20.2.xml", dialect: .node,
            listing: """
                passed plain
                failed fails
                skipped skipped
                skipped todo
                passed group::plain
                passed group > inner::deep
                passed parent::child
                failed parent::bad child
                """),
        File(
            name: "swift-testing-6.3.1.xml", dialect: .other,
            listing: """
                passed CalcTests::free()
                passed CalcTests.CalcTests::named()
                passed CalcTests.CalcTests.Inner::deep()
                failed CalcTests.CalcTests::throwing()
                failed CalcTests.CalcTests::fails()
                passed CalcTests.CalcTests::known()
                passed CalcTests.CalcTests::plain()
                skipped CalcTests.CalcTests::skipped()
                failed CalcTests.CalcTests::many(_:)
                """),
        File(
            name: "bats-1.8.2.xml", dialect: .other,
            listing: """
                passed calc.bats::plain
                failed calc.bats::fails <&>
                skipped calc.bats::skipped
                passed calc.bats::plain again
                """),
        File(
            name: "robotframework-7.5.xml", dialect: .other,
            listing: """
                passed Calc::Plain
                failed Calc::Fails
                skipped Calc::Skipped
                """),
        File(
            name: "phpunit-9.6.7.xml", dialect: .other,
            listing: """
                passed CalcTest::testPlain
                failed CalcTest::testFails
                errored CalcTest::testError
                skipped CalcTest::testSkipped
                skipped CalcTest::testIncomplete
                errored CalcTest::testRisky
                passed CalcTest::testMany with data set "one"
                passed CalcTest::testMany with data set "two"
                passed CalcTest::testMany with data set #0
                """),
        File(
            name: "nose2-0.16.0.xml", dialect: .other,
            listing: """
                errored test_unit.Calc::test_error
                skipped test_unit.Calc::test_expected
                failed test_unit.Calc::test_fails
                passed test_unit.Calc::test_plain
                skipped test_unit.Calc::test_skipped
                failed test_unit.Calc::test_sub (i=1)
                """),
        File(
            name: "googletest-1.12.1.xml", dialect: .other,
            listing: """
                passed Calc::Plain
                failed Calc::Fails
                skipped Calc::Skipped
                skipped Calc::DISABLED_Off
                passed All/Many::Holds/0
                passed All/Many::Holds/1
                """),
        File(
            name: "meson-1.0.1.xml", dialect: .other,
            listing: """
                passed calc::calc:unit / plain
                failed calc::calc:unit / fails
                skipped calc::calc:unit+slow / skipped
                failed calc::calc / output
                passed calc.calc / tap::1 - first
                failed calc.calc / tap::2 - second
                """),
        File(
            name: "ctest-3.25.1.xml", dialect: .other,
            listing: """
                passed plain
                failed fails
                skipped skipped
                skipped off
                errored missing
                passed flaky
                """),
    ]

    @Test(arguments: files)
    func everyTestIsThere(file: File) throws {
        let report = try JUnitReader.read(try ReportFiles.bytes(file.name))
        #expect(report.listing == file.listing)
        #expect(report.dialect == file.dialect)
    }

    /// A remark on what a tool always writes would be noise.
    @Test(arguments: files)
    func nothingIsOdd(file: File) throws {
        let report = try JUnitReader.read(try ReportFiles.bytes(file.name))
        let isBroken = file.name.hasSuffix("broken.xml")
        #expect(report.remarks.map(\.message) == (isBroken ? [Self.broken] : []))
    }

    private static let broken = "1 failures and errors are counted here, and 1 are in the report"

    @Test func aFailureIsTold() throws {
        let report = try JUnitReader.read(try ReportFiles.bytes("surefire-2.22.3.xml"))
        let test = report.cases[1]
        #expect(test.message == "not <&> expected:<1> but was:<2>")
        #expect(
            test.details == """
                java.lang.AssertionError: not <&> expected:<1> but was:<2>
                \tat org.example.CalcTest.fails(CalcTest.java:7)
                """)
        #expect(test.output == "seen")
        #expect(test.seconds == 0.019)
        #expect(test.attempts.map(\.message) == Array(repeating: "not <&> expected:<1> but was:<2>", count: 2))
        #expect(
            report.cases[2].attempts.map(\.details) == [
                "java.lang.AssertionError: first time\n\tat org.example.CalcTest.flaky(CalcTest.java:10)"
            ])
        #expect(report.cases[2].message == nil && report.cases[2].output == nil)
    }

    @Test func aSkippedTestSaysWhy() throws {
        let reasons = ["pytest-9.2.0.xml", "bats-1.8.2.xml", "robotframework-7.5.xml", "node-20.20.2.xml"]
            .map { try? JUnitReader.read(ReportFiles.bytes($0)).cases.first { $0.outcome == .skipped }?.message }
        #expect(reasons == Array(repeating: "not today", count: 4))
    }

    @Test func filesBeneathTheRootAreNamedRelativeToIt() throws {
        let bytes = try ReportFiles.bytes("phpunit-9.6.7.xml")
        #expect(try JUnitReader.read(bytes, root: "/src/calc").cases[0].file == "CalcTest.php")
        #expect(try JUnitReader.read(bytes).cases[0].file == "/src/calc/CalcTest.php")
        #expect(try JUnitReader.read(bytes).cases[0].line == 4)
    }

    @Test func suitesStandInEachOther() throws {
        let report = try JUnitReader.read(try ReportFiles.bytes("node-20.20.2.xml"))
        #expect(report.suites.map(\.name) == ["group", "inner", "parent"])
        #expect(report.suites.map(\.parent) == [nil, 0, nil])
        #expect(report.cases.map(\.suite) == [nil, nil, nil, nil, 0, 1, 2, 2])
    }
}
