// Tables: what stands in each row when figures are there, missing, or certain only to a degree.

import Evidence
import Testing
import Vocabulary

@Suite struct FigureTableTests {
    private static let readings: [String: Reading] = [
        "old": .measured(.of("old", 40, .seconds)), "new": .measured(.of("new", 4.25, .seconds)),
        "rate": .measured(
            Measurement(
                name: "rate", value: 0, unit: .share, direction: .lowerIsBetter,
                sample: Sample(events: 0, trials: 66, unit: .suiteRun),
                provenance: Provenance(run: "1", host: "h", time: 0))),
        "gone": .missing("there is no report x.xml"),
    ]

    private static func gate(_ metric: String, _ comparison: Gate.Comparison, _ limit: Gate.Limit, at: Double? = nil)
        -> Gate
    {
        Gate(
            name: "row", metric: metric, comparison: comparison, factor: 0.5, limit: limit,
            certainty: at.flatMap(Certainty.init))
    }

    @Test(
        arguments: [
            (nil, "new", nil, ["–", "4.25 s", "", ""], ""),
            (
                "old", "new", gate("new", .atMost, .metric("old")), ["40 s", "4.25 s", "<= 0.5 × old", "met"],
                "new is 4.25 s, wanted <= 20 s (0.5 * old, 40 s)"
            ),
            (
                "old", "new", gate("new", .atMost, .number(6)), ["40 s", "4.25 s", "<= 3 s", "not met"],
                "new is 4.25 s, wanted <= 3 s"
            ),
            (
                "gone", "new", gate("new", .atMost, .number(10)), ["–", "4.25 s", "<= 5 s", "met"],
                "before: there is no report x.xml"
            ),
            (
                "old", "gone", gate("gone", .atLeast, .share(1)), ["40 s", "–", ">= 50%", "not measured"],
                "gone has no value: there is no report x.xml"
            ),
            (
                nil, "rate", gate("rate", .less, .share(0.1), at: 95),
                ["–", "0% (at most 4.5%)", "< 5% at 95%", "met"],
                "rate is 0% (0 of 66 suite runs), at most 4.44% with 95% certainty, wanted < 5%"
            ),
        ] as [(String?, String, Gate?, [String], String)])
    func row(before: String?, after: String, target: Gate?, texts: [String], note: String) throws {
        let table = FigureTable(rows: [.init(title: "row", before: before, after: after, target: target)])
        let account = table.account(task: "t", title: nil) { Self.readings[$0] ?? .missing("?") }
        let row = try #require(account.rows.first)
        #expect([row.beforeText, row.afterText, row.targetText, row.verdictText] == texts)
        #expect(row.note == note)
    }

    @Test func markdownEscapesWhatWouldEndACell() {
        let account = TableAccount(
            task: "t", title: nil,
            rows: [
                .init(
                    title: "a|b <i>\n", before: nil, after: nil, beforeText: "–", afterText: "1", targetText: "< 2",
                    verdict: .pass, note: "")
            ])
        #expect(
            account.markdown == """
                | | Before | After | Target | |
                |---|---:|---:|---:|---|
                | a\\|b &lt;i>  | – | 1 | &lt; 2 | met |
                """)
    }
}
