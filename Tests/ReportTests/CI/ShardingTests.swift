// Spreading work: known splits, and Graham's bound against the best split there is.

import Report
import TestKit
import Testing

@Suite struct ShardingTests {
    @Test(
        arguments: [
            ([], 2, [[], []]), ([5], 1, [[0]]), ([1, 1, 1, 1], 2, [[0, 2], [1, 3]]),
            ([3, 3, 2, 2, 2], 2, [[0, 2, 4], [1, 3]]),
            ([0, 0, 0], 3, [[0], [1], [2]]), ([1, 9, 1, 9], 2, [[0, 1], [2, 3]]),
            ([UInt64.max, UInt64.max, 1], 2, [[0, 2], [1]]),
        ] as [([UInt64], Int, [[Int]])])
    func splits(durations: [UInt64], count: Int, shards: [[Int]]) {
        #expect(Sharding.split(durations, into: count) == shards)
    }

    private static func longest(_ shards: [[Int]], _ durations: [UInt64]) -> UInt64 {
        shards.map { $0.reduce(0) { $0 + durations[$1] } }.max() ?? 0
    }

    /// The least longest shard, by trying every split.
    private static func best(_ durations: ArraySlice<UInt64>, _ loads: [UInt64]) -> UInt64 {
        guard let first = durations.first else { return loads.max() ?? 0 }
        return loads.indices.map { shard in
            var loads = loads
            loads[shard] += first
            return best(durations.dropFirst(), loads)
        }.min() ?? 0
    }

    @Test func theLongestIsWithinGrahamsBound() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let count = Int.random(in: 1...3, using: &random)
            let durations = (0..<Int.random(in: 1...7, using: &random)).map { _ in
                UInt64.random(in: 0...20, using: &random)
            }
            let shards = Sharding.split(durations, into: count)
            #expect(shards.joined().sorted() == Array(durations.indices))
            #expect(shards.allSatisfy { $0 == $0.sorted() })
            // longest <= (4/3 - 1/(3m)) best, in whole numbers.
            let best = Self.best(durations[...], Array(repeating: 0, count: count))
            #expect(Self.longest(shards, durations) * 3 * UInt64(count) <= best * UInt64(4 * count - 1))
        }
    }

    /// The classical case in which it is reached: 5, 5, 4, 4, 3, 3, 3 over three machines takes 11 where 9 would do.
    @Test func theBoundIsReached() {
        let durations: [UInt64] = [5, 5, 4, 4, 3, 3, 3]
        #expect(Self.longest(Sharding.split(durations, into: 3), durations) == 11)
        #expect(Self.best(durations[...], [0, 0, 0]) == 9)
    }

    @Test(
        arguments: [([10, 1, 1, 1], 4, 2), ([1, 1, 1, 1], 4, 4), ([8, 8], 1, 1), ([1, 1, 1, 1], 3, 2)]
            as [([UInt64], Int, Int)])
    func moreShardsThanHelpAreNotMade(durations: [UInt64], limit: Int, count: Int) {
        #expect(Sharding.usefulCount(durations, limit: limit) == count)
    }

    @Test(
        arguments: [
            ([nil, nil], [1, 1]), ([5, nil, 1, 9], [5, 5, 1, 9]), ([0, nil], [1, 1]), ([], []),
        ] as [([UInt64?], [UInt64])])
    func whatIsNotKnownIsTheMiddle(measured: [UInt64?], durations: [UInt64]) {
        #expect(Sharding.completed(measured) == durations)
    }
}
