// Random numbers that can be had again: SplitMix64. A failing test names its seed.

import Glibc

struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// The seed named in TASKGRAPH_TEST_SEED alone, or some that never change and a new one.
    static var seeds: [UInt64] {
        if let text = getenv("TASKGRAPH_TEST_SEED"), let seed = UInt64(String(cString: text)) { return [seed] }
        return [1, 2, 3, UInt64.random(in: 1000...UInt64.max)]
    }
}
