// The tasks that run now, oldest first, with what they said last. Does not know how they are shown.

import Vocabulary

struct RunningTasks: Sendable {
    struct Item: Sendable {
        let task: TaskID
        let name: String
        /// When it started, in nanoseconds since the run began.
        let since: UInt64
        /// The last line that was printed; before that, why the task runs.
        var lastLine: String
        fileprivate let sequence: Int
    }

    private var items: [TaskID: Item] = [:]
    /// Tasks in order of their start, with the number of the start to find them by.
    private var order: [(sequence: Int, task: TaskID)] = []
    private var nextSequence = 0

    var count: Int { items.count }

    mutating func start(_ task: TaskID, name: String, at time: UInt64, reason: String) {
        end(task)
        items[task] = Item(task: task, name: name, since: time, lastLine: reason, sequence: nextSequence)
        order.append((nextSequence, task))
        nextSequence += 1
    }

    /// Only the last line is looked at, and decoded only up to a length no terminal is wide.
    mutating func note(_ task: TaskID, output: [UInt8]) {
        guard items[task] != nil else { return }
        var end = output.endIndex
        while end > 0, output[end - 1] == UInt8(ascii: "\n") || output[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        let start =
            output[..<end].lastIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.map { $0 + 1 } ?? 0
        let line = withoutControls(output[start..<end].prefix(2_000), colors: false)
        let text = String(decoding: line.map { $0 == UInt8(ascii: "\t") ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
        if text.utf8.contains(where: { $0 != UInt8(ascii: " ") }) { items[task]?.lastLine = text }
    }

    mutating func end(_ task: TaskID) {
        guard let item = items.removeValue(forKey: task) else { return }
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if order[middle].sequence < item.sequence { low = middle + 1 } else { high = middle }
        }
        order.remove(at: low)
    }

    /// The tasks that have run longest.
    func oldest(_ limit: Int) -> [Item] {
        order.prefix(limit).compactMap { items[$0.task] }
    }
}
