// Excused tests: until their last day, not longer; and days as people write them.

import Evidence
import Testing

@Suite struct QuarantineTests {
    static func day(_ text: String) -> CalendarDay {
        guard let day = CalendarDay(text) else { fatalError("\(text) is no day") }
        return day
    }

    private let quarantine = Quarantine([
        QuarantineEntry(test: "a", owner: "ann", expiry: day("2026-11-30"), reason: "#12"),
        QuarantineEntry(test: "b", owner: "bob", expiry: day("2026-12-24")),
        QuarantineEntry(test: "gone", owner: "eve", expiry: day("2027-01-01")),
    ])

    @Test(
        arguments: [
            ("2026-11-30", ["a", "b", "c"], ["a", "b"], []),
            ("2026-11-30", ["c"], [], []),
            ("2026-12-01", ["a", "b"], ["b"], ["a"]),
            // Expired, and its test passes: still a failure.
            ("2026-12-01", [], [], ["a"]),
            ("2027-06-01", ["a", "b"], [], ["a", "b", "gone"]),
        ] as [(String, [String], [String], [String])])
    func whatIsExcused(today: String, failed: [String], excused: [String], expired: [String]) {
        let result = quarantine.result(tests: ["a", "b", "c"], failed: Set(failed), on: Self.day(today))
        #expect(result.excused.map(\.test) == excused)
        #expect(result.excusedTests == Set(excused))
        #expect(result.expired.map(\.test) == expired)
        #expect(result.unknown.map(\.test) == ["gone"])
    }

    @Test func whatExpiredSaysWhoAndWhatToDo() {
        let result = quarantine.result(tests: ["a"], failed: [], on: Self.day("2026-12-01"))
        #expect(
            result.complaints == [
                "the quarantine of \"a\" ended on 2026-11-30; ann was to mend it: mend or delete the test, or set a new day"
            ])
    }

    @Test(arguments: [
        ("2026-11-30", true), ("2024-02-29", true), ("2000-02-29", true), ("2026-02-29", false), ("1900-02-29", false),
        ("2026-11-31", false), ("2026-13-01", false), ("2026-00-01", false), ("2026-01-00", false),
        ("2026-1-01", false),
        ("2026-11-3x", false), ("2026/11/30", false), ("", false), ("２026-11-30", false), ("-026-11-30", false),
    ])
    func days(text: String, exists: Bool) {
        #expect(CalendarDay(text)?.description == (exists ? text : nil))
    }

    @Test(
        arguments: [
            (0, "1970-01-01"), (86_399, "1970-01-01"), (86_400, "1970-01-02"), (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"), (1_709_251_199, "2024-02-29"), (1_709_251_200, "2024-03-01"),
            (1_795_996_799, "2026-11-29"), (1_795_996_800, "2026-11-30"), (4_107_542_399, "2100-02-28"),
            (4_107_542_400, "2100-03-01"),
        ] as [(UInt64, String)])
    func theDayOfAMoment(seconds: UInt64, text: String) {
        #expect(CalendarDay(containing: seconds * 1_000_000_000).description == text)
    }

    @Test func laterDaysAreGreater() {
        let days = ["2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01"].map(Self.day)
        #expect(days == days.sorted())
        #expect(Set(days).count == days.count)
    }
}
