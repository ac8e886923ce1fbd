// What the numbers of a report mean.

import Evidence
import Testing
import Vocabulary

@Suite struct TestCountsTests {
    /// One letter a test: passed, failed, errored, skipped, flaky (`~`).
    private static func counts(_ letters: String) throws -> TestCounts {
        let elements: [Character: String] = [
            "p": "", "f": "<failure/>", "e": "<error/>", "s": "<skipped/>", "~": "<flakyFailure/>",
        ]
        let tests = letters.enumerated().map {
            "<testcase name='t\($0.offset)' time='0.5'>\(elements[$0.element] ?? "")</testcase>"
        }
        return try JUnitReader.read(Array("<testsuite>\(tests.joined())</testsuite>".utf8)).counts
    }

    @Test(
        arguments: [
            ("", nil, nil), ("s", nil, nil), ("pppp", 1.0, 1.0), ("ps", 1, 1), ("pfes", 1.0 / 3, 1.0 / 3),
            ("p~", 1, 0.5), ("~f", 0.5, 0), ("e", 0, 0),
        ] as [(String, Double?, Double?)])
    func rates(letters: String, pass: Double?, clean: Double?) throws {
        let counts = try Self.counts(letters)
        #expect(counts[.passRate] == pass)
        #expect(counts[.cleanRate] == clean)
        #expect(counts.sample(.passRate)?.share == pass)
        #expect(counts.sample(.cleanRate)?.share == clean)
    }

    @Test func everyNumberHasAName() throws {
        let counts = try Self.counts("pppffess~")
        let values = MetricDefinition.JUnitValue.allCases.map {
            "\($0.rawValue)=\(counts[$0].map { "\($0)" } ?? "none")"
        }
        #expect(
            values == [
                "tests=9.0", "ran=7.0", "passed=3.0", "failed=2.0", "errors=1.0", "skipped=2.0", "flaky=1.0",
                "pass_rate=\(4.0 / 7)", "clean_rate=\(3.0 / 7)", "flake_rate=none", "seconds=4.5",
            ])
    }
}
