// A pattern without `{a,b}` as an automaton over the parts of a path. Does not know how patterns are written.

/// Parts that a path's parts are matched against, one by one. What it matches, it matches with everything beneath.
struct PathGlob: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case name(NameGlob)
        /// `**`: any number of parts, also none.
        case anyDepth
    }

    /// Where in `parts` a match can stand: bit i is set when the first i parts are used up. All parts used up is a
    /// match, and stays one: a match of a directory holds beneath it. Zero means that nothing beneath can match.
    typealias Positions = UInt64

    /// More parts than bits of `Positions` are not supported.
    static let maximumParts = 63

    /// The last one is never `anyDepth`: `a/**` means the same as `a/*`.
    let parts: [Part]
    /// Bit i is set when part i is `**`. No two are neighbours.
    private let depths: Positions

    init(_ parts: [Part]) {
        precondition(parts.count <= PathGlob.maximumParts)
        self.parts = parts
        var depths: Positions = 0
        for (index, part) in parts.enumerated() where part == .anyDepth { depths |= 1 << Positions(index) }
        self.depths = depths
    }

    /// The path that is matched (with what is beneath it), when there are no wildcards.
    var literalPath: String? {
        let prefix = literalPrefixParts
        return prefix.count == parts.count ? prefix.joined(separator: "/") : nil
    }

    /// The leading parts without wildcards.
    var literalPrefixParts: [String] {
        var names: [String] = []
        for part in parts {
            guard case .name(let glob) = part, let name = glob.literal else { break }
            names.append(name)
        }
        return names
    }

    /// Before the first part of a path.
    var start: Positions { skippingDepth(1) }

    @inline(__always)
    func isMatch(_ positions: Positions) -> Bool { positions & (1 << Positions(parts.count)) != 0 }

    /// After one more part of a path.
    func step(_ positions: Positions, _ name: Span<UInt8>) -> Positions {
        step(positions) { $0.matches(name) }
    }

    /// After one more part of a path, of which only is known which globs match it.
    @inline(__always)
    func step(_ positions: Positions, matches: (NameGlob) -> Bool) -> Positions {
        if isMatch(positions) { return 1 << Positions(parts.count) }
        var next = positions & depths
        var rest = positions & ~depths
        while rest != 0 {
            let index = rest.trailingZeroBitCount
            rest &= rest - 1
            if case .name(let glob) = parts[index], matches(glob) { next |= 2 << Positions(index) }
        }
        return skippingDepth(next)
    }

    /// After all parts of a path.
    func step(_ positions: Positions, alongPath path: Span<UInt8>) -> Positions {
        var positions = positions
        var start = 0
        while start < path.count, positions != 0 {
            var end = start
            while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
            if end > start { positions = step(positions, path.extracting(start..<end)) }
            start = end + 1
        }
        return positions
    }

    /// `**` may stand for nothing.
    @inline(__always)
    func skippingDepth(_ positions: Positions) -> Positions { positions | (positions & depths) << 1 }
}
