// A list of patterns with `!` excludes, as in `inputs`. Touches no disk.

/// What any include matches and no exclude does. The order has no meaning. An exclude removes, with one exception: a path
/// that is written out stays unless it, or a directory above it, is written out in an exclude too. So `[a_test.py, **/*.py,
/// !**/*_test.py]` is one test with all that is no test.
public struct PatternSet: Hashable, Sendable {
    public let includes: [Pattern]
    public let excludes: [Pattern]

    public init(_ includes: [Pattern], excluding excludes: [Pattern] = []) {
        self.includes = includes
        self.excludes = excludes
    }

    /// - Parameter texts: patterns; a leading `!` makes an exclude. Of several mistakes the first is thrown.
    public init(_ texts: [String], allowAbsolute: Bool = false) throws(PatternError) {
        var includes: [Pattern] = []
        var excludes: [Pattern] = []
        for (item, text) in texts.enumerated() {
            do throws(PatternError) {
                switch try PatternSet.item(text, allowAbsolute: allowAbsolute) {
                case .include(let pattern): includes.append(pattern)
                case .exclude(let pattern): excludes.append(pattern)
                }
            } catch {
                throw PatternError(item: item, offset: error.offset, error.message, hint: error.hint)
            }
        }
        self.init(includes, excluding: excludes)
    }

    /// One text of a list.
    public enum Item: Hashable, Sendable {
        case include(Pattern)
        case exclude(Pattern)
    }

    /// Reads one text of a list, for callers that collect the mistakes of all. Offsets count the `!`.
    public static func item(_ text: String, allowAbsolute: Bool = false) throws(PatternError) -> Item {
        guard text.utf8.first == UInt8(ascii: "!") else {
            return .include(try Pattern(text, allowAbsolute: allowAbsolute))
        }
        do throws(PatternError) {
            return .exclude(try Pattern(String(text.unicodeScalars.dropFirst()), allowAbsolute: allowAbsolute))
        } catch {
            throw PatternError(offset: error.offset + 1, error.message, hint: error.hint)
        }
    }

    public func matches(_ path: String) -> Bool {
        includes.contains { $0.matches(path) } && !isExcluded(path)
    }

    /// Whether an exclude matches the path, or a directory above it, and the path is not one that stays.
    public func isExcluded(_ path: String) -> Bool {
        guard excludes.contains(where: { $0.matches(path) }) else { return false }
        return excludes.contains { $0.isLiteral && $0.matches(path) } || !includes.contains { $0.writtenPath == path }
    }

    /// Whether anything at or beneath a directory can match; if not, a walk may pass it by.
    public func couldMatchBeneath(_ directory: String) -> Bool {
        guard excludes.contains(where: { $0.matches(directory) }) else {
            return includes.contains { $0.couldMatchBeneath(directory) }
        }
        return includes.contains { include in
            guard let path = include.writtenPath, include.couldMatchBeneath(directory) else { return false }
            return path.utf8.count >= directory.utf8.count && !isExcluded(path)
        }
    }

    /// The set without what other patterns match, written out or not.
    public func removing(_ patterns: [Pattern]) -> PatternSet {
        let kept = includes.filter { include in
            guard let path = include.writtenPath else { return true }
            return !patterns.contains { $0.matches(path) }
        }
        return PatternSet(kept, excluding: excludes + patterns)
    }
}

extension Pattern {
    /// The path that a pattern without wildcards is, as paths are matched.
    var writtenPath: String? { literalPath.map { isAbsolute ? "/" + $0 : $0 } }
}
