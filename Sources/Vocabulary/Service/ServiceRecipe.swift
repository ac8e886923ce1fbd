// Everything a driver is told to make instances of a service. Does not know who uses them, nor when they are ready.

/// A service with all its templates resolved but those that name the instance itself.
public struct ServiceRecipe: Hashable, Sendable {
    public enum Driver: String, Hashable, Sendable, CaseIterable {
        case postgres, redis, process, container
    }

    /// A named value: a server setting.
    public struct Setting: Hashable, Sendable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A variable of the server's own environment.
    public struct Variable: Hashable, Sendable {
        public let name: String
        public let value: ServiceText

        public init(_ name: String, _ value: ServiceText) {
            self.name = name
            self.value = value
        }
    }

    /// How an instance is asked to end, and how long it may take before it is killed.
    public struct Shutdown: Hashable, Sendable {
        /// A signal's number; nil: the driver's own choice.
        public var signal: Int32?
        /// Nanoseconds; nil: the driver's own choice.
        public var timeout: UInt64?

        public init(signal: Int32? = nil, timeout: UInt64? = nil) {
            self.signal = signal
            self.timeout = timeout
        }
    }

    /// What a process or container executes.
    public enum Command: Hashable, Sendable {
        /// For the shell.
        case script(ServiceText)
        /// Program and arguments.
        case arguments([ServiceText])
    }

    public var name: String
    public var driver: Driver
    /// Of the server: `15`, `15.4`; nil: whatever is found.
    public var version: String?
    /// In the order in which they were written.
    public var settings: [Setting] = []
    /// Absolute paths of files that are applied once, in this order.
    public var setup: [String] = []
    public var image: String?
    /// `HOST:CONTAINER[:OPTIONS]`, the host's part absolute.
    public var volumes: [String] = []
    /// The port it must listen on; of a container the one inside. Nil: any free one.
    public var port: UInt16?
    public var command: Command?
    /// Where a process is started; absolute.
    public var directory: String = "/"
    /// Of a process or a container; the servers of other drivers get what they need and nothing else.
    public var environment: [Variable] = []
    /// What executes a script: program and options, the script follows.
    public var shell: [String] = ["sh", "-eu", "-c"]
    public var shutdown = Shutdown()

    public init(name: String, driver: Driver) {
        self.name = name
        self.driver = driver
    }
}
