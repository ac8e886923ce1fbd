// What trials say about a claim, told of the metric's own event: a claim that was turned around is turned back.

import Vocabulary

/// The verdict, and what is certain.
struct ClaimAnswer {
    let verdict: ClaimVerdict
    /// Of the metric's event.
    let sample: Sample
    /// Each end is certain by itself.
    let bounds: ClosedRange<Double>
    let outlook: Outlook?
}

/// What it would take to decide an undecided claim.
enum Outlook: Hashable {
    /// So many more trials, if all of them go well.
    case more(Int)
    /// The same, but `repeat` allows only `most` in all.
    case beyond(more: Int, most: Int)
}

extension RateClaim {
    func answer(_ evidence: TrialEvidence) -> ClaimAnswer {
        switch evidence {
        case .counted(let sample): counted(sample)
        case .watched(let test, let unit): watched(test, unit)
        }
    }

    private func counted(_ sample: Sample) -> ClaimAnswer {
        let events = isTurned ? sample.trials - sample.events : sample.events
        let bounds = test.bounds(events: events, trials: sample.trials)
        let verdict = test.verdict(events: events, trials: sample.trials)
        return ClaimAnswer(
            verdict: verdict, sample: sample, bounds: turnedBack(bounds.lower, bounds.upper),
            outlook: verdict == .undecided ? .more(test.trialsNeeded(events: events) - sample.trials) : nil
        )
    }

    private func watched(_ test: SequentialTest, _ unit: Sample.Unit) -> ClaimAnswer {
        ClaimAnswer(
            verdict: test.verdict,
            sample: Sample(
                events: isTurned ? test.trials - test.events : test.events, trials: test.trials, unit: unit),
            bounds: turnedBack(test.lowerBound, test.upperBound),
            outlook: test.verdict == .undecided ? outlook(test) : nil
        )
    }

    private func outlook(_ test: SequentialTest) -> Outlook? {
        test.plan.trialsNeeded(events: test.events, after: test.trials).map { needed in
            let more = needed - test.trials
            return needed <= test.plan.mostTrials ? .more(more) : .beyond(more: more, most: test.plan.mostTrials)
        }
    }

    private func turnedBack(_ lower: Double, _ upper: Double) -> ClosedRange<Double> {
        // Rounding at the end of the search may put them a digit past each other.
        isTurned ? 1 - upper...max(1 - upper, 1 - lower) : lower...max(lower, upper)
    }
}

extension SequentialPlan {
    /// More trials than this are not looked ahead for.
    private static let horizon = 20_000

    /// The first trial after which the claim can hold, when no further one has an event; nil: far away.
    func trialsNeeded(events: Int, after trials: Int) -> Int? {
        var plan = self
        while true {
            if let position = plan.holdsAtMost.dropFirst(trials).firstIndex(where: { $0 >= events }) {
                return position + 1
            }
            guard plan.mostTrials < Self.horizon else { return nil }
            plan = SequentialPlan(
                limit: limit, certainty: certainty, mostTrials: min(Self.horizon, plan.mostTrials * 2))
        }
    }
}
