// PostgreSQL as private instances of the server that is installed. Starts none: it plans them.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

/// A template is a cluster that was stopped cleanly; an instance is that cluster under an overlay, with a port, a socket
/// directory, namespaces for its mounts and shared memory, and nothing else of its own.
struct PostgresDriver: Sendable {
    let place: ServicePlace
    let programs: ServerPrograms
    let user = ServerUser.choose(["postgres"])

    func identity(of recipe: ServiceRecipe) throws(ServiceError) -> Digest {
        try identity(of: recipe, PostgresPrograms.find(programs, wanted: recipe.version, service: recipe.name))
    }

    private func identity(of recipe: ServiceRecipe, _ server: PostgresPrograms) throws(ServiceError) -> Digest {
        var identity = ServiceIdentity(PostgresSettings.format)
        identity.add("version", server.version)
        identity.add(recipe.settings)
        try identity.add(setup: recipe.setup, of: recipe.name)
        return identity.digest
    }

    func template(for recipe: ServiceRecipe, _ run: ServiceRun) throws(ServiceError) -> ServiceTemplate {
        let server = try PostgresPrograms.find(programs, wanted: recipe.version, service: recipe.name)
        let settings = try PostgresSettings(recipe, major: server.major)
        let identity = try identity(of: recipe, server)
        // Belongs to the server's user and can be of no use to another.
        let store = TemplateStore(directory: "\(place.templates)/postgres-\(user?.user ?? geteuid())")
        var scratch: String?
        defer { if let scratch { _ = tg_service_clear(scratch) } }
        let kept = try store.template(identity) { () throws(ServiceError) in
            let directory = try PostgresDriver.directory(in: run, for: user)
            scratch = directory
            let template = PostgresTemplate(
                recipe: recipe, programs: server, settings: settings, place: place, user: user, directory: directory,
                password: RandomText.password())
            try template.build()
            return (template.data, template.password)
        }
        return ServiceTemplate(
            recipe: recipe, identity: identity, program: server.postgres, version: server.version,
            directory: kept.content, secret: kept.note, notes: kept.damage.map { [$0] } ?? [])
    }

    /// - Parameter port: reserved.
    func instance(of template: ServiceTemplate, port: UInt16, _ run: ServiceRun) throws(ServiceError) -> InstancePlan {
        let directory = try PostgresDriver.directory(in: run, for: user)
        let data = directory + "/data"
        do throws(SystemFailure) {
            guard mkdir(data, 0o700) == 0 else { throw SystemFailure("create", data) }
            try user?.own(data)
        } catch {
            throw ServiceError("service \"\(template.recipe.name)\" has no place for its data: \(error)")
        }
        let arguments =
            place.launcher + ["-o", template.directory ?? "", data, String(place.dataLimit)] + (user?.option ?? [])
            + [
                "-d", directory, "--", template.program, "-D", data, "-k", directory, "-h", "127.0.0.1", "-p",
                String(port),
            ]
        let shutdown = template.recipe.shutdown
        return InstancePlan(
            id: directory,
            request: ProcessRequest(
                arguments: arguments, environment: ["PATH=\(place.path)", "LC_ALL=C.UTF-8"], directory: "/"),
            address: ServiceAddress(
                scheme: "postgresql", port: port, user: PostgresNames.user, password: template.secret,
                database: PostgresNames.database, socket: directory),
            // At once, without a checkpoint: nobody will read the data again.
            stop: StopPlan(signal: shutdown.signal ?? SIGQUIT, grace: shutdown.timeout ?? 5_000_000_000),
            directory: directory, template: template)
    }

    /// A copy of the template's database, file by file: nobody may be connected to that, and nobody is told to.
    func database(_ name: String, on instance: InstancePlan) throws(ServiceError) -> ServiceAddress {
        let address = instance.address
        // Before version 15 there was one way to copy only, and no word for it.
        let major = PostgresPrograms(postgres: "", version: instance.template.version).major
        let strategy = major >= 15 ? " STRATEGY=FILE_COPY" : ""
        let statement = "CREATE DATABASE \"\(name)\" TEMPLATE \(PostgresNames.database)" + strategy
        let command = GuardedCommand(
            launcher: place.launcher, arguments: ["psql", "-X", "-q", "-w", "-d", "postgres", "-c", statement],
            environment: [
                "PATH=\(Staging.parent(of: instance.template.program)):\(place.path)", "PGHOST=\(address.socket ?? "")",
                "PGPORT=\(address.port ?? 0)", "PGUSER=\(address.user ?? "")", "PGPASSWORD=\(address.password ?? "")",
                "LC_ALL=C.UTF-8",
            ])
        let finished: FinishedCommand
        do throws(SystemFailure) { finished = try command.run() } catch {
            throw ServiceError("service \"\(instance.template.recipe.name)\": no database could be made: \(error)")
        }
        guard finished.status == 0 else {
            throw ServiceError(
                "service \"\(instance.template.recipe.name)\": the database \"\(name)\" could not be made"
                    + ServerLogTail.text(finished.output))
        }
        var own = address
        own.database = name
        return own
    }

    private static func directory(in run: ServiceRun, for user: ServerUser?) throws(ServiceError) -> String {
        do throws(SystemFailure) { return try run.makeDirectory(for: user) } catch {
            throw ServiceError("there is no place for the sockets and data of services: \(error)")
        }
    }
}

/// Credentials: nobody can guess them, and they need no quoting anywhere.
enum RandomText {
    /// 24 letters and digits, 142 bits from the system's generator.
    static func password() -> String {
        let characters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        return String((0..<24).map { _ in characters[Int.random(in: 0..<characters.count)] })
    }
}
