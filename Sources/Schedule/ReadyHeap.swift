// A binary heap of tasks: the heaviest first, equal ones in declaration order. No knowledge of why they wait.

import Vocabulary

struct ReadyHeap {
    private struct Entry {
        let weight: UInt64
        let id: TaskID

        func precedes(_ other: Entry) -> Bool {
            weight != other.weight ? weight > other.weight : id < other.id
        }
    }

    private var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }
    var first: TaskID? { entries.first?.id }

    mutating func insert(_ id: TaskID, weight: UInt64) {
        entries.append(Entry(weight: weight, id: id))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].precedes(entries[parent]) else { break }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() -> TaskID? {
        guard let first = entries.first else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first.id }
        entries[0] = last
        var parent = 0
        while true {
            var best = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].precedes(entries[best]) { best = child }
            }
            guard best != parent else { break }
            entries.swapAt(parent, best)
            parent = best
        }
        return first.id
    }
}
