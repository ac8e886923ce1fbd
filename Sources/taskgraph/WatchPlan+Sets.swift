// Patterns of many tasks as `watch` looks paths up in them. Knows no directories and no notifications.

import Graph
import Patterns
import Ports
import Vocabulary

/// Tasks with the same input patterns in one tree.
struct WatchedSet {
    struct Name: Hashable {
        let base: String
        let spellings: [String]
    }

    /// Absolute directory that relative patterns are seen from.
    let base: String
    /// Nil: the whole tree, of which a view is made.
    let patterns: PatternSet?
    var tasks: Set<TaskID>

    /// Absolute directories in which everything that is matched lies.
    var directories: [String] {
        guard let patterns else { return [base] }
        return patterns.includes.map { pattern in
            let prefix = pattern.literalPrefix
            return pattern.isAbsolute ? "/" + prefix : prefix.isEmpty ? base : base + "/" + prefix
        }
    }

    func matches(_ path: String, isIgnored: Bool) -> Bool {
        guard !isIgnored else { return false }
        guard let patterns else { return pathBeneath(path, base) != nil }
        return patterns.matches(path) || pathBeneath(path, base).map { patterns.matches($0) } == true
    }

    func couldMatch(beneath directory: String) -> Bool {
        guard let patterns else { return areRelated(directory, base) }
        return patterns.couldMatchBeneath(directory)
            || relative(directory).map { patterns.couldMatchBeneath($0) } == true
    }

    private func relative(_ directory: String) -> String? {
        pathBeneath(directory, base) ?? (pathBeneath(base, directory) == nil ? nil : "")
    }
}

/// Whether one of the directories is the other or lies in it.
func areRelated(_ left: String, _ right: String) -> Bool {
    pathBeneath(left, right) != nil || pathBeneath(right, left) != nil
}

/// What tasks make: a change there is their own.
struct WatchedOutputs {
    private var literals: Set<String> = []
    private var patterns: Set<Pattern> = []

    mutating func add(_ output: FilePattern, root: String) {
        guard !output.isExcluded else { return }
        if let literal = output.pattern.literalPath {
            literals.insert(output.pattern.isAbsolute ? "/" + literal : root + "/" + literal)
        } else {
            patterns.insert(output.pattern)
        }
    }

    func matches(_ path: String, _ root: String) -> Bool {
        var literal = path
        while literal != "/" {
            if literals.contains(literal) { return true }
            literal = parentDirectory(of: literal)
        }
        let relative = pathBeneath(path, root)
        return patterns.contains { $0.matches(path) || (relative.map($0.matches) ?? false) }
    }

    /// Whether tasks make the directory or something in it.
    func meets(_ directory: String, _ root: String) -> Bool {
        if matches(directory, root) || literals.contains(where: { $0.hasPrefix(directory + "/") }) { return true }
        guard let relative = pathBeneath(directory, root) else { return false }
        return patterns.contains { !$0.literalPrefix.isEmpty && $0.couldMatchBeneath(relative) }
    }
}
