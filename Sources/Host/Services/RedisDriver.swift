// Redis (or Valkey) as private instances of the server that is installed. Starts none: it plans them.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

/// An instance is a server without persistence, with a configuration file of its own that nobody else can read; with
/// setup files it begins with a dump of what they made.
struct RedisDriver: Sendable {
    let server: InstalledServer

    init(place: ServicePlace, programs: ServerPrograms) {
        server = InstalledServer("redis", place, programs, users: ["redis"])
    }

    func identity(of recipe: ServiceRecipe) throws(ServiceError) -> Digest {
        try identity(of: recipe, installed(for: recipe))
    }

    private func identity(of recipe: ServiceRecipe, _ program: RedisProgram) throws(ServiceError) -> Digest {
        try server.identity(of: recipe, format: RedisConfiguration.format, version: program.version)
    }

    private func installed(for recipe: ServiceRecipe) throws(ServiceError) -> RedisProgram {
        try RedisProgram.find(server.programs, wanted: recipe.version, service: recipe.name)
    }

    func template(for recipe: ServiceRecipe, _ run: ServiceRun) throws(ServiceError) -> ServiceTemplate {
        let program = try installed(for: recipe)
        try RedisConfiguration.check(recipe)
        let identity = try identity(of: recipe, program)
        // Without setup there is nothing to begin with.
        let kept =
            recipe.setup.isEmpty
            ? nil
            : try server.template(identity, run) { (directory) throws(ServiceError) in
                let template = RedisTemplate(
                    recipe: recipe, program: program.path, place: server.place, user: server.user, directory: directory)
                return (try template.build(), "")
            }
        return ServiceTemplate(
            recipe: recipe, identity: identity, program: program.path, version: program.version,
            directory: kept?.content, notes: kept?.damage.map { [$0] } ?? [])
    }

    /// - Parameter port: reserved.
    func instance(of template: ServiceTemplate, port: UInt16, _ run: ServiceRun) throws(ServiceError) -> InstancePlan {
        let recipe = template.recipe
        let directory = try server.directory(in: run)
        let configuration = RedisConfiguration(
            recipe: recipe, directory: directory, port: port, password: RandomText.password())
        do throws(SystemFailure) {
            try configuration.write(for: server.user)
            if let dump = template.directory { try copyDump(dump, to: directory) }
        } catch {
            throw ServiceError("service \"\(recipe.name)\" could not be prepared: \(error)")
        }
        return InstancePlan(
            id: directory,
            request: server.request([template.program, configuration.path], in: directory),
            address: ServiceAddress(
                scheme: "redis", port: port, user: "default", password: configuration.password, database: "0",
                socket: configuration.socket),
            // It has nothing to save, and takes 100 ms to end by itself.
            stop: StopPlan(
                signal: recipe.shutdown.signal ?? SIGKILL, grace: recipe.shutdown.timeout ?? 0, killsUnready: true),
            directory: directory, template: template)
    }

    /// The server may not be allowed to enter the cache.
    private func copyDump(_ template: String, to directory: String) throws(SystemFailure) {
        var culprit = [CChar](repeating: 0, count: Int(PATH_MAX))
        let code = tg_service_copy(template, directory + "/data", &culprit, culprit.count)
        guard code == 0 else { throw SystemFailure("copy \(template) to", directory, code: code) }
    }
}

/// An installed Redis server.
struct RedisProgram {
    let path: String
    /// What it prints for `--version`.
    let version: String

    static func find(_ programs: ServerPrograms, wanted: String?, service: String) throws(ServiceError) -> RedisProgram
    {
        var found: [RedisProgram] = []
        for name in ["redis-server", "valkey-server"] {
            for path in programs.find(name) {
                let candidate = RedisProgram(path: path, version: try programs.version(of: path))
                guard let wanted, !candidate.has(wanted) else { return candidate }
                found.append(candidate)
            }
        }
        let hint = "on Debian and Ubuntu: apt-get install redis-server"
        guard let wanted, !found.isEmpty else {
            throw ServiceError(
                "service \"\(service)\" needs Redis, which is not installed: there is no program \"redis-server\" or"
                    + " \"valkey-server\" in PATH",
                hint: hint)
        }
        let list = found.map { "\($0.path) is \($0.number)" }.joined(separator: ", ")
        throw ServiceError("service \"\(service)\" needs Redis \(wanted), which is not installed: \(list)", hint: hint)
    }

    /// `Redis server v=7.0.15 sha=00000000:0 …`
    private var number: String {
        let words = version.split(separator: " ")
        return words.first { $0.hasPrefix("v=") }.map { String($0.dropFirst(2)) } ?? version
    }

    private func has(_ wanted: String) -> Bool { number == wanted || number.hasPrefix(wanted + ".") }
}
