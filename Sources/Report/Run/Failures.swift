// The failed tasks of a run and what they held up, told at its end. Knows nothing of tasks that went well.

import Vocabulary

/// Collects failures; `text` tells each with its whole log, its cause and what it blocked.
struct Failures: Sendable {
    struct Item: Sendable {
        let task: TaskID
        let cause: FailureCause
        let attempts: Int
        let wall: UInt64
        let log: [UInt8]
    }

    private static let namedBlocked = 5

    private var items: [Item] = []
    private var blockedBy: [TaskID: TaskID] = [:]
    /// The task whose output is the last that was shown, and was shown without anything in between: saying it again at
    /// the end would be saying it twice.
    private var justShown: TaskID?

    mutating func add(_ item: Item) { items.append(item) }

    mutating func block(_ task: TaskID, by culprit: TaskID) { blockedBy[task] = culprit }

    mutating func startsOutput(_ task: TaskID) { justShown = task }

    /// Something was shown: output of this task, or anything else when nil.
    mutating func otherOutput(than task: TaskID?) {
        if task != justShown { justShown = nil }
    }

    /// Each failure after a blank line, and a blank line after the last.
    func text(in tasks: TaskTable, style: Style, cleansOutput: Bool) -> [UInt8] {
        let blocked = blockedByRoot()
        var bytes: [UInt8] = []
        for item in items {
            let name = tasks.name(of: item.task)
            bytes.append(UInt8(ascii: "\n"))
            if !item.log.isEmpty, items.count > 1 || item.task != justShown {
                bytes += log(item, name, style, cleansOutput)
            }
            let tried = item.attempts > 1 ? ", \(item.attempts) attempts" : ""
            // Without an attempt there is no time to tell.
            let took = item.attempts == 0 ? "" : " (\(humanDuration(item.wall))\(tried))"
            bytes.appendLine(style.paint(.boldRed, "\(name) failed:") + " \(Prose.text(item.cause))\(took)")
            for detail in Prose.details(item.cause, in: tasks.sources) { bytes.appendLine("  \(detail)") }
            if let hint = Prose.hint(item.cause) { bytes.appendLine("  hint: \(hint)") }
            if let held = blocked[item.task] {
                bytes.appendLine("  blocked: " + Prose.list(held.lazy.map(tasks.name), limit: Failures.namedBlocked))
            }
        }
        if !items.isEmpty { bytes.append(UInt8(ascii: "\n")) }
        return bytes
    }

    private func log(_ item: Item, _ name: String, _ style: Style, _ cleans: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendLine(style.paint(.bold, "log of \(name):"))
        for line in OutputLines(bytes: item.log) {
            bytes.append(contentsOf: cleans ? withoutControls(line, colors: style.colors) : Array(line))
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// Blocked tasks by the task whose failure is at the root, in order of their ids.
    private func blockedByRoot() -> [TaskID: [TaskID]] {
        var roots = blockedBy
        func root(of task: TaskID) -> TaskID {
            var path: [TaskID] = []
            var current = task
            while let culprit = roots[current], path.count <= blockedBy.count {
                path.append(current)
                current = culprit
            }
            for passed in path { roots[passed] = current }
            return current
        }
        var result: [TaskID: [TaskID]] = [:]
        for task in blockedBy.keys.sorted() { result[root(of: task), default: []].append(task) }
        return result
    }
}
