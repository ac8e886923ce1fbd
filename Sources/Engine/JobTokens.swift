// The job tokens of a run: whose pipe is whose, and what lies where. Does not know why a slot is free or wanted.

import Ports
import Schedule

/// What one running task gets its job tokens through.
final class TokenLane {
    let pipe: any TokenPipe
    /// The task's own slots. One is the task itself; there is a token for each of the others.
    var slots = 1
    /// Tokens of slots that nobody else uses.
    var lent = 0
    var isWatched = false

    init(_ pipe: any TokenPipe) {
        self.pipe = pipe
    }

    /// Where no token was put, none needs looking for.
    var asBorrower: SlotLending.Borrower {
        SlotLending.Borrower(lent: lent, unread: lent > 0 || slots > 1 ? pipe.unread : 0)
    }
}

/// Pipes are made when they are first needed and then handed from task to task: a task that gets no tokens costs no call
/// of the system.
final class JobTokens {
    /// Descriptors are scarce, and so many tasks side by side have no slots to lend.
    private static let mostLanes = 64
    /// Nanoseconds until a slot that is idle is lent: a short task is over by then.
    static let firstPause: UInt64 = 20_000_000
    static let longestPause: UInt64 = 320_000_000

    private let makePipe: ((Int) -> (any TokenPipe)?)?
    private var made = 0
    private var spare: [TokenLane] = []
    /// Those of running tasks, the oldest first.
    private(set) var lanes: [TokenLane] = []
    private(set) var lent = 0
    var lending = SlotLending()
    /// When to look next who uses what it was lent.
    var nextLook: UInt64?
    var pause = JobTokens.firstPause
    /// Tokens that borrowers used at the last look.
    var used = 0

    /// The job server that this run belongs to.
    let outer: (any TokenSource)?
    /// Tokens taken from it.
    var taken = 0
    var watchesOuter = false

    init(makePipe: ((Int) -> (any TokenPipe)?)?, outer: (any TokenSource)?) {
        self.makePipe = makePipe
        self.outer = outer
    }

    /// Whether slots may be had from somebody.
    var canGather: Bool { lent > 0 || outer != nil }

    /// A pipe with the tokens of a task's own slots; nil when none is to be had.
    func openLane(slots: Int) -> TokenLane? {
        guard let lane = spare.popLast() ?? makeLane() else { return nil }
        lane.slots = slots
        fill(lane)
        lanes.append(lane)
        return lane
    }

    /// Nobody uses it any more. It has been settled.
    func close(_ lane: TokenLane) {
        if lane.slots > 1 { lane.pipe.clear() }
        lanes.removeAll { $0 === lane }
        spare.append(lane)
    }

    /// The processes that used a lane are gone, and whatever they had taken is back.
    /// - Returns: how many of the tokens were lent.
    func settle(_ lane: TokenLane) -> Int {
        let returned = lane.lent
        guard returned > 0 || lane.slots > 1 else { return 0 }
        lane.lent = 0
        lent -= returned
        lane.pipe.clear()
        fill(lane)
        return returned
    }

    func lend(_ count: Int, to lane: TokenLane) -> Int {
        let given = lane.pipe.put(count)
        lane.lent += given
        lent += given
        return given
    }

    /// Takes back what lies unused.
    func recall(_ count: Int, from lane: TokenLane) -> Int {
        let back = lane.pipe.take(atMost: min(count, lane.lent))
        lane.lent -= back
        lent -= back
        return back
    }

    /// Removes the pipes, and gives back what belongs to others.
    func close() {
        spare = []
        lanes = []
        if let outer { taken -= outer.put(taken) }
    }

    private func fill(_ lane: TokenLane) {
        if lane.slots > 1 { _ = lane.pipe.put(lane.slots - 1) }
    }

    private func makeLane() -> TokenLane? {
        guard made < Self.mostLanes, let pipe = makePipe?(made) else { return nil }
        made += 1
        return TokenLane(pipe)
    }
}
