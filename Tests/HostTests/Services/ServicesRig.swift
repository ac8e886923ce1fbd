// Real servers from the drivers, started by a real reactor, and clients that talk to them.

import Glibc
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

/// Drivers with a cache and a run directory of their own.
final class ServicesRig {
    let rig: ReactorRig
    let place: ServicePlace
    var services: HostServices?
    private(set) var tokens: [String: ProcessToken] = [:]

    init(_ rig: ReactorRig, path: String? = nil, dataLimit: UInt64 = 0, launcher prefix: [String] = []) {
        self.rig = rig
        // The servers' user has to get to its sockets.
        chmod(rig.directory, 0o755)
        place = ServicePlace(
            cache: rig.directory + "/cache", runs: [rig.directory], launcher: prefix + [ViewRig.command, "__service"],
            path: path, dataLimit: dataLimit)
        services = HostServices(place)
    }

    static let installed = ["/usr/local/bin", "/usr/bin", "/bin"].joined(separator: ":")

    var driver: HostServices {
        guard let services else { fatalError("the drivers are gone") }
        return services
    }

    static func recipe(
        _ driver: ServiceRecipe.Driver, settings: [(String, String)] = [], setup: [String] = []
    ) -> ServiceRecipe {
        var recipe = ServiceRecipe(name: "store", driver: driver)
        recipe.settings = settings.map { ServiceRecipe.Setting($0.0, $0.1) }
        recipe.setup = setup
        return recipe
    }

    func write(_ name: String, _ text: String, mode: UInt16 = 0o644) throws -> String {
        let path = rig.directory + "/" + name
        try DiskFiles().write(Array(text.utf8), to: path, mode: mode)
        return path
    }

    /// Plans an instance, starts it and waits until it says that it is ready.
    func start(_ template: ServiceTemplate, name: String = "store") throws -> InstancePlan {
        let plan = try driver.instance(of: template, name: name)
        let token = try rig.start(plan.request)
        tokens[plan.id] = token
        while !log(of: plan).contains("eady to accept connections") {
            rig.note(rig.reactor.next(until: nil))
            if rig.order.contains(token) { throw RigError("the server has ended:\n" + log(of: plan)) }
        }
        return plan
    }

    func log(of plan: InstancePlan) -> String {
        tokens[plan.id].flatMap { rig.transcripts[$0]?.text } ?? ""
    }

    func pid(of plan: InstancePlan) -> Int32 { tokens[plan.id].map { rig.pid(of: $0) } ?? -1 }

    /// As the engine does it.
    func stop(_ plan: InstancePlan) {
        guard let token = tokens[plan.id] else { return }
        kill(rig.pid(of: token), plan.stop.signal)
        _ = rig.end(of: token)
        driver.discard(plan)
    }

    /// What a statement gives, over TCP.
    func ask(_ plan: InstancePlan, _ statement: String, database: String? = nil) throws -> String {
        var address = plan.address
        address.database = database ?? address.database
        return try client([psql(plan), "-X", "-tA", address.url, "-c", statement])
    }

    /// The same over the Unix socket.
    func askLocally(_ plan: InstancePlan, _ statement: String) throws -> String {
        let address = plan.address
        let target =
            "host=\(address.socket ?? "") port=\(address.port ?? 0) user=\(address.user ?? "")"
            + " password=\(address.password ?? "") dbname=\(address.database ?? "")"
        return try client([psql(plan), "-X", "-tA", target, "-c", statement])
    }

    func askRedis(_ plan: InstancePlan, _ words: String...) throws -> String {
        let password = plan.address.password ?? ""
        return try client(
            ["redis-cli", "--no-auth-warning", "-p", "\(plan.address.port ?? 0)", "-a", password] + words)
    }

    func client(_ arguments: [String]) throws -> String {
        let text = rig.end(of: try rig.start(arguments)).text
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    private func psql(_ plan: InstancePlan) -> String {
        Staging.parent(of: plan.template.program) + "/psql"
    }
}

/// Gives drivers to a test, with and without a warden; afterwards no process, mount, shared memory segment, socket or
/// directory may be left.
func withServices(
    path: String? = nil, dataLimit: UInt64 = 0, launcher: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (ServicesRig) throws -> Void
) throws {
    let memory = abandonedMemory()
    try withRig(sourceLocation: sourceLocation) { rig in
        let services = ServicesRig(rig, path: path, dataLimit: dataLimit, launcher: launcher)
        try body(services)
        services.services = nil
        #expect(leftovers(in: rig.directory) == [], sourceLocation: sourceLocation)
        #expect(access("\(rig.directory)/taskgraph-\(geteuid())", F_OK) != 0, sourceLocation: sourceLocation)
    }
    #expect(abandonedMemory().subtracting(memory) == [], sourceLocation: sourceLocation)
}

/// Templates in a cache, by identity.
func keptTemplates(in cache: String) -> [String] {
    let services = cache + "/services"
    return DirectoryNames.list(services).flatMap { DirectoryNames.list(services + "/" + $0) }.filter { $0.count == 64 }
}

/// Directories of instances, and mounts under a directory.
func leftovers(in directory: String) -> [String] {
    let runs = "\(directory)/taskgraph-\(geteuid())"
    let mounts = (try? DiskFiles().bytes("/proc/self/mounts")) ?? []
    let lines = String(decoding: mounts, as: UTF8.self).split(separator: "\n").map(String.init)
    return DirectoryNames.list(runs).map { runs + "/" + $0 } + lines.filter { $0.contains(directory) }
}

/// Shared memory that nobody uses any more.
func abandonedMemory() -> Set<String> {
    let table = (try? DiskFiles().bytes("/proc/sysvipc/shm")) ?? []
    let lines = String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst().map {
        $0.split(separator: " ")
    }
    let segments = lines.filter { $0.count > 6 && $0[6] == "0" }.map { String($0[1]) }
    let files = DirectoryNames.list("/dev/shm").filter { $0.hasPrefix("PostgreSQL") }
    guard !files.isEmpty else { return Set(segments) }
    let maps = DirectoryNames.list("/proc").filter { Int32($0) != nil }.compactMap { pid in
        (try? DiskFiles().bytes("/proc/\(pid)/maps")).map { String(decoding: $0, as: UTF8.self) }
    }
    return Set(segments + files.filter { file in !maps.contains { $0.contains("/dev/shm/" + file) } })
}
