// Spreading work over machines so that the longest takes as short as possible. Knows no tasks.

/// Longest processing time first (R. L. Graham, "Bounds on Multiprocessing Timing Anomalies", 1969): items by falling
/// duration, each to the shard with the least work. The longest shard takes at most 4/3 - 1/(3m) times what the best
/// split over m shards does.
public enum Sharding {
    /// Positions of items by shard, each in their order; no shard is empty unless there are fewer items than shards.
    /// Ties go to the earlier item and the earlier shard, so the same durations give the same split.
    /// - Precondition: `count > 0`
    public static func split(_ durations: [UInt64], into count: Int) -> [[Int]] {
        precondition(count > 0, "no shards")
        var shards = Array(repeating: [Int](), count: count)
        var loads = Array(repeating: UInt64(0), count: count)
        for item in durations.indices.sorted(by: { (durations[$1], $0) < (durations[$0], $1) }) {
            // Items that take no time would all meet in one shard: fewer items go first among equal loads.
            let least = loads.indices.min { (loads[$0], shards[$0].count, $0) < (loads[$1], shards[$1].count, $1) } ?? 0
            shards[least].append(item)
            let (load, isTooMuch) = loads[least].addingReportingOverflow(durations[item])
            loads[least] = isTooMuch ? .max : load
        }
        return shards.map { $0.sorted() }
    }

    /// The smallest number of shards, at most `limit`, whose longest takes no longer than with `limit` shards: one
    /// long item makes more shards useless.
    public static func usefulCount(_ durations: [UInt64], limit: Int) -> Int {
        let longest = { (count: Int) in
            split(durations, into: count).map { $0.reduce(0) { $0 + durations[$1] } }.max() ?? 0
        }
        let best = longest(limit)
        return (1...limit).first { longest($0) <= best } ?? limit
    }

    /// Durations of all items: what is not known is taken to be the middle of what is; without any, all are alike.
    public static func completed(_ measured: [UInt64?]) -> [UInt64] {
        let known = measured.compactMap { $0 }.sorted()
        let middle = known.isEmpty ? 1 : max(1, known[known.count / 2])
        return measured.map { $0.map { max(1, $0) } ?? middle }
    }
}
