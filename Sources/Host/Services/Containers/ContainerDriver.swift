// Servers in containers: any image, and the images of PostgreSQL and Redis in the place of what is installed. Starts
// none: it plans them.

internal import CLinux
internal import Glibc
internal import Ports
internal import Synchronization
internal import Vocabulary

/// Plans containers and keeps those that were planned until they are discarded. Safe to call from several threads.
final class ContainerDriver: Sendable {
    let place: ServicePlace
    let images: ContainerImages
    private let keepers = Mutex<[String: ContainerKeeper]>([:])

    init(place: ServicePlace, programs: ServerPrograms, say: @escaping @Sendable (String) -> Void) {
        self.place = place
        images = ContainerImages(ContainerEngines(place: place, programs: programs), say: say)
    }

    /// With the image's own digest, so that what is up to date needs no engine where the digest is written down.
    func identity(of recipe: ServiceRecipe) throws(ServiceError) -> Digest {
        let format = recipe.driver == .redis ? RedisConfiguration.format : PostgresSettings.format
        var identity = ServiceIdentity(recipe.driver == .container ? "container 1" : format + " in a container")
        identity.add("image", try images.digest(of: recipe.image ?? "", for: recipe.name))
        if let port = recipe.port { identity.add("port", String(port)) }
        for volume in recipe.volumes { identity.add("volume", volume) }
        switch recipe.command {
        case .script(let script): identity.add("script", script.written)
        case .arguments(let words): for word in words { identity.add("word", word.written) }
        case nil: break
        }
        for variable in recipe.environment { identity.add("variable " + variable.name, variable.value.written) }
        identity.add(recipe.settings)
        try identity.add(setup: recipe.setup, of: recipe.name)
        return identity.digest
    }

    func template(for recipe: ServiceRecipe, _ run: ServiceRun) throws(ServiceError) -> ServiceTemplate {
        try check(recipe)
        let found = try images.find(recipe.image ?? "", for: recipe.name)
        let identity = try identity(of: recipe)
        switch recipe.driver {
        case .redis: return try RedisContainer(driver: self, found: found).template(for: recipe, identity, run)
        case .postgres: _ = try PostgresSettings(recipe, major: PostgresSettings.anyMajor)
        case .container: _ = try innerPort(of: recipe, found.image, outside: 1)
        case .process: break
        }
        return ServiceTemplate(recipe: recipe, identity: identity, program: found.engine.program)
    }

    /// - Parameter port: reserved.
    func instance(of template: ServiceTemplate, port: UInt16, _ run: ServiceRun) throws(ServiceError) -> InstancePlan {
        let recipe = template.recipe
        let found = try images.find(recipe.image ?? "", for: recipe.name)
        let directory = try makeDirectory(run)
        do throws(ServiceError) {
            switch recipe.driver {
            case .postgres:
                return try PostgresContainer(driver: self, found: found).instance(of: template, directory, port)
            case .redis: return try RedisContainer(driver: self, found: found).instance(of: template, directory, port)
            case .container, .process: return try plain(template, found, directory, port)
            }
        } catch {
            _ = tg_service_clear(directory)
            throw error
        }
    }

    /// Waits until the container is gone.
    func discard(_ instance: InstancePlan) {
        let keeper = keepers.withLock { $0.removeValue(forKey: instance.id) }
        keeper?.end()
    }

    // MARK: Any image

    private func plain(
        _ template: ServiceTemplate, _ found: FoundImage, _ directory: String, _ port: UInt16
    ) throws(ServiceError) -> InstancePlan {
        let recipe = template.recipe
        let address = ServiceAddress(scheme: "http", port: port)
        var launch = launch(of: recipe, found)
        launch.ports = (port, try innerPort(of: recipe, found.image, outside: port))
        launch.environmentFile = try write(recipe.environment(with: address), in: directory)
        switch recipe.command {
        case .script(let script):
            launch.entryPoint = recipe.shell.first
            launch.arguments = recipe.shell.dropFirst() + [try recipe.resolve(script, "run", address)]
        case .arguments(let words):
            launch.arguments = try words.map { (word) throws(ServiceError) in try recipe.resolve(word, "run", address) }
        case nil: break
        }
        let signal = recipe.shutdown.signal ?? found.image.stopSignal ?? SIGTERM
        return try plan(
            template, launch, found.engine, directory, address,
            StopPlan(signal: signal, grace: recipe.shutdown.timeout ?? 2_000_000_000))
    }

    /// What is said, else what the image says, else the same as outside.
    private func innerPort(
        of recipe: ServiceRecipe, _ image: ContainerImage, outside: UInt16
    ) throws(ServiceError) -> UInt16 {
        if let port = recipe.port { return port }
        guard image.ports.count > 1 else { return image.ports.first ?? outside }
        let list = image.ports.map { String($0) }.joined(separator: ", ")
        throw ServiceError(
            "the image \(recipe.image ?? "") listens on several ports (\(list))",
            hint: "`port` says which of them the service answers on")
    }

