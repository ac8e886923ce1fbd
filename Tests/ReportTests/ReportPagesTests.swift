// Writes the pages that Tests/Browser opens in a real browser. Without being asked to it only checks that they are whole.

import Glibc
import Testing

@testable import Report

@Suite struct ReportPagesTests {
    @Test func pagesForTheBrowserTests() throws {
        let pages = [
            "sample": HTMLReport(ReportSample.run, earlier: ReportSample.earlier).text,
            "hostile": HTMLReport(ReportSample.hostile).text,
            "wide": HTMLReport(ReportSample.wide).text,
            "live": HTMLReport(ReportSample.live, earlier: ReportSample.earlier, sight: .running).text,
        ]
        for (name, page) in pages {
            #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
            guard let folder = getenv("TASKGRAPH_REPORT_PAGES") else { continue }
            let file = try #require(fopen("\(String(cString: folder))/\(name).html", "w"))
            #expect(fputs(page, file) >= 0)
            #expect(fclose(file) == 0)
        }
    }
}
