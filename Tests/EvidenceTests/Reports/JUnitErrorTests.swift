// What is refused, and what is said of it.

import Evidence
import Testing

@Suite struct JUnitErrorTests {
    @Test(arguments: [
        (
            "<html></html>",
            """
            report:1:1: error: <html> is no JUnit report: it begins with <testsuites> or <testsuite>
              1 | <html></html>
                | ^~~~~~

            """
        ),
        (
            #"<coverage line-rate="1"/>"#,
            """
            report:1:1: error: <coverage> is no JUnit report: it begins with <testsuites> or <testsuite>
              1 | <coverage line-rate="1"/>
                | ^~~~~~~~~~~~~~~~~~~~~~~~~
              hint: this looks like a coverage report; name it under `coverage`

            """
        ),
        (
            "",
            """
            report:1:1: error: the report is empty or has no element
              1 |\u{20}
                | ^
              hint: a tool that was stopped while it wrote leaves this

            """
        ),
        (
            "<testsuites>\n<testsuite name='s'>\n  <testcase name='t'",
            """
            report:3:3: error: the report breaks off with 2 elements open
              3 |   <testcase name='t'
                |   ^
              hint: a tool that was stopped while it wrote leaves this

            """
        ),
        (
            "<testsuite>\n<testcase name='t'>é \u{1B}[31mred</testcase></testsuite>",
            """
            report:2:22: error: the control character 0x1B is not allowed in XML
              2 | <testcase name='t'>é \u{1B}[31mred</testcase></testsuite>
                |                      ^
              hint: turn off colours in what the tests print, or have the tool strip them

            """
        ),
        (
            "<testsuite><testcase name='t'></testsuite>",
            """
            report:1:33: error: this end tag closes no element that is open
              1 | <testsuite><testcase name='t'></testsuite>
                |                                 ^

            """
        ),
        (
            "<testsuite/>\n<testsuite/>",
            """
            report:2:1: error: something follows the end of the report
              2 | <testsuite/>
                | ^
              hint: two processes that write one file do this; give each a file of its own

            """
        ),
        (
            "<testsuite>\n\t<testcase classname=''/></testsuite>",
            """
            report:2:2: error: a <testcase> without a name
              2 |  <testcase classname=''/></testsuite>
                |  ^~~~~~~~~~~~~~~~~~~~~~~~
              hint: a test is known by its `name` and `classname`

            """
        ),
        (
            "<testsuite>&nbsp;</testsuite>",
            """
            report:1:12: error: an entity is not defined: XML has &amp; &lt; &gt; &quot; &apos; only
              1 | <testsuite>&nbsp;</testsuite>
                |            ^
              hint: write the character itself

            """
        ),
        (
            "<!DOCTYPE testsuite SYSTEM 'junit.dtd'><testsuite>&nbsp;</testsuite>",
            """
            report:1:51: error: the entity &nbsp; is not defined: no DTD is read
              1 | <!DOCTYPE testsuite SYSTEM 'junit.dtd'><testsuite>&nbsp;</testsuite>
                |                                                   ^~~~~~
              hint: write the character itself

            """
        ),
        (
            "<testsuite>a & b</testsuite>",
            """
            report:1:15: error: this is not XML: not well-formed
              1 | <testsuite>a & b</testsuite>
                |               ^
              hint: a bare & is written &amp;, a bare < is written &lt;

            """
        ),
        (
            "<?xml version='1.0' encoding='klingon'?><testsuite/>",
            """
            report:1:31: error: the encoding it declares is not known here
              1 | <?xml version='1.0' encoding='klingon'?><testsuite/>
                |                               ^
              hint: write UTF-8

            """
        ),
        (
            "<testsuite name='a' name='b'/>",
            """
            report:1:21: error: an attribute stands twice in this tag
              1 | <testsuite name='a' name='b'/>
                |                     ^

            """
        ),
    ])
    func theErrorSaysWhatWhereAndWhy(report: String, text: String) {
        #expect(junit(report) == text)
    }

    @Test func bytesThatAreNotUTF8AreShown() {
        let bytes = Array("<testsuite>\n é".utf8) + [0xFF] + Array("</testsuite>".utf8)
        #expect(throws: ReportError("the byte 0xFF is not UTF-8 here", at: Self.place(15, 2, 3), hint: "write UTF-8")) {
            try JUnitReader.read(bytes)
        }
    }

    private static func place(_ offset: Int, _ line: Int, _ column: Int) -> ReportPlace {
        ReportPlace(offset: offset, line: line, column: column)
    }
}
