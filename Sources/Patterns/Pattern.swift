// One glob pattern of the language: what it matches. Touches no disk; lists of patterns are `PatternSet`.

/// A pattern for paths, as in `backend/**/*.py`.
///
/// | written | matches |
/// |---|---|
/// | `*` | any text within a name, also none, also a leading dot |
/// | `?`, `[a-z]`, `[!a]` | one Unicode scalar of a name |
/// | `**` | as a whole part: any number of directories; at the end: everything beneath |
/// | `{a,b}` | either; may hold `/` and be nested |
/// | `\x` | the character `x` |
///
/// What matches a directory matches everything beneath it too: `src` covers `src/a/b.c`, and so does `s*`.
/// Paths are relative, separated by `/`, without `.`, `..` and empty parts; a pattern's `./x`, `x/` and `x//y` are
/// read as such. `.` is the whole directory.
public struct Pattern: Hashable, Sendable, CustomStringConvertible {
    /// As it was written.
    public let text: String
    /// Whether it matches paths that start with `/`.
    public let isAbsolute: Bool
    /// The one path that is matched (with everything beneath it) when there are no wildcards; "" is the directory that
    /// patterns are relative to. Without the leading `/` of an absolute pattern.
    public let literalPath: String?
    /// What a pattern that is not literal consists of.
    private let wildGlobs: [PathGlob]

    /// - Parameter allowAbsolute: whether `/usr/include` is a pattern or a mistake.
    public init(_ text: String, allowAbsolute: Bool = false) throws(PatternError) {
        self.text = text
        if Pattern.isPlainPath(text) {
            (literalPath, isAbsolute, wildGlobs) = (text, false, [])
            return
        }
        let (globs, isAbsolute) = try PatternParser.globs(text, allowAbsolute: allowAbsolute)
        self.isAbsolute = isAbsolute
        literalPath = globs.count == 1 ? globs[0].literalPath : nil
        wildGlobs = literalPath == nil ? globs : []
    }

    /// The pattern for exactly this path and what is beneath it, whatever characters it holds.
    ///
    /// - Parameter path: relative and normal, as patterns match it.
    public init(literal path: String) {
        (text, literalPath, isAbsolute, wildGlobs) = (path, path, false, [])
    }

    public var description: String { text }

    public var isLiteral: Bool { literalPath != nil }

    /// The leading parts without wildcards, in which everything that is matched lies; "" when there are none.
    public var literalPrefix: String {
        if let literalPath { return literalPath }
        var common = wildGlobs[0].literalPrefixParts[...]
        for glob in wildGlobs.dropFirst() {
            let count = zip(common, glob.literalPrefixParts).prefix { $0 == $1 }.count
            common = common.prefix(count)
        }
        return common.joined(separator: "/")
    }

    public func matches(_ path: String) -> Bool {
        guard let relative = relative(path) else { return false }
        if let literalPath { return Pattern.covers(literalPath, relative) }
        let span = relative.utf8.span
        return wildGlobs.contains { $0.isMatch($0.step($0.start, alongPath: span)) }
    }

    /// Whether anything at or beneath a directory can match; if not, a walk may pass it by.
    public func couldMatchBeneath(_ directory: String) -> Bool {
        guard let relative = relative(directory) else { return false }
        if let literalPath { return Pattern.covers(literalPath, relative) || Pattern.covers(relative, literalPath) }
        let span = relative.utf8.span
        return wildGlobs.contains { $0.step($0.start, alongPath: span) != 0 }
    }

    /// Whether some path is matched by both. Exact: never true or false by caution.
    public func canMeet(_ other: Pattern) -> Bool {
        guard isAbsolute == other.isAbsolute else { return false }
        if let literalPath { return other.couldMatchBeneath((other.isAbsolute ? "/" : "") + literalPath) }
        if other.isLiteral { return other.canMeet(self) }
        return wildGlobs.contains { left in other.wildGlobs.contains { left.canMeet($0) } }
    }

    /// Whether some path is matched by both when literal paths that are named like files are files.
    ///
    /// `**/*.py` and `out/app.whl` can meet, namely if `app.whl` is a directory, but are not expected to. A name says
    /// "file" when it has an extension and no slash at the end, unless the other pattern spells a path beneath it.
    public func isExpectedToMeet(_ other: Pattern) -> Bool {
        if isNamedLikeFile, !Pattern.covers(literalPath ?? "", other.literalPrefix) {
            return isAbsolute == other.isAbsolute && other.matches((isAbsolute ? "/" : "") + (literalPath ?? ""))
        }
        if other.isNamedLikeFile, !Pattern.covers(other.literalPath ?? "", literalPrefix) {
            return other.isExpectedToMeet(self)
        }
        return canMeet(other)
    }

    /// Whether this is a literal path that is named like a file: `app.tar.gz`, not `dist`, `.venv` or `x.d/`.
    public var isNamedLikeFile: Bool {
        guard let literalPath, text.utf8.last != UInt8(ascii: "/") else { return false }
        let name = literalPath.utf8.suffix { $0 != UInt8(ascii: "/") }
        return name.dropFirst().dropLast().contains(UInt8(ascii: "."))
    }

    /// The pattern as automata, one per alternative.
    var globs: [PathGlob] {
        guard let literalPath else { return wildGlobs }
        return [PathGlob(literal: literalPath)]
    }

    /// The path as this pattern's globs know it: nil when only one of both is absolute.
    private func relative(_ path: String) -> String? {
        guard isAbsolute == (path.utf8.first == UInt8(ascii: "/")) else { return nil }
        return isAbsolute ? String(path.utf8.dropFirst()) : path
    }

    /// Whether a path is the directory or beneath it.
    private static func covers(_ directory: String, _ path: String) -> Bool {
        let (directory, path) = (directory.utf8.span, path.utf8.span)
        guard !directory.isEmpty else { return true }
        guard path.count >= directory.count else { return false }
        if path.count > directory.count, path[directory.count] != UInt8(ascii: "/") { return false }
        // Paths of one tree mostly differ at their ends.
        for index in directory.indices.reversed() where directory[index] != path[index] { return false }
        return true
    }

    /// Whether a text is a normal relative path without any special character: nearly all are.
    private static func isPlainPath(_ text: String) -> Bool {
        var partLength = 0
        var onlyDots = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "/"):
                if partLength == 0 || onlyDots { return false }
                (partLength, onlyDots) = (0, true)
                continue
            case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\\"), 0:
                return false
            case UInt8(ascii: "."): break
            default: onlyDots = false
            }
            partLength += 1
        }
        return partLength > 0 && !onlyDots
    }
}

extension PathGlob {
    /// - Parameter path: of at most `maximumParts` parts; what is deeper is not told apart.
    init(literal path: String) {
        let names = path.utf8.split(separator: UInt8(ascii: "/"))
        self.init(
            names.prefix(PathGlob.maximumParts).map {
                .name(NameGlob(String(Substring($0)).unicodeScalars.map { .scalar($0) }))
            })
    }
}

extension String.UTF8View {
    /// The longest end of which all bytes fit.
    fileprivate func suffix(while fits: (UInt8) -> Bool) -> Substring.UTF8View {
        var start = endIndex
        while start > startIndex, fits(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
