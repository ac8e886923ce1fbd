// A list of patterns with `!` excludes, as in `inputs`. Touches no disk.

/// What any include matches and no exclude does. The order has no meaning: an exclude always removes.
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

    /// Whether an exclude matches the path, or a directory above it.
    public func isExcluded(_ path: String) -> Bool {
        excludes.contains { $0.matches(path) }
    }

    /// Whether anything at or beneath a directory can match; if not, a walk may pass it by.
    public func couldMatchBeneath(_ directory: String) -> Bool {
        includes.contains { $0.couldMatchBeneath(directory) } && !excludes.contains { $0.matches(directory) }
    }
}
