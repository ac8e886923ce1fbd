// What is to happen and when. Does not know what it is.

/// Items by time; those of one time in the order they were added, or in a drawn one.
struct Agenda<Item> {
    var random: SeededGenerator?
    private var items: [(time: UInt64, item: Item)] = []

    var nextTime: UInt64? { items.map(\.time).min() }

    func isDue(at now: UInt64) -> Bool {
        items.contains { $0.time <= now }
    }

    mutating func add(_ item: Item, at time: UInt64) {
        items.append((time, item))
    }

    /// Removes an item of the earliest time that has come.
    mutating func take(dueAt now: UInt64) -> Item? {
        guard let time = nextTime, time <= now else { return nil }
        let due = items.indices.filter { items[$0].time == time }
        let chosen = random == nil ? due[0] : due[Int.random(in: due.indices, using: &random!)]
        return items.remove(at: chosen).item
    }
}

/// Random numbers that are the same in every run with the same seed (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
