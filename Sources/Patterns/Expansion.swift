// From patterns to the files they match: a walk through directories that the caller lists. Touches no disk itself.

public import Vocabulary

/// What a walk sees of one directory entry.
public struct DirectoryItem: Hashable, Sendable {
    public let name: String
    /// Of the entry itself: a symbolic link is not followed.
    public let kind: FileKind

    public init(_ name: String, _ kind: FileKind) {
        self.name = name
        self.kind = kind
    }
}

/// The tree that patterns are expanded in. Paths are relative to it ("" is its top), or absolute where patterns are.
public protocol DirectoryReader {
    /// The kind of what is at a path, without following a link at its end; nil when nothing is there.
    func kind(at path: String) -> FileKind?
    /// The entries of a directory in any order, without `.` and `..`; empty when it cannot be read.
    func items(in directory: String) -> [DirectoryItem]
    /// The bytes of the `.gitignore` in a directory; nil when there is none. Only asked where ignore rules apply.
    func ignoreFile(in directory: String) -> [UInt8]?
}

extension PatternSet {
    /// The files and symbolic links that the set matches, in the order of their UTF-8 bytes.
    ///
    /// Directories are walked, not listed; links are not followed; `.git` is never entered. Walks start at the literal
    /// prefixes of the patterns, and pass by what no pattern can match. A literal path is looked up, not searched.
    ///
    /// - Parameter rules: ignore files of the directories above the tree; those within it are read as the walk goes on.
    ///   Nil: nothing is ignored. Literal prefixes themselves are never ignored, only what is found beneath them, and
    ///   nothing that an absolute pattern finds. Asked for only when something is walked.
    public func expand(
        in reader: some DirectoryReader, ignoring rules: @autoclosure () -> IgnoreRules?
    ) -> [String] {
        walk(in: reader, ignoring: rules, stopsAtMatches: false)
    }

    /// The topmost paths that the set matches, in the order of their UTF-8 bytes: like `expand`, but a directory that
    /// is matched stands for everything beneath it, and nothing is ignored.
    public func topmostMatches(in reader: some DirectoryReader) -> [String] {
        walk(in: reader, ignoring: { nil }, stopsAtMatches: true)
    }

    private func walk(
        in reader: some DirectoryReader, ignoring rules: () -> IgnoreRules?, stopsAtMatches: Bool
    ) -> [String] {
        var found: [String] = []
        var walked: [Pattern] = []
        for include in includes {
            switch include.literalPath.map({ lookUp($0, of: include, in: reader) }) {
            case .found(let path)?: found.append(path)
            case .nothing?: continue
            case .directory?, nil: walked.append(include)
            }
        }
        for isAbsolute in [false, true] {
            var globsByRoot: [String: [PathGlob]] = [:]
            for pattern in walked where pattern.isAbsolute == isAbsolute {
                for glob in pattern.globs {
                    globsByRoot[glob.literalPrefixParts.joined(separator: "/"), default: []].append(glob)
                }
            }
            if globsByRoot.isEmpty { continue }
            let excludes = excludes.filter { $0.isAbsolute == isAbsolute }.flatMap(\.globs)
            let rules = isAbsolute ? nil : rules()
            for (root, globs) in globsByRoot {
                var walk = Walk(reader: reader, includes: globs, excludes: excludes, stopsAtMatches: stopsAtMatches)
                walk.start(at: root, isAbsolute: isAbsolute, ignoring: rules)
                found += walk.found
            }
        }
        return found.inByteOrder
    }

    private enum LookUp {
        case found(String)
        case nothing
        case directory
    }

    /// What is at a literal path: nearly all patterns are literal, and nearly all of those are files.
    private func lookUp(_ literal: String, of include: Pattern, in reader: some DirectoryReader) -> LookUp {
        if literal.isEmpty { return .directory }
        let path = include.isAbsolute ? "/" + literal : literal
        guard let kind = reader.kind(at: path) else { return .nothing }
        if kind == .directory { return .directory }
        return kind.isContent && !literal.hasPart(named: ".git") && !isExcluded(path) ? .found(path) : .nothing
    }
}

extension [String] {
    /// Ascending by UTF-8 bytes, each once.
    fileprivate var inByteOrder: [String] {
        var unique: [String] = []
        unique.reserveCapacity(count)
        for path in sorted(by: { $0.utf8Precedes($1) }) where unique.last.map({ !$0.utf8Equals(path) }) ?? true {
            unique.append(path)
        }
        return unique
    }
}

extension String {
    /// Whether one of the parts between slashes is the name.
    fileprivate func hasPart(named name: StaticString) -> Bool {
        utf8.split(separator: UInt8(ascii: "/")).contains { part in
            name.withUTF8Buffer { part.elementsEqual($0) }
        }
    }
}
