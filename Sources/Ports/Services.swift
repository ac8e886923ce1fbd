// The seam to servers: a driver makes a template once, and from it plans of instances. It starts no instance itself.

public import Vocabulary

/// What kept a service from being made: what happened, where and why, and what to do.
public struct ServiceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence, perhaps with lines of a log below it.
    public let message: String
    /// What to do about it.
    public let hint: String?

    public init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    public var description: String { message + (hint.map { "\n  hint: \($0)" } ?? "") }

    /// What is said to people: of which service it is, if the message does not say so itself.
    public func text(about service: String) -> String {
        message.hasPrefix("service \"") ? description : "service \"\(service)\": \(description)"
    }
}

/// What all instances of a recipe have in common. Belongs to the driver that made it.
public struct ServiceTemplate: Hashable, Sendable {
    public var recipe: ServiceRecipe
    /// As `identity(of:)` gives it.
    public let identity: Digest
    /// Absolute path of the server; empty when the recipe's command says what is executed.
    public let program: String
    /// What the server says of itself.
    public let version: String
    /// Absolute path of what instances begin with; nil when they begin with nothing.
    public let directory: String?
    /// The password that all instances have; nil when they have none, or each its own.
    public let secret: String?
    /// Something that happened on the way and that people want to know, such as that a damaged template was made again.
    public let notes: [String]

    public init(
        recipe: ServiceRecipe, identity: Digest, program: String = "", version: String = "", directory: String? = nil,
        secret: String? = nil, notes: [String] = []
    ) {
        self.recipe = recipe
        self.identity = identity
        self.program = program
        self.version = version
        self.directory = directory
        self.secret = secret
        self.notes = notes
    }
}

/// How an instance is ended.
public struct StopPlan: Hashable, Sendable {
    /// Sent to the instance's own process; what it started it ends itself. KILL is the end at once.
    public let signal: Int32
    /// Nanoseconds until KILL is sent to all that is left.
    public let grace: UInt64
    /// Whether one that is not ready yet is ended by KILL at once: it has nothing that is worth an orderly end.
    public let killsUnready: Bool

    public init(signal: Int32, grace: UInt64, killsUnready: Bool = false) {
        self.signal = signal
        self.grace = grace
        self.killsUnready = killsUnready
    }
}

/// An instance that can be started.
public struct InstancePlan: Hashable, Sendable {
    /// Unique on this machine as long as the instance is not discarded.
    public let id: String
    /// What starts it. Its output is the server's log.
    public let request: ProcessRequest
    /// Where it will answer.
    public let address: ServiceAddress
    public let stop: StopPlan
    /// Absolute path of what belongs to it alone (sockets, data): gone after `discard`. Nil: nothing.
    public let directory: String?
    public let template: ServiceTemplate

    public init(
        id: String, request: ProcessRequest, address: ServiceAddress, stop: StopPlan, directory: String?,
        template: ServiceTemplate
    ) {
        self.id = id
        self.request = request
        self.address = address
        self.stop = stop
        self.directory = directory
        self.template = template
    }
}

/// The drivers of this machine behind one door. Safe to call from several threads; each call but `discard` may block, so
/// none is for the loop of a run.
public protocol ServiceDriving: Sendable {
    /// What of the recipe decides how instances behave: server version, settings, contents of setup files, image, command,
    /// variables, whatever the driver makes use of. Part of the keys of tasks that use the service, and the only place
    /// where the recipe gets into them. Makes nothing.
    /// - Throws: when the server is not installed, or a setup file cannot be read.
    func identity(of recipe: ServiceRecipe) throws(ServiceError) -> Digest
    /// What instances are made from; built if it is not there, which takes a second or so. If somebody else is building
    /// it, waits for him.
    func template(for recipe: ServiceRecipe) throws(ServiceError) -> ServiceTemplate
    /// Plans an instance; a few milliseconds of work with files. To be discarded when its process has ended, or was
    /// never started.
    /// - Parameter name: for people, in messages.
    func instance(of template: ServiceTemplate, name: String) throws(ServiceError) -> InstancePlan
    /// Makes a database of its own in a running instance, with what the template has in it.
    /// - Parameter name: lower-case letters, digits and `_`, not there yet.
    /// - Throws: also when the driver knows no databases.
    func database(_ name: String, on instance: InstancePlan) throws(ServiceError) -> ServiceAddress
    /// Clears away all that belongs to an instance whose processes are gone.
    func discard(_ instance: InstancePlan)
}
