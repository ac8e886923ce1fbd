// The frozen graph: definitions by id, edges both ways, names. Nothing in it changes after loading.

public import Vocabulary

/// How one task needs another.
public struct Need: Hashable, Sendable {
    public enum Kind: UInt8, Sendable {
        /// Orders, blocks on failure, and contributes the dependency's outputs to the key.
        case hard
        /// Orders and blocks on failure, contributes nothing.
        case orderOnly
        /// Orders only if the other runs anyway.
        case soft
        /// Orders and blocks on failure, and hands on nothing but numbers: no content, and in a workspace no layer.
        case figures

        /// Whether the layers that the other stands on, and its own, are seen by who needs it.
        public var handsOnLayers: Bool { self == .hard || self == .orderOnly }

        /// Of two needs of one task the stronger counts: the one that comes first here.
        static let byStrength: [Kind] = [.hard, .orderOnly, .figures, .soft]

        func isStronger(than other: Kind) -> Bool {
            Kind.byStrength.firstIndex(of: self)! < Kind.byStrength.firstIndex(of: other)!
        }
    }

    public let task: TaskID
    public let kind: Kind
    /// Where the need comes from: an item of `needs`, or the input pattern that it was inferred from.
    public let range: SourceRange
    public let isInferred: Bool

    public init(task: TaskID, kind: Kind, range: SourceRange, isInferred: Bool = false) {
        self.task = task
        self.kind = kind
        self.range = range
        self.isInferred = isInferred
    }
}

/// A validated, acyclic graph of tasks.
public struct Graph: Sendable {
    /// A named group and the tasks in it.
    public struct Group: Sendable {
        public let name: String
        public let title: String?
        public let isHidden: Bool
        public let range: SourceRange
        /// Declaration order makes every group a range of ids.
        public let members: Range<UInt32>
    }

    public let root: String
    /// The plan's name from the root file.
    public let title: String?
    public let tasks: IDMap<TaskDefinition>
    public let groups: [Group]
    /// Sizes of the named pools.
    public let pools: [String: Int]
    /// Compressed rows: the needs of task `i` are `needList[needStart[i]..<needStart[i + 1]]`.
    let needStart: [UInt32]
    let needList: [Need]
    let dependentStart: [UInt32]
    let dependentList: [TaskID]
    /// Full names, groups and templates of instances, each with the tasks it stands for.
    let names: [String: [TaskID]]
    /// Nil in a part of a graph that was read from a snapshot: such a part has no expansions.
    let loader: Loader?
    /// Names of the caller's variables that `${{ env.NAME }}` asked for while loading, sorted.
    public let readVariables: [String]

    public var count: Int { tasks.count }
    public var ids: some Sequence<TaskID> { tasks.ids }

    public subscript(id: TaskID) -> TaskDefinition { tasks[id] }

    public func needs(of id: TaskID) -> ArraySlice<Need> {
        needList[Int(needStart[id.index])..<Int(needStart[id.index + 1])]
    }

    public func dependents(of id: TaskID) -> ArraySlice<TaskID> {
        dependentList[Int(dependentStart[id.index])..<Int(dependentStart[id.index + 1])]
    }

    /// Tasks that a full name stands for: a task, all of a group, all instances; empty when there is none.
    public func tasks(named name: String) -> [TaskID] { names[name] ?? [] }

    /// The targets and everything they need, hard or order-only, as a table of flags.
    public func closure(of targets: [TaskID]) -> IDMap<Bool> {
        var isWanted = IDMap(repeating: false, count: count)
        var stack = targets
        for target in targets { isWanted[target] = true }
        while let id = stack.popLast() {
            for need in needs(of: id) where need.kind != .soft && !isWanted[need.task] {
                isWanted[need.task] = true
                stack.append(need.task)
            }
        }
        return isWanted
    }

    /// The tasks of a closure in an order in which every task follows what it needs; ties in declaration order.
    public func topologicalOrder(of isWanted: IDMap<Bool>) -> [TaskID] {
        var blockers = IDMap(repeating: 0, count: count)
        var ready: [TaskID] = []
        for id in ids where isWanted[id] {
            blockers[id] = needs(of: id).count { isWanted[$0.task] }
            if blockers[id] == 0 { ready.append(id) }
        }
        var order: [TaskID] = []
        var next = 0
        while next < ready.count {
            let id = ready[next]
            next += 1
            order.append(id)
            for dependent in dependents(of: id) where isWanted[dependent] {
                blockers[dependent] -= 1
                if blockers[dependent] == 0 { ready.append(dependent) }
            }
        }
        return order
    }
}
