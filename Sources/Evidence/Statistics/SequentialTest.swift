// One walk through a sequential plan: outcomes one by one, the verdict after each, and bounds that stopping early allows.
//
// The bounds are those of C. Jennison, B. W. Turnbull, "Confidence Intervals for a Binomial Parameter Following a
// Multistage Test", Technometrics 25 (1983): ends of the walk, cut after the trials that there were, are put in order (held
// early, held late, undecided by events, contradicted late, contradicted early), and the upper bound is the rate at which
// this end or a lower one has just the allowed probability. They agree with the verdict, and where nothing could stop the
// walk they are those of Clopper and Pearson.

import Vocabulary

/// A sequential test in progress. Outcomes after the verdict change nothing.
public struct SequentialTest: Sendable {
    public let plan: SequentialPlan
    public private(set) var trials = 0
    public private(set) var events = 0
    public private(set) var verdict: ClaimVerdict = .undecided

    public init(_ plan: SequentialPlan) {
        self.plan = plan
    }

    /// A test that has seen these outcomes, the earliest first; true is an event.
    public init(_ plan: SequentialPlan, after outcomes: some Sequence<Bool>) {
        self.init(plan)
        for outcome in outcomes { observe(isEvent: outcome) }
    }

    /// Whether another trial can change anything.
    public var isOver: Bool { verdict != .undecided || trials == plan.mostTrials }

    /// Takes one outcome; none after the test is over.
    public mutating func observe(isEvent: Bool) {
        guard !isOver else { return }
        trials += 1
        if isEvent { events += 1 }
        verdict = plan.verdict(events: events, trials: trials)
    }

    /// The rate is not lower, with the certainty of the plan, if the test ends here.
    public var lowerBound: Double {
        guard trials > 0 else { return 0 }
        let ends =
            plan.contradicting.filter { $0.trials < trials } + plan.ends(after: trials).filter { $0.events >= events }
        return root(above: 0, below: 1) { ends.probability(at: $0, limit: plan.limit) > plan.certainty.error }
    }

    /// The rate is not higher, with the certainty of the plan, if the test ends here.
    public var upperBound: Double {
        guard trials > 0 else { return 1 }
        let ends = plan.holding.filter { $0.trials < trials } + plan.ends(after: trials).filter { $0.events <= events }
        return root(above: 0, below: 1) { ends.probability(at: $0, limit: plan.limit) < plan.certainty.error }
    }
}
