// Whether two sets have a path in common, excludes respected. Does not know how globs are written.

extension PatternSet {
    /// Whether some path is matched by both sets.
    ///
    /// Exact, with one bound: where excludes make the search larger than `MeetingSearch.limit` steps, true.
    public func canMeet(_ other: PatternSet) -> Bool {
        // A path that is written out may stay where excludes match it; the search below knows only of excludes.
        let written = (includes + other.includes).compactMap(\.writtenPath)
        if written.contains(where: { matches($0) && other.matches($0) }) { return true }
        for left in includes {
            for right in other.includes where left.canMeet(right) {
                let relevant = (excludes + other.excludes).filter { $0.canMeet(left) && $0.canMeet(right) }
                if relevant.isEmpty { return true }
                for leftGlob in left.globs {
                    for rightGlob in right.globs where leftGlob.canMeet(rightGlob) {
                        var search = MeetingSearch(both: [leftGlob, rightGlob], none: relevant.flatMap(\.globs))
                        if search.findsPath() { return true }
                    }
                }
            }
        }
        return false
    }

    /// Whether some path is matched by the set and by the pattern.
    public func canMeet(_ pattern: Pattern) -> Bool {
        canMeet(PatternSet([pattern]))
    }
}

/// Looks for a path that all of some globs match and none of others.
///
/// "None" cannot be asked of one match at a time, so the globs run side by side, all on the same name. Names that the
/// same globs match are one name to the search; `NameClasses` finds these classes.
private struct MeetingSearch {
    static let limit = 20_000

    private let globs: [PathGlob]
    private let wanted: Int
    private let classes: NameClasses?

    init(both: [PathGlob], none: [PathGlob]) {
        globs = both + none
        wanted = both.count
        var names: [NameGlob] = []
        for case .name(let glob) in globs.flatMap(\.parts) where !names.contains(glob) { names.append(glob) }
        classes = NameClasses(names, limit: MeetingSearch.limit)
    }

    mutating func findsPath() -> Bool {
        guard let classes else { return true }
        var seen: Set<[PathGlob.Positions]> = []
        var open = [globs.map(\.start)]
        while let state = open.popLast() {
            guard seen.insert(state).inserted else { continue }
            if seen.count > MeetingSearch.limit { return true }
            // An exclude that matches, matches everything beneath as well.
            if (wanted..<globs.count).contains(where: { globs[$0].isMatch(state[$0]) }) { continue }
            if (0..<wanted).allSatisfy({ globs[$0].isMatch(state[$0]) }) { return true }
            for matched in classes.all {
                let next = globs.indices.map { globs[$0].step(state[$0]) { matched.contains($0) } }
                if (0..<wanted).allSatisfy({ next[$0] != 0 }) { open.append(next) }
            }
        }
        return false
    }
}

/// All sets of globs that are the ones to match some name.
private struct NameClasses {
    private(set) var all: Set<Set<NameGlob>> = []

    /// Nil when there are more than `limit` states to look at.
    init?(_ globs: [NameGlob], limit: Int) {
        let characters = NameClasses.representatives(of: globs)
        var seen: Set<[[Int]]> = []
        var open: [[[Int]]] = [globs.map { $0.skippingStars([0]) }]
        while let state = open.popLast() {
            guard seen.insert(state).inserted else { continue }
            if seen.count > limit { return nil }
            for character in characters {
                let next = globs.indices.map { globs[$0].step(state[$0], character) }
                all.insert(Set(globs.indices.filter { next[$0].last == globs[$0].tokens.count }.map { globs[$0] }))
                open.append(next)
            }
        }
    }

    /// One character for each way in which the globs tell characters apart.
    private static func representatives(of globs: [NameGlob]) -> [UInt32] {
        var bounds: Set<UInt32> = [0x01, 0x30, 0xE000]
        for token in globs.flatMap(\.tokens) {
            for range in token.set.ranges {
                bounds.insert(range.lowerBound)
                bounds.insert(range.upperBound + 1)
            }
        }
        return bounds.filter { ScalarSet.all.contains($0) }.sorted()
    }
}

extension NameGlob {
    /// Positions (numbers of tokens used up, ascending) after one more character.
    fileprivate func step(_ positions: [Int], _ character: UInt32) -> [Int] {
        var next: [Int] = []
        for position in positions where position < tokens.count && tokens[position].set.contains(character) {
            let target = tokens[position] == .star ? position : position + 1
            if next.last ?? -1 < target { next.append(target) }
        }
        return skippingStars(next)
    }

    /// With what is reached when stars stand for nothing.
    fileprivate func skippingStars(_ positions: [Int]) -> [Int] {
        var all: [Int] = []
        for position in positions {
            var reached = position
            while true {
                if all.last ?? -1 < reached { all.append(reached) }
                guard reached < tokens.count, tokens[reached] == .star else { break }
                reached += 1
            }
        }
        return all
    }
}
