// Which running tasks are offered the job slots that nobody uses. A pure machine: counts tokens, moves none.

/// Idle slots are lent to running tasks as tokens of their job servers.
///
/// Nobody knows which task would use more: one that takes everything it is offered is offered more, what another leaves
/// lying is offered to the next. So every task is offered something in the end, and who wants it keeps it.
public struct SlotLending: Sendable {
    /// A task as a borrower.
    public struct Borrower: Hashable, Sendable {
        /// Tokens that are lent to it, besides those of its own slots.
        public var lent: Int
        /// Tokens that lie in its pipe, its own included.
        public var unread: Int

        public init(lent: Int, unread: Int) {
            self.lent = lent
            self.unread = unread
        }

        /// Lent tokens that it does not use. What it uses counts as its own first.
        public var loose: Int { min(lent, unread) }
        /// Whether it has left nothing lying.
        var isHungry: Bool { unread == 0 }
    }

    /// Who is offered the token that cannot be divided.
    private var turn = 0

    public init() {}

    /// How many tokens each borrower gets, or gives back if less than 0.
    /// - Parameter idle: slots that nobody has.
    public mutating func changes(idle: Int, _ borrowers: [Borrower]) -> [Int] {
        var changes = borrowers.map { _ in 0 }
        guard !borrowers.isEmpty else { return changes }
        var offered = idle
        var takers = Array(borrowers.indices)
        if borrowers.contains(where: \.isHungry) {
            takers = takers.filter { borrowers[$0].isHungry }
            for index in borrowers.indices where !borrowers[index].isHungry {
                changes[index] = -borrowers[index].loose
                offered += borrowers[index].loose
            }
        }
        let (each, rest) = offered.quotientAndRemainder(dividingBy: takers.count)
        for index in takers { changes[index] += each }
        // From the first that has not had its turn.
        let start = takers.firstIndex { $0 >= turn } ?? 0
        for step in 0..<rest { changes[takers[(start + step) % takers.count]] += 1 }
        if rest > 0 { turn = takers[(start + rest - 1) % takers.count] + 1 }
        return changes
    }
}
