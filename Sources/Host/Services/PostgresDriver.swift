// PostgreSQL as private instances of the server that is installed. Starts none: it plans them.

internal import Glibc
internal import Ports
internal import Vocabulary

/// A template is a cluster that was stopped cleanly; an instance is that cluster under an overlay, with a port, a socket
/// directory, namespaces for its mounts and shared memory, and nothing else of its own.
struct PostgresDriver: Sendable {
    let server: InstalledServer

    init(place: ServicePlace, programs: ServerPrograms) {
        server = InstalledServer("postgres", place, programs, users: ["postgres"])
    }

    func identity(of recipe: ServiceRecipe) throws(ServiceError) -> Digest {
        try identity(of: recipe, installed(for: recipe))
    }

    private func identity(of recipe: ServiceRecipe, _ programs: PostgresPrograms) throws(ServiceError) -> Digest {
        try server.identity(of: recipe, format: PostgresSettings.format, version: programs.version)
    }

    private func installed(for recipe: ServiceRecipe) throws(ServiceError) -> PostgresPrograms {
        try PostgresPrograms.find(server.programs, wanted: recipe.version, service: recipe.name)
    }

    func template(for recipe: ServiceRecipe, _ run: ServiceRun) throws(ServiceError) -> ServiceTemplate {
        let programs = try installed(for: recipe)
        let settings = try PostgresSettings(recipe, major: programs.major)
        let identity = try identity(of: recipe, programs)
        let kept = try server.template(identity, run) { (directory) throws(ServiceError) in
            let template = PostgresTemplate(
                recipe: recipe, programs: programs, settings: settings, place: server.place, user: server.user,
                directory: directory, password: RandomText.password())
            try template.build()
            return (template.data, template.password)
        }
        return ServiceTemplate(
            recipe: recipe, identity: identity, program: programs.postgres, version: programs.version,
            directory: kept.content, secret: kept.note, notes: kept.damage.map { [$0] } ?? [])
    }

    /// - Parameter port: reserved.
    func instance(of template: ServiceTemplate, port: UInt16, _ run: ServiceRun) throws(ServiceError) -> InstancePlan {
        let directory = try server.directory(in: run)
        let data = directory + "/data"
        do throws(SystemFailure) {
            guard mkdir(data, 0o700) == 0 else { throw SystemFailure("create", data) }
            try server.user?.own(data)
        } catch {
            throw ServiceError("service \"\(template.recipe.name)\" has no place for its data: \(error)")
        }
        let words = [template.program, "-D", data, "-k", directory, "-h", "127.0.0.1", "-p", String(port)]
        let overlay = ["-o", template.directory ?? "", data, String(server.place.dataLimit)]
        let shutdown = template.recipe.shutdown
        return InstancePlan(
            id: directory,
            request: server.request(words, in: directory, data: overlay),
            address: ServiceAddress(
                scheme: "postgresql", port: port, user: PostgresNames.user, password: template.secret,
                database: PostgresNames.database, socket: directory),
            // At once, without a checkpoint: nobody will read the data again.
            stop: StopPlan(
                signal: shutdown.signal ?? SIGQUIT, grace: shutdown.timeout ?? 5_000_000_000, killsUnready: true),
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
            launcher: server.place.launcher, arguments: ["psql", "-X", "-q", "-w", "-d", "postgres", "-c", statement],
            environment: [
                "PATH=\(Staging.parent(of: instance.template.program)):\(server.place.path)",
                "PGHOST=\(address.socket ?? "")",
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
}
