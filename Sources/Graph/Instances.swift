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
            let patterns = self.patterns(declarations, scope, directory: directory(of: site, scope))
            if patterns.contains(where: { !$0.isExcluded && isMade($0) }) { return .later(patterns) }
            let files = context.sourceFiles(patterns.map(\.spelling))
            if files.isEmpty, !patterns.isEmpty {
                findings.report(
                    Diagnostic(.warning, "no file matches, so \"\(site.name)\" has no instances", at: range)
                )
            }
            return .instances(instances(of: files, at: range))
        }
    }

    private func instances(of items: [String], at range: SourceRange) -> [Instance] {
        var seen: Set<String> = []
        return items.compactMap { item in
            guard seen.insert(item).inserted else {
                findings.error("item \"\(item)\" stands twice in `each`", at: range, hint: "remove one of them")
                return nil
            }
            return Instance(label: item, item: item)
        }
    }

    private func combinations(_ axes: [MatrixAxis], _ scope: Scope, _ site: TaskSite) -> [Instance] {
        var combinations: [[EnvironmentEntry]] = [[]]
        for axis in axes {
            let values: [String]
            switch axis.values {
            case .items(let templates): values = templates.compactMap(scope.values).flatMap { $0 }
            case .list(let template): values = scope.values(template) ?? []
            }
            combinations = combinations.flatMap { combination in
                values.map { combination + [EnvironmentEntry(name: axis.name.value, value: $0)] }
            }
        }
        return combinations.map { Instance(label: $0.map(\.value).joined(separator: ","), axes: $0) }
    }
}
