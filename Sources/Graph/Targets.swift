// From what stands on the command line to tasks. Knows names and patterns, nothing of flags.

internal import Patterns
public import Vocabulary

/// A target that nothing matches.
public struct UnknownTarget: Error, Hashable, Sendable {
    public let name: String
    public let suggestion: String?
}

extension Graph {
    /// The tasks that targets stand for, without duplicates, in declaration order.
    ///
    /// A target is a full name of a task or group, an instance `name[item]`, or a pattern over full names.
    public func select(_ targets: [String]) throws(UnknownTarget) -> [TaskID] {
        var isSelected = IDMap(repeating: false, count: count)
        for target in targets {
            guard let found = match(target) else {
                throw UnknownTarget(name: target, suggestion: suggestion(for: target, among: targetNames))
            }
            for id in found { isSelected[id] = true }
        }
        return ids.filter { isSelected[$0] }
    }

    /// Nil when nothing has the name. A task without instances has a name that stands for no task.
    private func match(_ target: String) -> [TaskID]? {
        let name = target.hasSuffix("/") ? String(target.dropLast()) : target
        if let exact = names[name] { return exact }
        guard target.contains(where: { $0 == "*" || $0 == "?" || $0 == "{" }), let pattern = try? Pattern(target) else {
            return nil
        }
        let found = ids.filter { pattern.matches(tasks[$0].name) }
        return found.isEmpty ? nil : found
    }

    /// Names worth suggesting: tasks and groups that are not hidden, in order.
    public var targetNames: [String] {
        groups.filter { !$0.isHidden }.map(\.name) + tasks.values.filter { !$0.isHidden }.map(\.name)
    }
}
