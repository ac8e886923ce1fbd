// Redis (or Valkey) from an image that has `redis-server` or `valkey-server` in its PATH.

internal import CLinux
internal import Glibc
internal import Hashing
internal import Ports
internal import Vocabulary

/// The same configuration as that of an installed server, and a dump that is made once, in a container as well.
struct RedisContainer {
    /// Where the container sees the directory that it shares with us.
    private static let shared = "/taskgraph"

    let driver: ContainerDriver
    let found: FoundImage

    func template(
        for recipe: ServiceRecipe, _ identity: Digest, _ run: ServiceRun
    ) throws(ServiceError) -> ServiceTemplate {
        try RedisConfiguration.check(recipe)
        let program = found.engine.program
        guard !recipe.setup.isEmpty else {
            return ServiceTemplate(recipe: recipe, identity: identity, program: program)
        }
        let store = TemplateStore(directory: "\(driver.place.templates)/redis-container-\(geteuid())")
        var scratch: String?
        defer { if let scratch { _ = tg_service_clear(scratch) } }
        let kept = try store.template(identity) { () throws(ServiceError) in
            let directory = try driver.makeDirectory(run)
            scratch = directory
            return (try build(recipe, directory), "")
        }
        return ServiceTemplate(
            recipe: recipe, identity: identity, program: program, directory: kept.content,
            notes: kept.damage.map { [$0] } ?? [])
    }

    private func build(_ recipe: ServiceRecipe, _ directory: String) throws(ServiceError) -> String {
        let shared = try makeShared(directory)
        let template = RedisTemplate(
            recipe: recipe, program: "", place: driver.place, user: nil, directory: shared,
            inside: RedisContainer.shared
        ) { () throws(ServiceError) in
            let launch = launch(recipe, shared)
            return GuardedCommand(
                launcher: driver.place.launcher, arguments: launch.words(for: found.engine),
                environment: driver.images.engines.environment, container: launch.name)
        }
        let data = try template.build()
        try takeOver(data + "/dump.rdb")
        return data
    }

    /// It belongs to whoever is in the container, and may be of no use to anybody else.
    private func takeOver(_ dump: String) throws(ServiceError) {
        do throws(FileError) {
            let bytes = try DiskFiles().bytes(dump)
            unlink(dump)
            try DiskFiles().write(bytes, to: dump, mode: 0o644)
        } catch {
            throw ServiceError("the dump that its setup files make cannot be read: \(error)")
        }
    }

    func instance(
        of template: ServiceTemplate, _ directory: String, _ port: UInt16
    ) throws(ServiceError) -> InstancePlan {
        let recipe = template.recipe
        let shared = try makeShared(directory)
        let configuration = RedisConfiguration(
            recipe: recipe, directory: shared, port: port, password: RandomText.password(),
            inside: RedisContainer.shared)
        do throws(SystemFailure) {
            try configuration.write(for: nil)
            if let dump = template.directory { try copyDump(dump, to: shared) }
        } catch {
            throw ServiceError("it could not be prepared: \(error)")
        }
        let address = ServiceAddress(
            scheme: "redis", port: port, user: "default", password: configuration.password, database: "0",
            socket: configuration.socket)
        var launch = launch(recipe, shared)
        launch.ports = (port, port)
        launch.environmentFile = try driver.write(recipe.environment(with: address), in: directory)
        // It has nothing to save.
        return try driver.plan(
            template, launch, found.engine, directory, address,
            StopPlan(signal: recipe.shutdown.signal ?? SIGKILL, grace: recipe.shutdown.timeout ?? 0))
    }

    private func makeShared(_ directory: String) throws(ServiceError) -> String {
        try driver.makeOpenDirectory(directory + "/shared")
        return directory + "/shared"
    }

    private func launch(_ recipe: ServiceRecipe, _ shared: String) -> ContainerLaunch {
        var launch = driver.launch(of: recipe, found)
        launch.mounts = [.init(source: shared, target: RedisContainer.shared, isReadOnly: false)]
        launch.arguments = ["redis-server", "\(RedisContainer.shared)/redis.conf"]
        return launch
    }

    private func copyDump(_ template: String, to shared: String) throws(SystemFailure) {
        var culprit = [CChar](repeating: 0, count: Int(PATH_MAX))
        let code = tg_service_copy(template, shared + "/data", &culprit, culprit.count)
        guard code == 0, chmod(shared + "/data", 0o777) == 0, chmod(shared + "/data/dump.rdb", 0o644) == 0 else {
            throw SystemFailure("copy \(template) to", shared, code: code == 0 ? errno : code)
        }
    }
}
