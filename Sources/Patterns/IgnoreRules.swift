// Ignore files with git's meaning: nested files, negation, what lies beneath an ignored directory. Reads no disk.

/// The ignore files of a git work tree: what they say about a path.
///
/// Exactly git's rules for untracked files: of the lines that match, the last one of the deepest file decides, and what
/// lies beneath an ignored directory cannot be brought back. Whether git tracks a file is not asked.
public struct IgnoreRules: Hashable, Sendable {
    /// The directory that asked paths are relative to, itself relative to the git root; "" is the root.
    public let base: String
    /// In the order they were added; later ones win.
    private var files: [File] = []

    private struct File: Hashable, Sendable {
        /// Relative to the git root, with a slash at the end; empty for the root.
        let directory: [UInt8]
        let rules: [IgnoreRule]
    }

    public init(base: String = "") {
        self.base = base
    }

    /// - Parameter files: of outer directories first. `.git/info/exclude` counts as a file of "" before all others.
    public init(base: String = "", files: [(directory: String, bytes: [UInt8])]) {
        self.init(base: base)
        for file in files { add(file.bytes, in: file.directory) }
    }

    /// Adds the ignore file of a directory (relative to the git root), which wins over all added before.
    public mutating func add(_ bytes: [UInt8], in directory: String) {
        let rules = IgnoreRules.lines(bytes).compactMap { IgnoreRule($0) }
        guard !rules.isEmpty else { return }
        files.append(File(directory: Array(directory.isEmpty ? "".utf8 : (directory + "/").utf8), rules: rules))
    }

    /// Whether git would ignore a path (relative to `base`), alone or with a directory above it.
    public func isIgnored(_ path: String, isDirectory: Bool) -> Bool {
        guard !files.isEmpty else { return false }
        let bytes = Array(fromRoot(path).utf8)
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "/") {
            if verdict(bytes.span.extracting(0..<index), isDirectory: true) == true { return true }
        }
        return verdict(bytes.span, isDirectory: isDirectory) == true
    }

    /// The same without a look at the directories above, for walks that have passed them already.
    func isIgnoredItself(_ path: String, isDirectory: Bool) -> Bool {
        guard !files.isEmpty else { return false }
        if base.isEmpty { return verdict(path.utf8.span, isDirectory: isDirectory) == true }
        let full = fromRoot(path)
        return verdict(full.utf8.span, isDirectory: isDirectory) == true
    }

    func fromRoot(_ path: String) -> String {
        if base.isEmpty { return path }
        return path.isEmpty ? base : base + "/" + path
    }

    /// What the deciding line says: true is ignored, nil is no such line.
    private func verdict(_ path: Span<UInt8>, isDirectory: Bool) -> Bool? {
        var nameStart = path.count
        while nameStart > 0, path[nameStart - 1] != UInt8(ascii: "/") { nameStart -= 1 }
        let name = path.extracting(nameStart..<path.count)
        guard !name.isEmpty else { return nil }
        for file in files.reversed() where IgnoreRules.lies(path, in: file.directory) {
            let relative = path.extracting(file.directory.count..<path.count)
            let rules = file.rules.span
            for index in rules.indices.reversed()
            where rules[index].matches(relative, name: name, isDirectory: isDirectory) {
                return !rules[index].isNegated
            }
        }
        return nil
    }

    private static func lies(_ path: Span<UInt8>, in directory: [UInt8]) -> Bool {
        guard path.count > directory.count else { return false }
        for index in directory.indices where path[index] != directory[index] { return false }
        return true
    }

    /// Lines end with LF or CR LF; a byte order mark is skipped; a NUL ends its line early, as it does in git.
    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var text = bytes[...]
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
        return text.split(separator: UInt8(ascii: "\n")).map { line in
            (line.last == UInt8(ascii: "\r") ? line.dropLast() : line).prefix { $0 != 0 }
        }
    }
}
