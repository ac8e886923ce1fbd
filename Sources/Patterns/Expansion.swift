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
    ///   nothing that an absolute pattern finds.
    public func expand(in reader: some DirectoryReader, ignoring rules: IgnoreRules?) -> [String] {
        walk(in: reader, ignoring: rules, stopsAtMatches: false)
    }

    /// The topmost paths that the set matches, in the order of their UTF-8 bytes: like `expand`, but a directory that
    /// is matched stands for everything beneath it, and nothing is ignored.
    public func topmostMatches(in reader: some DirectoryReader) -> [String] {
        walk(in: reader, ignoring: nil, stopsAtMatches: true)
    }

    private func walk(in reader: some DirectoryReader, ignoring rules: IgnoreRules?, stopsAtMatches: Bool) -> [String] {
        var found: Set<String> = []
        for isAbsolute in [false, true] {
            var globsByRoot: [String: [PathGlob]] = [:]
            for pattern in includes where pattern.isAbsolute == isAbsolute {
                for glob in pattern.globs {
                    globsByRoot[glob.literalPrefixParts.joined(separator: "/"), default: []].append(glob)
                }
            }
            let excludes = excludes.filter { $0.isAbsolute == isAbsolute }.flatMap(\.globs)
            for (root, globs) in globsByRoot {
                var walk = Walk(reader: reader, includes: globs, excludes: excludes, stopsAtMatches: stopsAtMatches)
                walk.start(at: root, isAbsolute: isAbsolute, ignoring: isAbsolute ? nil : rules)
                found.formUnion(walk.found)
            }
        }
        return found.sorted { $0.utf8Precedes($1) }
    }
}
