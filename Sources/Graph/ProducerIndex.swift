// Which declared outputs a pattern can meet: found through the literal beginnings of the patterns, not pair by pair.

import Patterns
import Vocabulary

/// The tree that a task's paths are relative to: tasks exchange files by path only within one of them.
enum Territory: Hashable, Sendable {
    case root
    case view(tree: String)
}

/// Declared outputs by literal prefix.
struct ProducerIndex: Sendable {
    struct Producer: Sendable {
        let task: TaskID
        let territory: Territory
        let pattern: FilePattern
    }

    /// In byte order of the literal prefix, so that everything beneath a directory is a range.
    private let prefixes: [String]
    private let producers: [Producer]

    init(_ unsorted: [Producer]) {
        let keyed = unsorted.map { ($0.pattern.pattern.literalPrefix, $0) }
            .sorted { $0.0 == $1.0 ? $0.1.task < $1.1.task : $0.0.utf8Precedes($1.0) }
        prefixes = keyed.map(\.0)
        producers = keyed.map(\.1)
    }

    /// Producers of which an output can be matched by the pattern, in order of their ids.
    func meeting(_ pattern: FilePattern, in territory: Territory) -> [Producer] {
        let wanted: Territory = pattern.isInRoot ? .root : territory
        let prefix = pattern.pattern.literalPrefix
        var found: [Producer] = []
        func consider(_ range: Range<Int>) {
            for index in range where producers[index].territory == wanted {
                if producers[index].pattern.pattern.isExpectedToMeet(pattern.pattern) { found.append(producers[index]) }
            }
        }
        // Outputs whose prefix is a directory above this one, or the same path.
        var ancestor = prefix
        while !ancestor.isEmpty {
            consider(range(of: ancestor))
            ancestor = ancestor.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(ancestor[..<$0]) } ?? ""
        }
        consider(range(of: ""))
        // Outputs beneath it.
        consider(prefix.isEmpty ? range(of: "").upperBound..<prefixes.count : beneath(prefix))
        return found.sorted { $0.task < $1.task }
    }

    private func firstIndex(where follows: (String) -> Bool) -> Int {
        var low = 0
        var high = prefixes.count
        while low < high {
            let middle = (low + high) / 2
            if follows(prefixes[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func range(of prefix: String) -> Range<Int> {
        let start = firstIndex { !$0.utf8Precedes(prefix) }
        return start..<firstIndex { prefix.utf8Precedes($0) }
    }

    private func beneath(_ directory: String) -> Range<Int> {
        // "0" is the byte after "/".
        let start = firstIndex { !$0.utf8Precedes(directory + "/") }
        return start..<firstIndex { !$0.utf8Precedes(directory + "0") }
    }
}

extension TaskDefinition {
    /// Where this task's paths live.
    var territory: Territory {
        workspace.map { .view(tree: $0.tree) } ?? .root
    }
}
