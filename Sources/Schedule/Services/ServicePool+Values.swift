// What goes into the pool of services and what comes out of it. Values only.

/// What the pool must know of a service.
public struct ServiceTraits: Sendable {
    /// Whether every lease gets an instance that nobody used before.
    public var isPrivate: Bool
    /// Services that each of its instances leases for itself.
    public var uses: [ServiceID]
    /// Whether something has to be made once before the first instance.
    public var hasTemplate: Bool
    /// How many instances may wait, started, for leases to come. Only private ones do.
    public var mostSpares: Int

    public init(isPrivate: Bool, uses: [ServiceID] = [], hasTemplate: Bool = true, mostSpares: Int = 0) {
        self.isPrivate = isPrivate
        self.uses = uses
        self.hasTemplate = hasTemplate
        self.mostSpares = mostSpares
    }

    /// How many spares each of several services may keep: no more than there are job slots, whose tasks could lease them,
    /// and together no more than fit into memory.
    public static func sparesOfEach(of services: Int, slots: Int, memory: Int) -> Int {
        min(slots, memory / max(1, services))
    }
}

/// What happened.
public enum ServiceEvent: Sendable {
    /// Somebody wants to use a service. Leases with equal `sharing` get the same instance of a shared service.
    case asked(LeaseID, ServiceID, sharing: String)
    /// A lease is given back, granted or not.
    case released(LeaseID)
    case templateBuilt(ServiceID)
    case templateFailed(ServiceID, String)
    /// What an instance needs on disk is there: it can be started.
    case prepared(InstanceID)
    /// The probe succeeded.
    case ready(InstanceID)
    /// It could not be prepared, or does not answer: why. Its process may still run.
    case failed(InstanceID, String)
    /// Its process, and all that this one started, is gone, or could not be started: why, if nobody wanted that.
    case ended(InstanceID, String)
    /// At most so many leases will still be asked for; each that is asked for makes it one less. As long as nobody has said so, instances are kept.
    case expects(ServiceID, sharing: String, leases: Int)
    /// Everything is to stop; nothing will be asked for any more.
    case closing
}

/// What is to be done, in this order.
public enum ServiceAction: Hashable, Sendable {
    case buildTemplate(ServiceID)
    /// Make ready on disk what an instance needs. Its own leases are granted.
    case prepare(InstanceID)
    /// Start its process and probe it.
    case start(InstanceID)
    /// End its process; `ended` follows.
    case stop(InstanceID)
    /// Nothing runs any more: remove what `prepare` made.
    case discard(InstanceID)
    case grant(LeaseID, InstanceID)
    /// There will be no instance for it: why. The lease is gone.
    case refuse(LeaseID, String)
    /// The instance that was granted is gone: why. The lease still has to be released.
    case lose(LeaseID, String)
}
