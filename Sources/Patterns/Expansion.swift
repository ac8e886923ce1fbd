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

/// The tree that patterns are expanded in. Paths are relative to it; "" is its top.
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
    ///   Nil: nothing is ignored. Literal prefixes themselves are never ignored, only what is found beneath them.
    public func expand(in reader: some DirectoryReader, ignoring rules: IgnoreRules?) -> [String] {
        var walk = Walk(reader: reader, excludes: excludes.filter { !$0.isAbsolute }.flatMap(\.globs))
        var globsByRoot: [String: [PathGlob]] = [:]
        for glob in includes.lazy.filter({ !$0.isAbsolute }).flatMap(\.globs) {
            globsByRoot[glob.literalPrefixParts.joined(separator: "/"), default: []].append(glob)
        }
        for (root, globs) in globsByRoot { walk.start(at: root, globs, ignoring: rules) }
        return walk.found.sorted { $0.utf8Precedes($1) }
    }
}

/// One expansion under way.
private struct Walk<Reader: DirectoryReader> {
    let reader: Reader
    let excludes: [PathGlob]
    private(set) var found: Set<String> = []

    init(reader: Reader, excludes: [PathGlob]) {
        self.reader = reader
        self.excludes = excludes
    }

    /// How far each glob has come on the way to a directory.
    private struct Place {
        var path: String
        var includes: [PathGlob.Positions]
        var excludes: [PathGlob.Positions]
        var rules: IgnoreRules?
    }

    mutating func start(at root: String, _ globs: [PathGlob], ignoring rules: IgnoreRules?) {
        let parts = root.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        guard !parts.contains(".git") else { return }
        let span = root.utf8.span
        var place = Place(
            path: root,
            includes: globs.map { $0.step($0.start, alongPath: span) },
            excludes: excludes.map { $0.step($0.start, alongPath: span) },
            rules: rules)
        if zip(excludes, place.excludes).contains(where: { $0.isMatch($1) }) { return }
        guard let kind = root.isEmpty ? .directory : reader.kind(at: root) else { return }
        guard kind == .directory else {
            if kind.isContent, zip(globs, place.includes).contains(where: { $0.isMatch($1) }) { found.insert(root) }
            return
        }
        if rules != nil {
            for count in parts.indices { addIgnoreFile(of: parts[..<count].joined(separator: "/"), to: &place.rules) }
        }
        visit(place, globs)
    }

    private mutating func visit(_ place: Place, _ globs: [PathGlob]) {
        let items = reader.items(in: place.path)
        var rules = place.rules
        if rules != nil, items.contains(where: { $0.name == ".gitignore" }) { addIgnoreFile(of: place.path, to: &rules) }
        for item in items where item.name != ".git" {
            let name = item.name.utf8.span
            let isDirectory = item.kind == .directory
            guard isDirectory || (item.kind.isContent && Walk.isMatch(globs, place.includes, name)),
                !Walk.isMatch(excludes, place.excludes, name)
            else { continue }
            let path = place.path.isEmpty ? item.name : place.path + "/" + item.name
            if let rules, rules.isIgnoredItself(path, isDirectory: isDirectory) { continue }
            guard isDirectory else {
                found.insert(path)
                continue
            }
            let next = Place(
                path: path,
                includes: zip(globs, place.includes).map { $0.step($1, name) },
                excludes: zip(excludes, place.excludes).map { $0.step($1, name) },
                rules: rules)
            if next.includes.contains(where: { $0 != 0 }) { visit(next, globs) }
        }
    }

    private static func isMatch(_ globs: [PathGlob], _ positions: [PathGlob.Positions], _ name: Span<UInt8>) -> Bool {
        for index in globs.indices where globs[index].isMatch(globs[index].step(positions[index], name)) { return true }
        return false
    }

    private func addIgnoreFile(of directory: String, to rules: inout IgnoreRules?) {
        guard rules != nil, let bytes = reader.ignoreFile(in: directory), let fromRoot = rules?.fromRoot(directory) else { return }
        rules?.add(bytes, in: fromRoot)
    }
}

extension FileKind {
    /// Whether it holds something that can be an input: a FIFO or a device does not.
    fileprivate var isContent: Bool { self == .regular || self == .symbolicLink }
}
