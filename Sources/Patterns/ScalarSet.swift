// A set of Unicode scalars, for `[a-z]` and `[!a]`. Knows nothing of patterns.

/// Scalars as ascending, disjoint ranges of their values. Never holds NUL, `/` or a surrogate: no name has them.
struct ScalarSet: Hashable, Sendable {
    let ranges: [ClosedRange<UInt32>]

    /// Everything that can stand in a name.
    static let all = ScalarSet(unchecked: [0x01...0x2E, 0x30...0xD7FF, 0xE000...0x10FFFF])

    private init(unchecked ranges: [ClosedRange<UInt32>]) {
        self.ranges = ranges
    }

    /// - Parameter ranges: in any order, overlapping or not.
    init(_ ranges: [ClosedRange<UInt32>]) {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound &+ 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self = ScalarSet(unchecked: merged).intersection(.all)
    }

    init(_ scalar: Unicode.Scalar) {
        self.init(unchecked: [scalar.value...scalar.value])
    }

    var isEmpty: Bool { ranges.isEmpty }

    var inverted: ScalarSet {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if next < range.lowerBound { gaps.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { gaps.append(next...0x10FFFF) }
        return ScalarSet(unchecked: gaps).intersection(.all)
    }

    @inline(__always)
    func contains(_ scalar: UInt32) -> Bool {
        ranges.contains { $0.contains(scalar) }
    }

    func intersection(_ other: ScalarSet) -> ScalarSet {
        var common: [ClosedRange<UInt32>] = []
        for left in ranges {
            for right in other.ranges where left.overlaps(right) { common.append(left.clamped(to: right)) }
        }
        return ScalarSet(unchecked: common)
    }
}
