// `each` and `matrix`: which instances a declared task stands for.

import Manifest
import Patterns
import Vocabulary

/// One instance of a declared task.
struct Instance: Sendable {
    /// What stands in brackets behind the name; nil for a task that is its own only instance.
    var label: String?
    var item: String?
    var axes: [EnvironmentEntry] = []
    /// The item is the path of a file that was found.
    var isFile = false
    /// The item is a pattern that stands for all the files it will match.
    var isOpen = false
}

/// What `each` over files needs at run time: the task to be multiplied, and the patterns of files that make the items.
public struct Expansion: Sendable {
    /// Relative to the root.
    public let patterns: [FilePattern]
    let site: TaskSite
}

enum Multiplication {
    case instances([Instance])
    /// Over files that tasks make: known when those are done.
    case later([FilePattern])
}

extension Resolver {
    /// More combinations of one task are a mistake, or an attack.
    static let mostCombinations = 1_000

    /// - Parameter isMade: whether a pattern meets what tasks make.
    func multiply(_ site: TaskSite, isMade: (FilePattern) -> Bool) -> Multiplication {
        let scope = scope(of: site)
        let axes = site.declaration.matrix
        if !axes.isEmpty { return .instances(combinations(axes, scope, site)) }
        switch site.declaration.each {
        case nil: return .instances([Instance()])
        case .items(let templates, let range):
            return .instances(instances(of: templates.compactMap(scope.values).flatMap { $0 }, at: range))
        case .list(let template):
            return .instances(instances(of: scope.values(template) ?? [], at: template.range))
        case .files(let declarations, let range):
            let directory = itemDirectory(of: site)
            // What a view shows is known only when it is made.
            let isView = site.inherited.keys.workspace != nil
            let patterns = self.patterns(declarations, scope, directory: directory, isView: isView)
            if isView || patterns.contains(where: { !$0.isExcluded && isMade($0) }) { return .later(patterns) }
            let files = context.sourceFiles(patterns.map(\.spelling)).map { Self.item($0, seenFrom: directory) }
            if files.isEmpty, !patterns.isEmpty {
                findings.report(
                    Diagnostic(.warning, "no file matches, so \"\(site.name)\" has no instances", at: range)
                )
            }
            return .instances(instances(of: files, at: range, areFiles: true))
        }
    }

    private func instances(of items: [String], at range: SourceRange, areFiles: Bool = false) -> [Instance] {
        var seen: Set<String> = []
        return items.compactMap { item in
            guard seen.insert(item).inserted else {
                findings.error("item \"\(item)\" stands twice in `each`", at: range, hint: "remove one of them")
                return nil
            }
            return Instance(label: item, item: item, isFile: areFiles)
        }
    }

    /// The directory that the patterns of `each` and the items are relative to: the task's own, or the root when each
    /// item has a directory of its own.
    func itemDirectory(of site: TaskSite) -> String {
        if site.inherited.keys.directory?.mentionsItem == true { return "" }
        return directory(of: site, scope(of: site))
    }

    /// A file as an item.
    static func item(_ path: String, seenFrom directory: String) -> String {
        directory.isEmpty ? path : Paths.beneath(path, directory) ?? path
    }

    /// Stand-ins for the instances over files that are not known yet, at least one.
    func openInstances(of site: TaskSite, over patterns: [FilePattern]) -> [Instance] {
        let directory = itemDirectory(of: site)
        let items = patterns.filter { !$0.isExcluded }.map { pattern in
            Instance(item: Self.item(Self.files(pattern.pattern), seenFrom: directory), isOpen: true)
        }
        return items.isEmpty ? [standIn(for: site)] : items
    }

    /// A pattern as one of files: what matches a directory matches the files beneath it.
    private static func files(_ pattern: Pattern) -> String {
        if pattern.text.hasSuffix("**") { return pattern.text + "/*" }
        guard pattern.isLiteral, !pattern.isNamedLikeFile else { return pattern.text }
        return pattern.text + (pattern.text.hasSuffix("/") ? "**/*" : "/**/*")
    }

    /// An instance of which nothing is known.
    func standIn(for site: TaskSite) -> Instance {
        let axes = site.declaration.matrix.map { EnvironmentEntry(name: $0.name.value, value: "*") }
        return Instance(item: axes.isEmpty ? "*" : nil, axes: axes, isOpen: true)
    }

    private func combinations(_ axes: [MatrixAxis], _ scope: Scope, _ site: TaskSite) -> [Instance] {
        var combinations: [[EnvironmentEntry]] = [[]]
        for axis in axes {
            let values: [String]
            switch axis.values {
            case .items(let templates): values = templates.compactMap(scope.values).flatMap { $0 }
            case .list(let template): values = scope.values(template) ?? []
            }
            guard combinations.count * values.count <= Resolver.mostCombinations else {
                findings.error(
                    "`matrix` makes more than \(Resolver.mostCombinations) combinations", at: axis.name.range,
                    hint: "take values or axes away")
                return []
            }
            combinations = combinations.flatMap { combination in
                values.map { combination + [EnvironmentEntry(name: axis.name.value, value: $0)] }
            }
        }
        var seen: Set<String> = []
        return combinations.compactMap { axes in
            let label = axes.map(\.value).joined(separator: ",")
            guard seen.insert(label).inserted else {
                findings.error(
                    "\"\(site.name)[\(label)]\" comes out of `matrix` twice",
                    at: site.declaration.matrix[0].name.range, hint: "remove one of the equal values"
                )
                return nil
            }
            return Instance(label: label, axes: axes)
        }
    }
}
