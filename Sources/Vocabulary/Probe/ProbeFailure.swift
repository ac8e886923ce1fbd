// Why a probe did not succeed, as a value with all that helps to find the cause. Its words are the room Report's.

public struct ProbeFailure: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// Not ready within this many nanoseconds.
        case deadline(UInt64)
        /// So many failures in a row.
        case failures(Int)
        /// It cannot be tried at all, and trying again would not help.
        case impossible
    }

    /// Who listens on the port that was tried, on this machine.
    public enum PortOwner: Hashable, Sendable {
        case nobody
        case process(pid: Int32, command: String)
        /// Somebody whose processes we may not look at.
        case user(UInt32)
    }

    public struct Port: Hashable, Sendable {
        public let number: UInt16
        public let owner: PortOwner

        public init(_ number: UInt16, _ owner: PortOwner) {
            self.number = number
            self.owner = owner
        }
    }

    /// What was tried and where: `postgres at 127.0.0.1:5432`.
    public let subject: String
    public let purpose: ProbePurpose
    public let reason: Reason
    public var attempts = 0
    /// What the last attempt found.
    public var lastError: String?
    /// Nil when no port of this machine was tried.
    public var port: Port?
    /// The last lines of the log.
    public var log: [String] = []
    public var hint: String?

    public init(_ subject: String, _ purpose: ProbePurpose, _ reason: Reason) {
        self.subject = subject
        self.purpose = purpose
        self.reason = reason
    }
}
