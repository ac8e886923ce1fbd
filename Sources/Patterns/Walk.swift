// One walk from one literal prefix. Does not know of patterns as they are written, nor of other walks.

import Vocabulary

/// Follows how far each glob has come on the way down, and goes only where one of them can still match.
struct Walk<Reader: DirectoryReader> {
    let reader: Reader
    let includes: [PathGlob]
    let excludes: [PathGlob]
    /// Whether a directory that matches is found itself, instead of being walked.
    let stopsAtMatches: Bool
    private(set) var found: [String] = []

    init(reader: Reader, includes: [PathGlob], excludes: [PathGlob], stopsAtMatches: Bool) {
        self.reader = reader
        self.includes = includes
        self.excludes = excludes
        self.stopsAtMatches = stopsAtMatches
    }

    /// A directory on the way.
    private struct Place {
        var path: String
        var includes: [PathGlob.Positions]
        var excludes: [PathGlob.Positions]
        var rules: IgnoreRules?
    }

    /// - Parameter root: the literal prefix of all includes.
    mutating func start(at root: String, isAbsolute: Bool, ignoring rules: IgnoreRules?) {
        let parts = root.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        guard !parts.contains(".git") else { return }
        let span = root.utf8.span
        var place = Place(
            path: isAbsolute ? "/" + root : root,
            includes: includes.map { $0.step($0.start, alongPath: span) },
            excludes: excludes.map { $0.step($0.start, alongPath: span) },
            rules: rules)
        if zip(excludes, place.excludes).contains(where: { $0.isMatch($1) }) { return }
        guard let kind = root.isEmpty ? .directory : reader.kind(at: place.path) else { return }
        let isMatch = zip(includes, place.includes).contains { $0.isMatch($1) }
        guard kind == .directory, !(stopsAtMatches && isMatch) else {
            if isMatch, kind == .directory || kind.isContent { found.append(place.path) }
            return
        }
        for count in parts.indices { addIgnoreFile(of: parts[..<count].joined(separator: "/"), to: &place.rules) }
        visit(place)
    }

    private mutating func visit(_ place: Place) {
        let items = reader.items(in: place.path)
        var rules = place.rules
        if rules != nil, items.contains(where: { $0.name == ".gitignore" }) {
            addIgnoreFile(of: place.path, to: &rules)
        }
        let prefix = place.path.isEmpty || place.path == "/" ? place.path : place.path + "/"
        for item in items where item.name != ".git" {
            let name = item.name.utf8.span
            let isDirectory = item.kind == .directory
            let isFound = (!isDirectory && item.kind.isContent) || stopsAtMatches
            let isMatch = isFound && Walk.isMatch(includes, place.includes, name)
            guard isMatch || isDirectory, !Walk.isMatch(excludes, place.excludes, name) else { continue }
            let path = prefix + item.name
            if let rules, rules.isIgnoredItself(path, isDirectory: isDirectory) { continue }
            if isMatch {
                found.append(path)
                continue
            }
            let next = Place(
                path: path,
                includes: zip(includes, place.includes).map { $0.step($1, name) },
                excludes: zip(excludes, place.excludes).map { $0.step($1, name) },
                rules: rules)
            if next.includes.contains(where: { $0 != 0 }) { visit(next) }
        }
    }

    private static func isMatch(_ globs: [PathGlob], _ positions: [PathGlob.Positions], _ name: Span<UInt8>) -> Bool {
        for index in globs.indices where globs[index].isMatch(globs[index].step(positions[index], name)) { return true }
        return false
    }

    private func addIgnoreFile(of directory: String, to rules: inout IgnoreRules?) {
        guard let fromRoot = rules?.fromRoot(directory), let bytes = reader.ignoreFile(in: directory) else { return }
        rules?.add(bytes, in: fromRoot)
    }
}

extension FileKind {
    /// Whether it holds something that can be an input: a FIFO or a device does not.
    var isContent: Bool { self == .regular || self == .symbolicLink }
}
