// What one instance of a service wrote, and how it ended. Values only.

/// The log of an instance that is gone.
public struct ServiceLog: Sendable, Hashable {
    /// The service's name.
    public let service: String
    /// Who used the instance, in the order in which they got it.
    public let users: [String]
    /// What became of it: `ended with exit code 1`, `was stopped`.
    public let ending: String
    /// Whether nobody wanted that.
    public let isFailure: Bool
    /// The end of what it wrote, in whole lines, passwords masked.
    public let bytes: [UInt8]

    public init(service: String, users: [String], ending: String, isFailure: Bool, bytes: [UInt8]) {
        self.service = service
        self.users = users
        self.ending = ending
        self.isFailure = isFailure
        self.bytes = bytes
    }
}
