// Where drivers keep templates and what they are told about this machine.

internal import Glibc

/// What the drivers of services are made with.
public struct ServicePlace: Sendable {
    /// Templates, shared by all who use the cache; absolute.
    public let templates: String
    /// Directories that may hold what belongs to a run, the best first. Sockets lie in it, so their paths must be short.
    public let runs: [String]
    /// Arguments that execute the launcher (`tg_service_main`).
    public let launcher: [String]
    /// `PATH` as it is searched for servers and given to them.
    public let path: String
    /// Where Debian keeps the versions of PostgreSQL, `VERSION/bin` each.
    public let installations: String
    /// Most bytes that an instance can write; 0: what the kernel gives a tmpfs, half of the memory.
    public let dataLimit: UInt64
    /// The container engine that was chosen: a name in PATH, or an absolute path. Nil: podman or docker, whichever answers.
    public let engine: String?

    /// - Parameter cache: the directory of the cache; absolute.
    public init(
        cache: String, runs: [String]? = nil, launcher: [String] = ["/proc/self/exe", "__service"], path: String? = nil,
        installations: String = "/usr/lib/postgresql", dataLimit: UInt64 = 0, engine: String? = nil
    ) {
        templates = cache + "/services"
        let temporary = getenv("TMPDIR").map { String(cString: $0) }
        self.runs = runs ?? ["/dev/shm", temporary, "/tmp"].compactMap { $0 }.filter { $0.hasPrefix("/") }
        self.launcher = launcher
        self.path = path ?? getenv("PATH").map { String(cString: $0) } ?? ProgramSearch.defaultPath
        self.installations = installations
        self.dataLimit = dataLimit
        let named = getenv(ContainerEngines.variable).map { String(cString: $0) } ?? ""
        self.engine = engine ?? (named.isEmpty ? nil : named)
    }
}
