// A new imprint in the making: what was settled before and still holds, and what a run settles. Touches no disk.

public import Vocabulary

/// Collects what a run found out, task by task.
public struct ImprintBuilder {
    /// What is known of a task now.
    struct Entry {
        var state = TaskState.unknown
        var content = Digest.zero
        var key = Digest.zero
        /// Numbers of paths; nil: those of the earlier imprint.
        var looks: [UInt32]?
    }

    /// What is known of a path now.
    struct Path {
        var row: FileRow
        /// Number + 1 of the task whose look in this run made the row; 0: none did.
        var owner: UInt32
        /// It was written anew with the content it had.
        var isRemade = false
        /// Whether the latest time lies far enough before the look for kernels with coarse clocks.
        var isOldEnough = true
    }

    let graph: UInt64
    public var facts: ImprintFacts
    let earlier: Imprint?
    /// For a part of a graph: the numbers of its tasks in the whole; nil: the same.
    private let numbers: [Int]?
    var paths = PathTable()
    var files: [Path] = []
    var entries: [Entry]

    /// - Parameters:
    ///   - earlier: what holds as far as the run does not say otherwise: an imprint of the same graph whose facts hold.
    ///   - numbers: for a run on a part of the graph, the numbers of its tasks in the whole.
    public init(graph: UInt64, count: Int, facts: ImprintFacts, earlier: Imprint?, numbers: [Int]? = nil) {
        self.graph = graph
        self.facts = facts
        self.earlier = earlier
        self.numbers = numbers
        entries = Array(repeating: Entry(), count: count)
        if let earlier { adopt(earlier) }
    }

    private mutating func adopt(_ earlier: Imprint) {
        for directory in 0..<earlier.directoryCount {
            let path = String(cString: earlier.directoryPath(directory))
            let number = Array(path.utf8).withUnsafeBytes { paths.number(ofDirectory: $0) }
            for file in earlier.files(ofDirectory: directory) {
                _ = paths.number(of: earlier.nameBytes(file), in: number)
                files.append(Path(row: earlier.row(file), owner: 0))
            }
        }
        for task in entries.indices {
            let state = earlier.state(task)
            guard state != .unknown else { continue }
            entries[task].state = state
            entries[task].content = earlier.content(task) ?? .zero
            entries[task].key = earlier.key(task)
        }
    }

    /// A task is up to date now, and will be as long as nothing that was looked at changes.
    ///
    /// - Parameters:
    ///   - inputs: looks at what its key is made of.
    ///   - outputs: looks at what it makes.
    public mutating func settle(
        _ task: TaskID, content: Digest, key: Digest, inputs: [Looks], outputs: Looks
    ) {
        guard let number = number(task) else { return }
        let isSameContent = earlier?.content(number) == content
        var looks: [UInt32] = []
        looks.reserveCapacity(inputs.reduce(outputs.observations.count) { $0 + $1.observations.count })
        for batch in inputs {
            for observation in batch.observations {
                looks.append(look(observation, number, batch.takenAt, isRemade: false))
            }
        }
        for observation in outputs.observations {
            looks.append(look(observation, number, outputs.takenAt, isRemade: isSameContent))
        }
        if looks.count > 1 { looks.sort() }
        entries[number] = Entry(state: .settled, content: content, key: key, looks: looks.withoutRepeats)
    }

    /// A task's content is known, but it has to be looked at every time.
    public mutating func know(_ task: TaskID, content: Digest) {
        guard let number = number(task) else { return }
        entries[number] = Entry(state: .contentKnown, content: content, looks: [])
    }

    /// Nothing is known of a task any more.
    public mutating func forget(_ task: TaskID) {
        guard let number = number(task) else { return }
        entries[number] = Entry(looks: [])
    }

    private func number(_ task: TaskID) -> Int? {
        let number = numbers == nil ? task.index : numbers.flatMap { task.index < $0.count ? $0[task.index] : nil }
        return number.flatMap { $0 < entries.count ? $0 : nil }
    }

    /// Notes the state of a path; gives its number.
    private mutating func look(
        _ observation: Observation, _ task: Int, _ takenAt: UInt64, isRemade: Bool
    ) -> UInt32 {
        var row = FileRow(observation)
        let taken = Int64(clamping: takenAt)
        if row.latest > taken { row.look |= FileRow.isNeverSame }
        let isOldEnough = row.latest < taken - ImprintBuilder.tick
        let owner = UInt32(task + 1)
        let number = paths.number(of: observation.path)
        let path = Path(row: row, owner: owner, isRemade: isRemade, isOldEnough: isOldEnough)
        if number == files.count {
            files.append(path)
        } else if files[number].owner == 0 || files[number].owner == owner {
            // The later look of one task counts, except that a whole one is more than one at the type.
            guard files[number].owner == 0 || !observation.isTypeOnly else { return UInt32(number) }
            files[number] = path
        } else if files[number].row.look & FileRow.isTypeOnly != 0, !observation.isTypeOnly {
            files[number] = path
        } else if files[number].row != row, !observation.isTypeOnly {
            // It changed between two looks of this run: nobody may rely on it.
            files[number].row.look |= FileRow.isNeverSame
        }
        return UInt32(number)
    }

    /// Two changes closer than this may have one time on kernels that take it from the timer interrupt: at most 10 ms
    /// (HZ=100), with a margin. In nanoseconds.
    static let tick: Int64 = 20_000_000
}

extension [UInt32] {
    /// Of a sorted array.
    fileprivate var withoutRepeats: [UInt32] {
        if count < 2 { return self }
        var kept: [UInt32] = []
        kept.reserveCapacity(count)
        for value in self where value != kept.last { kept.append(value) }
        return kept
    }
}
