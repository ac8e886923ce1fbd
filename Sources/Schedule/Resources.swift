// What limits how many tasks run at once: job slots, pools, locks. Counts; starts nothing.

/// What one task takes while it runs.
public struct ResourceDemand: Hashable, Sendable {
    /// Job slots; more than there are counts as all of them.
    public var slots: Int
    public var pool: String?
    public var locks: [String]

    public init(slots: Int = 1, pool: String? = nil, locks: [String] = []) {
        self.slots = slots
        self.pool = pool
        self.locks = locks
    }
}

struct Resources {
    private let jobs: Int
    var freeSlots: Int
    /// A task starts with fewer slots than it wants rather than wait.
    var isElastic = false
    private var freeInPool: [String: Int]
    private var heldLocks: Set<String> = []

    /// What a task that cannot start is waiting for.
    enum Shortage: Hashable {
        case slots
        case pool(String)
        case lock(String)
    }

    init(jobs: Int, pools: [String: Int]) {
        self.jobs = max(1, jobs)
        freeSlots = self.jobs
        freeInPool = pools
    }

    func shortage(for demand: ResourceDemand) -> Shortage? {
        if let lock = demand.locks.first(where: heldLocks.contains) { return .lock(lock) }
        if let pool = demand.pool, freeInPool[pool] == 0 { return .pool(pool) }
        return freeSlots < (isElastic ? 1 : slots(demand)) ? .slots : nil
    }

    func missing(for demand: ResourceDemand) -> Int { max(0, slots(demand) - freeSlots) }

    /// Whether a slot is free besides those of the demand.
    func leavesSlot(after demand: ResourceDemand) -> Bool { freeSlots > slots(demand) }

    /// - Returns: how many slots it was given.
    mutating func take(_ demand: ResourceDemand) -> Int {
        let given = min(slots(demand), freeSlots)
        freeSlots -= given
        if let pool = demand.pool { freeInPool[pool]? -= 1 }
        heldLocks.formUnion(demand.locks)
        return given
    }

    mutating func release(_ demand: ResourceDemand) {
        freeSlots += slots(demand)
        if let pool = demand.pool { freeInPool[pool]? += 1 }
        heldLocks.subtract(demand.locks)
    }

    func slots(_ demand: ResourceDemand) -> Int { min(max(1, demand.slots), jobs) }
}