    private func check(_ recipe: ServiceRecipe) throws(ServiceError) {
        for volume in recipe.volumes {
            let source = String(volume.prefix { $0 != ":" })
            guard access(source, F_OK) != 0 else { continue }
            throw ServiceError(
                "its volume \(volume) cannot be mounted: there is no \(source)",
                hint: "`volumes` are HOST:CONTAINER, the former relative to the root")
        }
    }

    // MARK: Parts that all containers have

    func launch(of recipe: ServiceRecipe, _ found: FoundImage) -> ContainerLaunch {
        var launch = ContainerLaunch(
            name: "taskgraph-\(getpid())-\(RandomText.password().lowercased())", image: found.image.id,
            labels: ["\(ContainerOwner.label)=\(ContainerOwner.current.text)", "taskgraph.service=\(recipe.name)"])
        launch.volumes = recipe.volumes
        launch.limits = ContainerDriver.limits
        return launch
    }

    func plan(
        _ template: ServiceTemplate, _ launch: ContainerLaunch, _ engine: ContainerEngine, _ directory: String,
        _ address: ServiceAddress, _ stop: StopPlan
    ) throws(ServiceError) -> InstancePlan {
        let control = directory + "/control"
        do throws(SystemFailure) {
            let keeper = try ContainerKeeper(
                launch.words(for: engine), name: launch.name, control: control, launcher: place.launcher,
                environment: images.engines.environment)
            keepers.withLock { $0[directory] = keeper }
        } catch {
            throw ServiceError("the process that keeps its container could not be started: \(error)")
        }
        return InstancePlan(
            id: directory,
            request: ProcessRequest(
                arguments: place.launcher + ["-a", control], environment: ["PATH=\(place.path)"], directory: "/"),
            address: address, stop: stop, directory: directory, template: template)
    }

    func write(_ variables: [(name: String, value: String)], in directory: String) throws(ServiceError) -> String? {
        if variables.isEmpty { return nil }
        let path = directory + "/environment"
        try store(Array(try EnvironmentFile.text(variables).utf8), at: path, mode: 0o600)
        return path
    }

    func store(_ bytes: [UInt8], at path: String, mode: UInt16) throws(ServiceError) {
        do throws(FileError) { try DiskFiles().write(bytes, to: path, mode: mode) } catch {
            throw ServiceError("it could not be prepared: \(error)")
        }
    }

    /// One that whoever is in the container may write to. Nobody else gets there: what it is in is closed.
    func makeOpenDirectory(_ path: String) throws(ServiceError) {
        guard mkdir(path, 0o700) == 0, chmod(path, 0o777) == 0 else {
            throw ServiceError("it could not be prepared: \(SystemFailure("create", path))")
        }
    }

    func makeDirectory(_ run: ServiceRun) throws(ServiceError) -> String {
        do throws(SystemFailure) { return try run.makeDirectory(for: nil) } catch {
            throw ServiceError("there is no place for the sockets and data of services: \(error)")
        }
    }

    private static var limits: (files: UInt64, processes: UInt64) {
        var (files, processes) = (rlimit(), rlimit())
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
        getrlimit(__rlimit_resource_t(__RLIMIT_NPROC.rawValue), &processes)
        // What engines set by themselves, but no more than there are numbers for.
        let numbers = SmallFile.read("/proc/sys/kernel/pid_max").flatMap { bytes in
            UInt64(String(decoding: bytes, as: UTF8.self).filter(\.isNumber))
        }
        return (min(UInt64(files.rlim_max), 1_048_576), min(UInt64(processes.rlim_max), numbers ?? 32768))
    }
}

extension ServiceRecipe {
    /// The text for an instance.
    /// - Throws: when it names something that the instance has not.
    func resolve(_ text: ServiceText, _ place: String, _ address: ServiceAddress) throws(ServiceError) -> String {
        if let resolved = text.resolved(with: address) { return resolved }
        let fields = text.fields.filter { address.value(of: $0) == nil }.map { "self.\($0)" }.joined(separator: ", ")
        let there = ServiceAddress.fields.filter { address.value(of: $0) != nil }.map { "self.\($0)" }
        throw ServiceError(
            "\(place) names \(fields), which this service does not have",
            hint: "it has " + there.joined(separator: ", "))
    }

    /// Its own variables, as names and values.
    func environment(with address: ServiceAddress) throws(ServiceError) -> [(name: String, value: String)] {
        try environment.map { (variable) throws(ServiceError) in
            (variable.name, try resolve(variable.value, "the variable \(variable.name)", address))
        }
    }
}
