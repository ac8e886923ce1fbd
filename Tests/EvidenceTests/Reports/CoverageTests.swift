// Covered lines and branches, from real reports and from odd ones.

import Evidence
import Testing
import Vocabulary

@Suite struct CoverageTests {
    @Test(arguments: [
        ("coverage.py-7.17.3.xml", CoverageFormat.cobertura, "calc.py 5/8 2/4"),
        ("coverage.py-7.17.3.json", .coveragePy, "calc.py 5/8 2/4"),
        ("coverage.py-7.17.3.lcov", .lcov, "calc.py 5/8 2/4"),
        ("gcovr-8.8.xml", .cobertura, "calc.c 5/8 2/4"),
        ("lcov-1.16.info", .lcov, "calc.c 5/8 2/4"),
    ])
    func realReportsAreRead(name: String, format: CoverageFormat, file: String) throws {
        let report = try CoverageReader.read(try ReportFiles.bytes(name), root: "/src/calc")
        #expect(report.format == format)
        #expect(report.listing == file + "\n= 5/8 2/4")
        #expect(report.remarks == [])
        #expect(report[.lineRate] == 0.625 && report[.branchRate] == 0.5 && report[.totalRate] == 7.0 / 12)
        #expect(report[.covered] == 5 && report[.lines] == 8)
        #expect(report[.branchesCovered] == 2 && report[.branches] == 4)
    }

    @Test(arguments: [
        (
            "records of one file are one file",
            "SF:b.c\nDA:1,0\nDA:2,0\nBRDA:1,0,0,-\nend_of_record\nSF:a.c\nDA:1,1\nend_of_record\n"
                + "SF:b.c\r\nDA:1,3,sum\r\nBRDA:1,0,0,2\r\nBRDA:1,0,1,0\r\nend_of_record",
            "a.c 1/1 0/0\nb.c 1/2 1/2\n= 2/3 1/2"
        ),
        ("negative hits are none", "TN:\nSF:a\nDA:1,-3\nend_of_record\n", "a 0/1 0/0\n= 0/1 0/0"),
        (
            "classes of one file are one file, methods' lines are the class's",
            """
            <coverage><class filename="a"><methods><method><lines><line number="1" hits="1"/></lines></method></methods>\
            <lines><line number="1" hits="1" branch="true" condition-coverage="50% (1/2)"/></lines></class>\
            <class filename="a"><lines><line number="1" hits="0" condition-coverage="0% (0/2)"/>\
            <line number="2" hits="0"/></lines></class></coverage>
            """, "a 1/2 1/2\n= 1/2 1/2"
        ),
        (
            "a total that disagrees is remarked",
            "<coverage lines-valid='9' lines-covered='1'><class filename='a'><line number='1' hits='1'/></class></coverage>",
            "a 1/1 0/0\n= 1/1 0/0\n1:42 1 of 9 lines are counted here, and 1 of 1 are in the report"
        ),
        (
            "so it is in JSON",
            """
            {"files": {"\\u0061\\\\b": {"summary": {"covered_lines": 1, "num_statements": 2}}},
             "totals": {"covered_lines": 2, "num_statements": 2}}
            """, "a\\b 1/2 0/0\n= 1/2 0/0\n2:12 the totals are not those of the files"
        ),
        ("nothing measured is no rate", "<coverage/>", "= 0/0 0/0"),
    ])
    func ruleHolds(rule: String, report: String, outcome: String) {
        #expect(coverage(report) == outcome)
    }

    @Test func nothingMeasuredHasNoRate() throws {
        let report = try CoverageReader.read(Array("<coverage/>".utf8))
        #expect(report[.lineRate] == nil && report[.branchRate] == nil && report[.totalRate] == nil)
    }

    @Test(arguments: [
        (
            " \n",
            """
            report:1:1: error: the coverage report is empty
              1 |\u{20}\u{20}
                | ^
              hint: a tool that was stopped while it wrote leaves this

            """
        ),
        (
            "<testsuite/>",
            """
            report:1:1: error: <testsuite> is no Cobertura report: it begins with <coverage>
              1 | <testsuite/>
                | ^~~~~~~~~~~~
              hint: this looks like a JUnit report; name it under `junit`

            """
        ),
        (
            "<coverage>\n<class filename='a'><line hits='x' number='1'/></class></coverage>",
            """
            report:2:33: error: a <line> that does not say how often it was reached
              2 | <class filename='a'><line hits='x' number='1'/></class></coverage>
                |                                 ^

            """
        ),
        (
            "TN:\nSF:a.c\nDA:one,1\n",
            """
            report:3:1: error: `DA:one,1` is not DA:LINE,HITS
              3 | DA:one,1
                | ^~~~~~~~
              hint: this is read as lcov; see `man geninfo`

            """
        ),
        (
            "Traceback\n",
            """
            report:1:1: error: `Traceback` is no record
              1 | Traceback
                | ^~~~~~~~~
              hint: this is read as lcov; see `man geninfo`

            """
        ),
        (
            "TN:\nSF:a.c\nDA:1,1\n",
            """
            report:2:1: error: the report breaks off: no end_of_record for this file
              2 | SF:a.c
                | ^~~~~~
              hint: a tool that was stopped while it wrote leaves this

            """
        ),
        (
            "{\"files\": {\"é\": {\"summary\": {\"covered_lines\": 1.5}}}}",
            """
            report:1:47: error: expected a whole number, found `1`
              1 | {"files": {"é": {"summary": {"covered_lines": 1.5}}}}
                |                                               ^

            """
        ),
        (
            "{\"files\": {\n\"a.py\": {}}}",
            """
            report:2:9: error: the file `a.py` has no `summary`
              2 | "a.py": {}}}
                |         ^

            """
        ),
        (
            "{\"meta\": {}}",
            """
            report:1:1: error: this JSON has no `files`, so it is no report of coverage.py
              1 | {"meta": {}}
                | ^

            """
        ),
        (
            "{\"files\": {",
            """
            report:1:12: error: expected a key in double quotes, found the end of the report
              1 | {"files": {
                |            ^
              hint: a tool that was stopped while it wrote leaves this

            """
        ),
    ])
    func theErrorSaysWhatWhereAndWhy(report: String, text: String) {
        #expect(coverage(report) == text)
    }
}
