// Whether two globs have a match in common: intersection of automata, within a name and over the parts of a path.

extension PathGlob {
    /// Whether some path is matched by both, also one beneath what one of them matches.
    func canMeet(_ other: PathGlob) -> Bool {
        // Pairs of positions, each one a number of parts used up.
        var seen: Set<Pair> = []
        var open = pairs(start, other.start)
        while let pair = open.popLast() {
            guard seen.insert(pair).inserted else { continue }
            if pair.left == parts.count, pair.right == other.parts.count { return true }
            for (left, leftGlob) in edges(from: pair.left) {
                for (right, rightGlob) in other.edges(from: pair.right) {
                    if let leftGlob, let rightGlob, !leftGlob.canMeet(rightGlob) { continue }
                    open += pairs(skippingDepth(1 << Positions(left)), other.skippingDepth(1 << Positions(right)))
                }
            }
        }
        return false
    }

    /// Where one more part leads, and which names lead there; nil is every name.
    private func edges(from position: Int) -> [(to: Int, glob: NameGlob?)] {
        guard position < parts.count else { return [(position, nil)] }
        return switch parts[position] {
        case .anyDepth: [(position, nil)]
        case .name(let glob): [(position + 1, glob)]
        }
    }

    private func pairs(_ left: Positions, _ right: Positions) -> [Pair] {
        (0..<64).filter { left & (1 << $0) != 0 }.flatMap { i in
            (0..<64).filter { right & (1 << $0) != 0 }.map { Pair(left: i, right: $0) }
        }
    }
}

extension NameGlob {
    /// Whether some name is matched by both.
    func canMeet(_ other: NameGlob) -> Bool {
        if let name = literal { return other.matches(name.utf8.span) }
        if let name = other.literal { return matches(name.utf8.span) }
        // Pairs of positions, each one a number of tokens used up.
        var seen: Set<Pair> = []
        var open = [Pair(left: 0, right: 0)]
        while let pair = open.popLast() {
            guard seen.insert(pair).inserted else { continue }
            if pair.left == tokens.count, pair.right == other.tokens.count { return true }
            let left = pair.left < tokens.count ? tokens[pair.left] : nil
            let right = pair.right < other.tokens.count ? other.tokens[pair.right] : nil
            // A star may stop here; until then it takes whatever the other one's token takes.
            if left == .star { open.append(Pair(left: pair.left + 1, right: pair.right)) }
            if right == .star { open.append(Pair(left: pair.left, right: pair.right + 1)) }
            switch (left, right) {
            case (.star?, .star?), (nil, _), (_, nil): break
            case (.star?, _?): open.append(Pair(left: pair.left, right: pair.right + 1))
            case (_?, .star?): open.append(Pair(left: pair.left + 1, right: pair.right))
            case (let left?, let right?):
                if !left.set.intersection(right.set).isEmpty {
                    open.append(Pair(left: pair.left + 1, right: pair.right + 1))
                }
            }
        }
        return false
    }
}

extension NameGlob.Token {
    /// The characters that this token takes.
    var set: ScalarSet {
        switch self {
        case .scalar(let scalar): ScalarSet(scalar)
        case .set(let set): set
        case .star: .all
        }
    }
}

/// A state of the product of two automata.
private struct Pair: Hashable {
    var left: Int
    var right: Int
}
