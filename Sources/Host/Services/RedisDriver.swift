// Redis (or Valkey) as private instances of the server that is installed. Starts none: it plans them.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

/// An instance is a server without persistence, with a configuration file of its own that nobody else can read; with
/// setup files it begins with a dump of what they made.
struct RedisDriver: Sendable {
    let place: ServicePlace
    let programs: ServerPrograms
    let user = ServerUser.choose(["redis"])

    func identity(of recipe: ServiceRecipe) throws(ServiceError) -> Digest {
        try identity(of: recipe, RedisProgram.find(programs, wanted: recipe.version, service: recipe.name))
    }

    private func identity(of recipe: ServiceRecipe, _ server: RedisProgram) throws(ServiceError) -> Digest {
        var identity = ServiceIdentity(RedisConfiguration.format)
        identity.add("version", server.version)
        identity.add(recipe.settings)
        try identity.add(setup: recipe.setup, of: recipe.name)
        return identity.digest
    }

    func template(for recipe: ServiceRecipe, _ run: ServiceRun) throws(ServiceError) -> ServiceTemplate {
        let server = try RedisProgram.find(programs, wanted: recipe.version, service: recipe.name)
        try RedisConfiguration.check(recipe)
        let identity = try identity(of: recipe, server)
        guard !recipe.setup.isEmpty else {
            return ServiceTemplate(
                recipe: recipe, identity: identity, program: server.path, version: server.version)
        }
        let store = TemplateStore(directory: "\(place.templates)/redis-\(user?.user ?? geteuid())")
        var scratch: String?
        defer { if let scratch { _ = tg_service_clear(scratch) } }
        let kept = try store.template(identity) { () throws(ServiceError) in
            let directory = try directory(in: run)
            scratch = directory
            let content = try RedisTemplate(
                recipe: recipe, program: server.path, place: place, user: user, directory: directory
            ).build()
            return (content, "")
        }
        return ServiceTemplate(
            recipe: recipe, identity: identity, program: server.path, version: server.version,
            directory: kept.content, notes: kept.damage.map { [$0] } ?? [])
    }

    /// - Parameter port: reserved.
    func instance(of template: ServiceTemplate, port: UInt16, _ run: ServiceRun) throws(ServiceError) -> InstancePlan {
        let recipe = template.recipe
        let directory = try directory(in: run)
        let configuration = RedisConfiguration(
            recipe: recipe, directory: directory, port: port, password: RandomText.password())
        do throws(SystemFailure) {
            try configuration.write(for: user)
            if let dump = template.directory { try copyDump(dump, to: directory) }
        } catch {
            throw ServiceError("service \"\(recipe.name)\" could not be prepared: \(error)")
        }
        let arguments =
            place.launcher + (user?.option ?? []) + ["-d", directory, "--", template.program, configuration.path]
        return InstancePlan(
            id: directory,
            request: ProcessRequest(
                arguments: arguments, environment: ["PATH=\(place.path)", "LC_ALL=C.UTF-8"], directory: "/"),
            address: ServiceAddress(
                scheme: "redis", port: port, password: configuration.password, database: "0",
                socket: configuration.socket),
            // It has nothing to save, and takes 100 ms to end by itself.
            stop: StopPlan(signal: recipe.shutdown.signal ?? SIGKILL, grace: recipe.shutdown.timeout ?? 0),
            directory: directory, template: template)
    }

    /// The server may not be allowed to enter the cache.
    private func copyDump(_ template: String, to directory: String) throws(SystemFailure) {
        var culprit = [CChar](repeating: 0, count: Int(PATH_MAX))
        let code = tg_service_copy(template, directory + "/data", &culprit, culprit.count)
        guard code == 0 else { throw SystemFailure("copy \(template) to", directory, code: code) }
    }

    private func directory(in run: ServiceRun) throws(ServiceError) -> String {
        do throws(SystemFailure) { return try run.makeDirectory(for: user) } catch {
            throw ServiceError("there is no place for the sockets and data of services: \(error)")
        }
    }
}

/// An installed Redis server.
struct RedisProgram {
    let path: String
    /// What it prints for `--version`.
    let version: String

    static func find(_ programs: ServerPrograms, wanted: String?, service: String) throws(ServiceError) -> RedisProgram {
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
