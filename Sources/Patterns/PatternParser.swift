// From the text of a pattern to path globs: escapes, classes, alternatives, parts. Does not match anything.

/// Reads one text. Alternatives are multiplied out, so that the rest of the room knows nothing of `{a,b}`.
struct PatternParser {
    /// More alternatives than this are a mistake, or an attack.
    static let maximumAlternatives = 1000

    indirect enum Node {
        case token(NameGlob.Token, offset: Int)
        case slash(offset: Int)
        case alternatives([[Node]], offset: Int)
    }

    private let scalars: [(scalar: Unicode.Scalar, offset: Int)]
    private let end: Int
    private var index = 0

    init(_ text: String) {
        var offset = 0
        var scalars: [(scalar: Unicode.Scalar, offset: Int)] = []
        for scalar in text.unicodeScalars {
            scalars.append((scalar, offset))
            offset += UTF8.width(scalar)
        }
        self.scalars = scalars
        end = offset
    }

    /// The globs of all alternatives, without duplicates of parts like `.` and the empty one.
    static func globs(_ text: String, allowAbsolute: Bool) throws(PatternError) -> (globs: [PathGlob], isAbsolute: Bool)
    {
        guard !text.isEmpty else {
            throw PatternError(offset: 0, "an empty pattern", hint: "write `.` for the whole directory")
        }
        var parser = PatternParser(text)
        let nodes = try parser.sequence(depth: 0)
        var globs: [PathGlob] = []
        var isAbsolute: Bool?
        for flat in try multiplied(nodes) {
            let absolute = if case .slash? = flat.first { true } else { false }
            if absolute, !allowAbsolute {
                throw PatternError(
                    offset: 0, "`\(text)` is an absolute path",
                    hint: "write it relative to the task's directory")
            }
            if let known = isAbsolute, known != absolute {
                throw PatternError(offset: 0, "`\(text)` mixes absolute and relative paths", hint: "write two patterns")
            }
            isAbsolute = absolute
            let glob = try PathParts(flat).glob
            if !globs.contains(glob) { globs.append(glob) }
        }
        return (globs, isAbsolute ?? false)
    }

    // MARK: Reading

    private mutating func sequence(depth: Int) throws(PatternError) -> [Node] {
        var nodes: [Node] = []
        while index < scalars.count {
            let (scalar, offset) = scalars[index]
            if depth > 0, scalar == "," || scalar == "}" { break }
            index += 1
            switch scalar {
            case "/": nodes.append(.slash(offset: offset))
            case "*": nodes.append(.token(.star, offset: offset))
            case "?": nodes.append(.token(.set(.all), offset: offset))
            case "[": nodes.append(.token(.set(try scalarClass(from: offset)), offset: offset))
            case "{": nodes.append(try alternatives(from: offset, depth: depth))
            case "\\": nodes.append(try escaped(at: offset))
            case "\0": throw PatternError(offset: offset, "a NUL character", hint: "no file name can hold one")
            default: nodes.append(.token(.scalar(scalar), offset: offset))
            }
        }
        return nodes
    }

    private mutating func escaped(at offset: Int) throws(PatternError) -> Node {
        guard index < scalars.count else {
            throw PatternError(
                offset: offset, "a `\\` at the end, with nothing to escape",
                hint: "write `\\\\` for a backslash, `/` between the parts of a path")
        }
        defer { index += 1 }
        let scalar = scalars[index].scalar
        return scalar == "/" ? .slash(offset: offset) : .token(.scalar(scalar), offset: offset)
    }

    private mutating func alternatives(from offset: Int, depth: Int) throws(PatternError) -> Node {
        guard depth < 8 else {
            throw PatternError(offset: offset, "`{` nested more than 8 deep", hint: "write several patterns")
        }
        var all: [[Node]] = []
        while true {
            all.append(try sequence(depth: depth + 1))
            guard index < scalars.count else {
                throw PatternError(
                    offset: offset, "`{` without `}`", hint: "write `{a,b}` for alternatives, `\\{` for the character")
            }
            index += 1
            if scalars[index - 1].scalar == "}" { return .alternatives(all, offset: offset) }
        }
    }

    /// The set between `[` (already read) and `]`.
    private mutating func scalarClass(from offset: Int) throws(PatternError) -> ScalarSet {
        let unclosed = PatternError(
            offset: offset, "`[` without `]`",
            hint: "write `[a-z]` for one of several characters, `\\[` for the character")
        var ranges: [ClosedRange<UInt32>] = []
        let isInverted = index < scalars.count && (scalars[index].scalar == "!" || scalars[index].scalar == "^")
        if isInverted { index += 1 }
        let first = index
        while index < scalars.count, scalars[index].scalar != "]" || index == first {
            if scalars[index].scalar == "[", index + 1 < scalars.count, scalars[index + 1].scalar == ":" {
                throw PatternError(
                    offset: scalars[index].offset, "`[:` starts a named class, which patterns do not have",
                    hint: "write the characters, as in `[a-zA-Z0-9]`")
            }
            let low = try member(unclosed)
            var high = low
            if index + 1 < scalars.count, scalars[index].scalar == "-", scalars[index + 1].scalar != "]" {
                index += 1
                high = try member(unclosed)
            }
            guard low <= high else {
                throw PatternError(
                    offset: offset, "`[...]` has a range that runs backwards", hint: "write the smaller character first"
                )
            }
            ranges.append(low.value...high.value)
        }
        guard index < scalars.count else { throw unclosed }
        index += 1
        let set = isInverted ? ScalarSet(ranges).inverted : ScalarSet(ranges)
        guard !set.isEmpty else {
            throw PatternError(offset: offset, "`[...]` matches no character", hint: nil)
        }
        return set
    }

    private mutating func member(_ unclosed: PatternError) throws(PatternError) -> Unicode.Scalar {
        guard index < scalars.count else { throw unclosed }
        var (scalar, offset) = scalars[index]
        index += 1
        if scalar == "/" {
            throw PatternError(
                offset: offset, "a `/` inside `[...]`",
                hint: "`[...]` stands for one character of a name; write `\\[` for the character")
        }
        if scalar == "\\" {
            guard index < scalars.count else { throw unclosed }
            scalar = scalars[index].scalar
            index += 1
        }
        return scalar
    }

    // MARK: Multiplying out

    private static func multiplied(_ nodes: [Node]) throws(PatternError) -> [[Node]] {
        var results: [[Node]] = [[]]
        for node in nodes {
            guard case .alternatives(let choices, let offset) = node else {
                for position in results.indices { results[position].append(node) }
                continue
            }
            var tails: [[Node]] = []
            for choice in choices { tails += try multiplied(choice) }
            guard results.count * tails.count <= maximumAlternatives else {
                throw PatternError(
                    offset: offset, "more than \(maximumAlternatives) alternatives",
                    hint: "use a wildcard, or several patterns")
            }
            results = results.flatMap { head in tails.map { head + $0 } }
        }
        return results
    }
}
