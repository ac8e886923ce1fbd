// From one alternative's tokens to the parts of a path glob: `.`, `//`, `..`, `**`. Does not know of braces.

/// Splits at `/` and checks each part.
struct PathParts {
    let glob: PathGlob

    init(_ nodes: [PatternParser.Node]) throws(PatternError) {
        var parts: [PathGlob.Part] = []
        var tokens: [NameGlob.Token] = []
        var offset = 0
        func finish() throws(PatternError) {
            if let part = try PathParts.part(tokens, offset: offset), !(part == .anyDepth && parts.last == .anyDepth) {
                parts.append(part)
            }
            tokens = []
        }
        for node in nodes {
            switch node {
            case .slash:
                try finish()
            case .token(let token, let position):
                if tokens.isEmpty { offset = position }
                tokens.append(token)
            case .alternatives:
                preconditionFailure("alternatives are multiplied out before")
            }
        }
        try finish()
        // A match covers what is beneath, so "something beneath, however deep" is "any name here".
        if parts.last == .anyDepth { parts[parts.count - 1] = .name(NameGlob([.star])) }
        guard parts.count <= PathGlob.maximumParts else {
            throw PatternError(offset: 0, "more than \(PathGlob.maximumParts) parts", hint: "use `**`")
        }
        glob = PathGlob(parts)
    }

    /// Nil for the parts that mean nothing: the empty one and `.`.
    private static func part(_ tokens: [NameGlob.Token], offset: Int) throws(PatternError) -> PathGlob.Part? {
        if tokens.isEmpty || tokens == [.scalar(".")] { return nil }
        if tokens == [.scalar("."), .scalar(".")] {
            throw PatternError(
                offset: offset, "`..` leaves the directory that patterns are relative to",
                hint: "set `dir` to a directory that holds all files")
        }
        if tokens == [.star, .star] { return .anyDepth }
        var stars = 0
        for token in tokens {
            stars = token == .star ? stars + 1 : 0
            if stars == 3 {
                throw PatternError(
                    offset: offset, "`***` has no meaning", hint: "write `*` for a name, `**` for any depth")
            }
        }
        for (left, right) in zip(tokens, tokens.dropFirst()) where left == .star && right == .star {
            throw PatternError(
                offset: offset, "`**` must be a whole part of the path", hint: "write `**/*.c` for files of any depth")
        }
        return .name(NameGlob(tokens))
    }
}
