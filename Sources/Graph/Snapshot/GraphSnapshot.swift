// A frozen graph that is read where it lies in memory: names, needs, and single definitions on demand.

internal import Hashing
public import Vocabulary

/// The graph in a snapshot file. Opening it reads the index only; a definition is read when it is asked for.
public struct GraphSnapshot: Sendable {
    private let region: ByteRegion
    private let starts: [Int]
    public let count: Int
    private let slotCount: Int
    /// What the graph was made from.
    public let facts: LoadFacts
    private let pools: [String: Int]
    /// Changes with anything in the file: what refers to task numbers of this snapshot carries it.
    public let identity: UInt64

    /// Nil when the bytes are not a whole snapshot of this format.
    public init?(_ region: ByteRegion) {
        let bytes = region.bytes
        guard bytes.count >= SnapshotLayout.headerSize, bytes.value(at: 0) == SnapshotLayout.magic,
            bytes.value(at: 8) == SnapshotLayout.format
        else { return nil }
        starts = (0...SnapshotLayout.Section.allCases.count).map { Int(bytes.value(at: 32 + $0 * 8, as: UInt64.self)) }
        guard zip(starts, starts.dropFirst()).allSatisfy(<=), starts[0] == SnapshotLayout.headerSize,
            starts[starts.count - 1] == bytes.count
        else { return nil }
        let index = bytes.part(16..<starts[SnapshotLayout.Section.definitions.rawValue])
        let sum: UInt32 = bytes.value(at: 12)
        guard checksum(index) == sum else { return nil }
        count = Int(bytes.value(at: 16, as: UInt32.self))
        slotCount = Int(bytes.value(at: 24, as: UInt32.self))
        identity = UInt64(sum) << 32 | UInt64(UInt32(truncatingIfNeeded: bytes.count))
        var reader = ByteReader(bytes.part(starts[0]..<starts[1]))
        guard let facts = LoadFacts(from: &reader), let poolCount: UInt32 = reader.integer() else { return nil }
        var pools: [String: Int] = [:]
        for _ in 0..<poolCount {
            guard let name = reader.string(), let size: Int64 = reader.integer() else { return nil }
            pools[name] = Int(size)
        }
        self.facts = facts
        self.pools = pools
        self.region = region
    }

    /// The tasks that a full name stands for; nil when it stands for nothing.
    public func tasks(named name: String) -> [TaskID]? {
        var slot = Int(truncatingIfNeeded: GraphSnapshot.hash(name)) & (slotCount - 1)
        while true {
            let number = item(slot, .slots) - 1
            guard number >= 0 else { return nil }
            if isName(number, name) {
                return (item(number, .namedStarts)..<item(number + 1, .namedStarts)).map { TaskID(item($0, .named)) }
            }
            slot = (slot + 1) & (slotCount - 1)
        }
    }

    /// Calls the body for everything a task needs.
    @inline(__always)
    public func forEachNeed(of task: Int, _ body: (_ task: Int, _ kind: Need.Kind) -> Void) {
        for position in item(task, .needStarts)..<item(task + 1, .needStarts) {
            let packed = item(position, .needs)
            body(packed >> 3, Need.Kind(rawValue: UInt8(packed & 3)) ?? .hard)
        }
    }

    /// Calls the body for everything that needs a task.
    @inline(__always)
    public func forEachDependent(of task: Int, _ body: (_ task: Int, _ kind: Need.Kind) -> Void) {
        for position in item(task, .dependentStarts)..<item(task + 1, .dependentStarts) {
            let packed = item(position, .dependents)
            body(packed >> 3, Need.Kind(rawValue: UInt8(packed & 3)) ?? .hard)
        }
    }

    /// Whether the definition is in the snapshot.
    public func hasDefinition(_ task: Int) -> Bool {
        region.bytes[start(.flags) + task] == 1
    }

    /// A graph of some of the tasks, in the order given, with the needs among them; nil when a definition is damaged
    /// or not in the snapshot. It has neither groups nor names.
    public func part(_ tasks: [Int]) -> Graph? {
        var numbers: [Int: Int] = [:]
        for (number, task) in tasks.enumerated() { numbers[task] = number }
        var definitions: [TaskDefinition] = []
        var needStart: [UInt32] = [0]
        var needs: [Need] = []
        var dependents: [[TaskID]] = Array(repeating: [], count: tasks.count)
        for (number, task) in tasks.enumerated() {
            guard let definition = definition(task) else { return nil }
            definitions.append(definition)
            for position in item(task, .needStarts)..<item(task + 1, .needStarts) {
                let packed = item(position, .needs)
                guard let other = numbers[packed >> 3], let kind = Need.Kind(rawValue: UInt8(packed & 3)) else {
                    continue
                }
                needs.append(
                    Need(task: TaskID(other), kind: kind, range: definition.range, isInferred: packed & 4 != 0))
                dependents[other].append(TaskID(number))
            }
            needStart.append(UInt32(needs.count))
        }
        var dependentStart: [UInt32] = [0]
        for row in dependents { dependentStart.append(dependentStart[dependentStart.count - 1] + UInt32(row.count)) }
        return Graph(
            root: facts.root, title: facts.title, tasks: IDMap(definitions), groups: [], pools: pools,
            needStart: needStart,
            needList: needs, dependentStart: dependentStart, dependentList: dependents.flatMap { $0 }, names: [:],
            loader: nil, readVariables: []
        )
    }

    private func definition(_ task: Int) -> TaskDefinition? {
        let first = start(.definitions)
        let range = first + item(task, .definitionStarts)..<first + item(task + 1, .definitionStarts)
        guard range.count > 4, range.upperBound <= region.bytes.count else { return nil }
        let bytes = region.bytes.part(range.lowerBound + 4..<range.upperBound)
        guard checksum(bytes) == region.bytes.value(at: range.lowerBound) else { return nil }
        var reader = ByteReader(bytes)
        return TaskDefinition.decoded(from: &reader)
    }

    static func hash(_ name: String) -> UInt64 {
        var copy = name
        return copy.withUTF8 { UnsafeRawBufferPointer($0).spread }
    }

    private func isName(_ number: Int, _ name: String) -> Bool {
        let first = start(.nameBytes)
        let range = first + item(number, .nameStarts)..<first + item(number + 1, .nameStarts)
        return name.utf8.elementsEqual(region.bytes.part(range))
    }

    @inline(__always)
    private func start(_ section: SnapshotLayout.Section) -> Int { starts[section.rawValue] }

    @inline(__always)
    private func item(_ index: Int, _ section: SnapshotLayout.Section) -> Int {
        region.bytes.item(index, ofTableAt: starts[section.rawValue])
    }
}
