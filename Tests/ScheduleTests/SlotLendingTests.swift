// Which running task is offered an idle slot, look by look.

import Schedule
import Testing

@Suite struct SlotLendingTests {
    typealias Borrower = SlotLending.Borrower

    /// Of a fresh machine: idle slots, (lent, unread) of each borrower, and what each gets or gives back.
    @Test(
        arguments: [
            (3, [], []),
            (0, [(0, 0)], [0]),
            (3, [(0, 0)], [3]),
            // It has not taken what it has, but nobody else is there.
            (2, [(1, 1)], [2]),
            (5, [(0, 0), (0, 0)], [3, 2]),
            (1, [(0, 0), (0, 0), (0, 0)], [1, 0, 0]),
            // The first left its tokens lying, the second wants some.
            (0, [(3, 3), (0, 0)], [-3, 3]),
            (1, [(3, 2), (2, 0)], [-2, 3]),
            // Nobody wants more: what is idle is there for both.
            (2, [(1, 1), (1, 1)], [1, 1]),
            // Its own tokens lie there: it does not want others'. They are never taken from it.
            (2, [(0, 3), (0, 0)], [0, 2]),
            (0, [(2, 1), (0, 0)], [-1, 1]),
            (0, [(1, 4), (0, 0)], [-1, 1]),
        ] as [(Int, [(Int, Int)], [Int])])
    func offers(idle: Int, state: [(Int, Int)], expected: [Int]) {
        var lending = SlotLending()
        #expect(lending.changes(idle: idle, state.map { Borrower(lent: $0.0, unread: $0.1) }) == expected)
    }

    /// One token, four tasks of which one wants it: it gets it, wherever it stands, and keeps it.
    @Test(arguments: 0..<4)
    func aTokenThatNobodyTakesComesToEveryone(eager: Int) {
        var lending = SlotLending()
        var borrowers = Array(repeating: Borrower(lent: 0, unread: 0), count: 4)
        var idle = 1
        var looks = 0
        while borrowers[eager].lent == 0 && looks < 8 {
            looks += 1
            for (index, change) in lending.changes(idle: idle, borrowers).enumerated() {
                idle -= change
                borrowers[index].lent += change
                borrowers[index].unread += index == eager ? 0 : change
            }
        }
        #expect(looks <= 4)
        #expect(borrowers[eager] == Borrower(lent: 1, unread: 0))
        #expect(lending.changes(idle: idle, borrowers) == [0, 0, 0, 0])
    }
}
