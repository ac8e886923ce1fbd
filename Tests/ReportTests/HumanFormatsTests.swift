// Durations, sizes, counts, widths and signals: exact texts, with the values where a unit begins.

import Testing

@testable import Report

@Suite struct HumanFormatsTests {
    @Test(
        arguments: [
            (0, "<1 ms"), (999_999, "<1 ms"), (1_000_000, "1 ms"), (1_499_999, "1 ms"), (1_500_000, "2 ms"),
            (99_499_999, "99 ms"), (99_500_000, "0.1 s"), (300_000_000, "0.3 s"), (4_249_999_999, "4.2 s"),
            (4_250_000_000, "4.3 s"), (59_949_999_999, "59.9 s"), (59_950_000_000, "1 min 0 s"),
            (72_000_000_000, "1 min 12 s"),
            (3_599_499_999_999, "59 min 59 s"), (3_599_500_000_000, "1 h 0 min"), (11_100_000_000_000, "3 h 5 min"),
            (172_799_000_000_000, "47 h 59 min"), (172_800_000_000_000, "2 d 0 h"), (442_800_000_000_000, "5 d 3 h"),
            (UInt64.max, "213503 d 23 h"),
        ] as [(UInt64, String)])
    func durations(nanoseconds: UInt64, text: String) {
        #expect(humanDuration(nanoseconds) == text)
    }

    @Test(
        arguments: [
            (0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (1_049, "1.0 kB"), (1_050, "1.1 kB"), (999_949, "999.9 kB"),
            (999_950, "1.0 MB"), (12_345_678, "12.3 MB"), (157_000_000, "157.0 MB"), (2_500_000_000_000, "2.5 TB"),
            (UInt64.max, "18.4 EB"),
        ] as [(UInt64, String)])
    func bytes(bytes: UInt64, text: String) {
        #expect(humanBytes(bytes) == text)
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (100_000, "100,000"), (1_234_567, "1,234,567"),
        (-1_234, "-1,234"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func counts(count: Int, text: String) {
        #expect(humanCount(count) == text)
    }

    @Test(
        arguments: [
            (1, "SIGHUP"), (2, "SIGINT"), (9, "SIGKILL"), (15, "SIGTERM"), (31, "SIGSYS"), (0, "signal 0"),
            (64, "signal 64"), (-1, "signal -1"),
        ] as [(Int32, String)])
    func signals(number: Int32, name: String) {
        #expect(signalName(number) == name)
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("naïve", 5), ("e\u{301}", 1), ("日本", 4), ("ＡＢ", 4), ("한글", 4), ("👍🏽", 2), ("👩‍💻", 2),
        ("☑️", 2), ("a\u{200B}b", 2), ("—…→", 3),
    ])
    func widths(text: String, columns: Int) {
        #expect(displayWidth(text) == columns)
    }

    @Test(arguments: [
        ("short", 5, "short"), ("longer", 5, "long…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("ab", 1, "…"),
        ("ab", 0, ""),
    ])
    func trimming(text: String, width: Int, result: String) {
        #expect(trimmed(text, to: width) == result)
    }

    @Test(
        arguments: [
            (ColorChoice.always, false, "1", "dumb", true), (.never, true, nil, "xterm", false),
            (.auto, true, nil, "xterm", true), (.auto, true, "", "xterm", true), (.auto, true, "1", "xterm", false),
            (.auto, true, nil, "dumb", false), (.auto, false, nil, "xterm", false), (.auto, true, nil, nil, true),
        ] as [(ColorChoice, Bool, String?, String?, Bool)])
    func colors(choice: ColorChoice, isTerminal: Bool, noColor: String?, term: String?, expected: Bool) {
        #expect(choice.resolved(isTerminal: isTerminal, noColor: noColor, term: term) == expected)
    }
}
