// From the documented dialect to what POSIX `regcomp` reads. Does not match anything; `[...]` is in a file of its own.

/// Rewrites an expression. What POSIX would silently read as something else becomes an error.
struct ExpressionTranslator {
    /// The C library writes repetitions out: `((a{99}){99}){99}` would take gigabytes.
    static let mostCharacters = 5_000

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var output = ""
    /// Where the groups were opened that are not closed yet.
    private var open: [Int] = []
    /// How many characters stand in each open group, and outside of all, when repetitions are written out.
    private var sizes = [0]
    /// The part of that which a repetition would repeat.
    private var lastSize = 0

    static func translate(_ text: String) throws(ExpressionError) -> (posix: String, ignoresCase: Bool) {
        guard !text.isEmpty else {
            throw ExpressionError(at: 0, "an empty expression", hint: "write `.` for any line with text")
        }
        let ignoresCase = text.hasPrefix("(?i)")
        var translator = ExpressionTranslator(scalars: Array(text.unicodeScalars))
        if ignoresCase { translator.index = 4 }
        try translator.run()
        return (translator.output, ignoresCase)
    }

    private init(scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    /// Bytes before the scalar at an index.
    private func offset(_ index: Int) -> Int {
        scalars[..<index].reduce(0) { $0 + UTF8.width($1) }
    }

    private func at(_ position: Int) -> Unicode.Scalar? {
        position < scalars.count ? scalars[position] : nil
    }

    private mutating func run() throws(ExpressionError) {
        while let scalar = at(index) {
            switch scalar {
            case "\\": try escape()
            case "[":
                let (posix, next) = try BracketTranslator.translate(scalars, from: index, offset: offset(index))
                output += posix
                index = next
                count(1)
            case "(": try group()
            case ")":
                guard open.popLast() != nil else {
                    throw ExpressionError(at: offset(index), "`)` without `(`", hint: "write `\\)` for the character")
                }
                output += ")"
                index += 1
                // A group costs a place of its own, also one with nothing in it.
                count((sizes.popLast() ?? 0) + 1)
            case "*", "+", "?":
                // `a+` is written out as `aa*`.
                if scalar == "+" { try count(times: 2) }
                output.unicodeScalars.append(scalar)
                index += 1
                skipLaziness()
            case "{": try bounds()
            default:
                output.unicodeScalars.append(scalar)
                index += 1
                count(1)
            }
        }
        if let last = open.last {
            throw ExpressionError(at: last, "`(` without `)`", hint: "write `\\(` for the character")
        }
    }

    private mutating func count(_ size: Int) {
        sizes[sizes.count - 1] += size
        lastSize = size
    }

    /// What stands before is repeated.
    private mutating func count(times: Int) throws(ExpressionError) {
        let (size, isTooLarge) = lastSize.multipliedReportingOverflow(by: times)
        // First by itself: added to what is there it may be more than any number.
        guard !isTooLarge, size <= ExpressionTranslator.mostCharacters,
            sizes[sizes.count - 1] - lastSize + size <= ExpressionTranslator.mostCharacters
        else {
            throw ExpressionError(
                at: offset(index),
                "repetitions that come to more than \(ExpressionTranslator.mostCharacters) characters",
                hint: "use `*`"
            )
        }
        sizes[sizes.count - 1] += size - lastSize
        lastSize = size
    }

    /// `*?` finds the same lines as `*`.
    private mutating func skipLaziness() {
        if at(index) == "?" { index += 1 }
    }

    private mutating func group() throws(ExpressionError) {
        output += "("
        open.append(offset(index))
        sizes.append(0)
        index += 1
        guard at(index) == "?" else { return }
        guard at(index + 1) == ":" else {
            let start = offset(index - 1)
            switch at(index + 1) {
            case "=", "!", "<":
                throw ExpressionError(
                    at: start, "look-around `(?…)` is not supported", hint: "use `match` and `no-match` together")
            case "i":
                throw ExpressionError(at: start, "`(?i)` can only stand at the start", hint: "move it to the start")
            default:
                throw ExpressionError(at: start, "this kind of group is not supported", hint: "write `(…)` or `(?:…)`")
            }
        }
        index += 2
    }

    /// A `{` that is no number of repetitions is the character, as in most languages.
    private mutating func bounds() throws(ExpressionError) {
        var end = index + 1
        while let scalar = at(end), ("0"..."9").contains(scalar) || scalar == "," { end += 1 }
        guard at(end) == "}", at(index + 1).map({ ("0"..."9").contains($0) }) == true else {
            output += "\\{"
            index += 1
            count(1)
            return
        }
        let numbers = scalars[index + 1..<end].split(separator: ",").map { String(String.UnicodeScalarView($0)) }
        let times = max(1, numbers.map { Int($0) ?? .max }.max() ?? 1)
        try count(times: times)
        output.unicodeScalars.append(contentsOf: scalars[index...end])
        index = end + 1
        skipLaziness()
    }

    private mutating func escape() throws(ExpressionError) {
        let start = offset(index)
        guard let scalar = at(index + 1) else {
            throw ExpressionError(
                at: start, "a `\\` at the end, with nothing to escape", hint: "write `\\\\` for the character")
        }
        index += 2
        count(1)
        switch scalar {
        case "d": output += "[0-9]"
        case "D": output += "[^0-9]"
        case "s", "S", "w", "W", "b", "B":
            output += "\\"
            output.unicodeScalars.append(scalar)
        case "1"..."9":
            throw ExpressionError(at: start, "back-references are not supported", hint: "spell the text out")
        case "A", "Z", "z":
            throw ExpressionError(
                at: start, "`\\\(scalar)` is not supported", hint: "write `^` and `$`: lines are looked at one by one")
        default:
            let (literal, next) = try CharacterEscape.read(scalar, scalars, index, offset: start)
            index = next
            append(literal: literal)
        }
    }

    private mutating func append(literal: Unicode.Scalar) {
        if ".[]()*+?{}|^$\\".unicodeScalars.contains(literal) { output += "\\" }
        output.unicodeScalars.append(literal)
    }
}

/// Escapes that stand for one character, inside and outside of `[...]`.
enum CharacterEscape {
    /// - Parameters:
    ///   - letter: what follows the backslash.
    ///   - index: of what follows the letter.
    ///   - offset: bytes before the backslash.
    /// - Returns: the character and the index after the escape.
    static func read(
        _ letter: Unicode.Scalar, _ scalars: [Unicode.Scalar], _ index: Int, offset: Int
    ) throws(ExpressionError) -> (Unicode.Scalar, Int) {
        switch letter {
        case "t": return ("\t", index)
        case "f": return ("\u{0C}", index)
        case "v": return ("\u{0B}", index)
        case "n", "r":
            throw ExpressionError(
                at: offset, "`\\\(letter)` never matches: lines are looked at one by one, without their ends",
                hint: "use `^` and `$`")
        case "x", "u":
            let count = letter == "x" ? 2 : 4
            let digits = scalars.dropFirst(index).prefix(count)
            guard digits.count == count, let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16),
                let scalar = Unicode.Scalar(value)
            else {
                throw ExpressionError(at: offset, "`\\\(letter)` needs \(count) hexadecimal digits of a character")
            }
            return (scalar, index + count)
        case "a"..."z", "A"..."Z", "0"..."9":
            throw ExpressionError(at: offset, "`\\\(letter)` has no meaning", hint: "write `\\\\` for a backslash")
        default:
            return (letter, index)
        }
    }
}
