// Limits proposed from history: the number, its spelling and the reason given.

import Evidence
import Testing
import Vocabulary

@Suite struct LimitProposalTests {
    static let nineteenGoodOnesAndAWorse = Array(repeating: 0.997, count: 19) + [0.9812]

    private func propose(
        _ values: [Double], _ unit: MetricUnit, _ direction: MetricDirection, _ samples: [Sample] = []
    ) -> String {
        let history = values.enumerated().map { position, value in
            Measurement.of("m", value, unit, direction, sample: position < samples.count ? samples[position] : nil)
        }
        guard let certainty = Certainty(percent: 95) else { return "95 is no certainty" }
        do throws(LimitProposal.Objection) {
            let proposal = try LimitProposal(from: history, certainty: certainty)
            return "\(proposal.expression): \(proposal.reason)"
        } catch { return error.reason }
    }

    @Test(
        arguments: [
            (
                [40, 42.13, 39, 41, 38.5], MetricUnit.seconds, MetricDirection.lowerIsBetter,
                """
                m <= 43: none of the last 5 runs was worse than 42.13 s; a further run like them fails with a probability of \
                at most 17%
                """
            ),
            (
                nineteenGoodOnesAndAWorse, .share, .higherIsBetter,
                """
                m >= 98%: none of the last 20 runs was worse than 98.12%; a further run like them fails with a probability of \
                at most 4.8%
                """
            ),
            (
                [0.123, 0.124, 0.1251, 0.122, 0.121], .number, .lowerIsBetter,
                """
                m <= 0.13: none of the last 5 runs was worse than 0.1251; a further run like them fails with a probability of \
                at most 17%
                """
            ),
            (
                [1_234_567.5, 1, 1, 1, 1], .bytes, .lowerIsBetter,
                """
                m <= 1234568: none of the last 5 runs was worse than 1234568 bytes; a further run like them fails with a \
                probability of at most 17%
                """
            ),
            (
                [1, 1, 1, 1, 1], .share, .higherIsBetter,
                """
                m >= 100%: none of the last 5 runs was worse than 100%; a further run like them fails with a probability of \
                at most 17%
                """
            ),
            ([1, 2, 3, 4], .seconds, .lowerIsBetter, "4 of 5 runs that a proposal needs"),
            ([1, 2, 3, 4, .nan], .seconds, .lowerIsBetter, "4 of 5 runs that a proposal needs"),
            ([], .seconds, .lowerIsBetter, "0 of 5 runs that a proposal needs"),
            ([1, 2, 3, 4, 5], .number, .unknown, "it is not known whether more or less of m is better"),
        ] as [([Double], MetricUnit, MetricDirection, String)])
    func fromValues(values: [Double], unit: MetricUnit, direction: MetricDirection, expected: String) {
        #expect(propose(values, unit, direction) == expected)
    }

    @Test func fromRatesThatWereCounted() {
        let samples = (0..<6).map { Sample(events: $0 == 3 ? 1 : 0, trials: 20, unit: .suiteRun) }
        #expect(
            propose(samples.map { $0.share ?? 0 }, .share, .lowerIsBetter, samples)
                == "m <= 3.9% at 95%: 1 of 120 suite runs so far: at most 3.9% with 95% certainty")
    }

    /// Every value of the history passes the gate that it led to.
    @Test func theHistoryPassesWhatItProposes() throws {
        let certainty = try #require(Certainty(percent: 95))
        var state: UInt64 = 1
        for round in 0..<500 {
            let direction: MetricDirection = round % 2 == 0 ? .lowerIsBetter : .higherIsBetter
            let unit = MetricUnit.allCases[round % MetricUnit.allCases.count]
            let history = (0..<7).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let scale: Double = unit == .share ? 1 : [0.001, 1, 100, 1e6][round % 4]
                return Measurement.of("m", Double(state >> 33) / 2_147_483_648 * scale, unit, direction)
            }
            let proposal = try LimitProposal(from: history, certainty: certainty)
            let gate = Gate(name: "g", metric: "m", comparison: proposal.comparison, limit: .number(proposal.limit))
            for value in history {
                let result = gate.judged(by: .init(metric: .measured(value)))
                #expect(result.verdict == .pass, "\(result.explanation)")
            }
        }
    }
}
