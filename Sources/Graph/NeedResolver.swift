// From the words in `needs` to tasks: names are looked up from the inside outwards.

import Manifest
import Patterns
import Vocabulary

struct NeedResolver {
    let names: [String: [TaskID]]
    /// Full names by id.
    let taskNames: [String]
    let findings: Findings

    /// The tasks a need stands for; empty after an error was reported.
    func tasks(_ name: String, scope: [String], at range: SourceRange) -> [TaskID] {
        if let found = lookUp(name, scope: scope) { return found }
        let known = names.keys.filter { !$0.contains("[") && !$0.contains("#") }.sorted()
        let relative = known.map { String($0.split(separator: "/").last ?? "") }
        findings.error(
            "there is no task or group \"\(name)\"", at: range,
            hint: (suggestion(for: name, among: known) ?? suggestion(for: name, among: relative))
                .map { "did you mean \"\($0)\"?" } ?? "`taskgraph list` shows all names"
        )
        return []
    }

    static func isPattern(_ name: String) -> Bool { name.contains { $0 == "*" || $0 == "?" || $0 == "{" } }

    /// Nil when nothing has the name or matches the pattern.
    func lookUp(_ name: String, scope: [String]) -> [TaskID]? {
        for depth in stride(from: scope.count, through: 0, by: -1) {
            let candidate = (scope[..<depth] + [name]).joined(separator: "/")
            if let found = names[candidate] { return found }
            guard NeedResolver.isPattern(name), let pattern = try? Pattern(candidate) else { continue }
            let found = taskNames.indices.filter { pattern.matches(taskNames[$0]) }.map { TaskID($0) }
            if !found.isEmpty { return found }
        }
        return nil
    }
}
