// What `flakes` shows: tests that passed and failed with the same inputs. Proves nothing itself.

import Vocabulary

public struct FlakeList: Sendable {
    public struct Item: Sendable {
        public var test: String
        public var failures: Int
        public var executions: Int
        /// Of the rate of failures, with the certainty of the list.
        public var lower: Double
        public var upper: Double
        public var provingKeys: Int
        /// Nanoseconds since the epoch.
        public var firstSeen: UInt64
        public var lastSeen: UInt64
        /// These moments as they are shown.
        public var firstClock: String
        public var lastClock: String
        /// Seconds of executions that told nothing new.
        public var cost: Double
        /// Until when it is in quarantine, and who mends it; nil: it is not.
        public var quarantine: String?

        public init(
            test: String, failures: Int, executions: Int, lower: Double, upper: Double, provingKeys: Int,
            firstSeen: UInt64, lastSeen: UInt64, firstClock: String, lastClock: String, cost: Double
        ) {
            self.test = test
            self.failures = failures
            self.executions = executions
            self.lower = lower
            self.upper = upper
            self.provingKeys = provingKeys
            self.firstSeen = firstSeen
            self.lastSeen = lastSeen
            self.firstClock = firstClock
            self.lastClock = lastClock
            self.cost = cost
        }
    }

    public var items: [Item]
    /// Per cent.
    public var certainty: Double

    public init(_ items: [Item], certainty: Double) {
        self.items = items
        self.certainty = certainty
    }

    /// Two lines a test: its name, and what is known of it.
    public var text: String {
        guard !items.isEmpty else {
            return "no test is known to be flaky: none passed and failed with the same inputs\n"
        }
        return items.map { item in
            let rate = tenths(Double(item.failures) / Double(max(item.executions, 1)) * 100)
            let times =
                item.firstSeen == item.lastSeen
                ? "seen \(item.lastClock)" : "first seen \(item.firstClock), last \(item.lastClock)"
            return "\(Prose.printable(item.test))\n"
                + "  fails \(rate)% of the time (\(humanCount(item.failures)) of \(humanCount(item.executions)); at least"
                + " \(tenths(item.lower * 100))%, at most \(tenths(item.upper * 100))%, each at \(tenths(certainty))%)\n"
                + "  proved by \(counted(item.provingKeys, "key")), \(times),"
                + " cost \(humanDuration(UInt64(max(0, min(item.cost, 1e9)) * 1e9)))\n"
                + (item.quarantine.map { "  in quarantine \(Prose.printable($0))\n" } ?? "")
        }.joined()
    }

    public var json: [UInt8] {
        JSON.object([
            ("version", .integer(1)), ("certainty", .number(certainty)),
            (
                "flakes",
                .array(
                    items.map { item in
                        .object(dropping: [
                            ("test", .string(item.test)), ("failures", .count(item.failures)),
                            ("executions", .count(item.executions)), ("atLeast", .number(item.lower)),
                            ("atMost", .number(item.upper)), ("provingKeys", .count(item.provingKeys)),
                            ("firstSeen", .unsigned(item.firstSeen)), ("lastSeen", .unsigned(item.lastSeen)),
                            ("cost", .number(item.cost)), ("quarantine", item.quarantine.map { .string($0) }),
                        ])
                    })
            ),
        ]).indented
    }
}
