// PostgreSQL from an image with the conventions of the official one: POSTGRES_*, /docker-entrypoint-initdb.d, PGDATA.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

/// Each instance makes its own cluster, in memory, with the setup files; it listens when all of that is done.
struct PostgresContainer {
    private static let cluster = "/taskgraph/cluster"
    private static let sockets = "/taskgraph/sockets"

    let driver: ContainerDriver
    let found: FoundImage

    func instance(
        of template: ServiceTemplate, _ directory: String, _ port: UInt16
    ) throws(ServiceError) -> InstancePlan {
        let recipe = template.recipe
        let settings = try PostgresSettings(recipe, major: PostgresSettings.anyMajor)
        let sockets = directory + "/sockets"
        try driver.makeOpenDirectory(sockets)
        let address = ServiceAddress(
            scheme: "postgresql", port: port, user: PostgresNames.user, password: RandomText.password(),
            database: PostgresNames.database, socket: sockets)
        var launch = driver.launch(of: recipe, found)
        // The same number inside: it is in the socket's name.
        launch.ports = (port, port)
        launch.environmentFile = try driver.write(
            environment(settings, address) + recipe.environment(with: address), in: directory)
        launch.memory = [(PostgresContainer.cluster, driver.place.dataLimit)]
        launch.mounts = try setup(recipe.setup, directory)
        launch.mounts.append(.init(source: sockets, target: PostgresContainer.sockets, isReadOnly: false))
        launch.arguments = arguments(settings, port)
        // It has nothing to save.
        return try driver.plan(
            template, launch, found.engine, directory, address,
            StopPlan(signal: recipe.shutdown.signal ?? SIGKILL, grace: recipe.shutdown.timeout ?? 0))
    }

    private func environment(
        _ settings: PostgresSettings, _ address: ServiceAddress
    ) -> [(name: String, value: String)] {
        let arguments =
            "--encoding=\(settings.encoding) --locale=\(settings.locale) --auth-host=scram-sha-256 --no-sync"
            + " --wal-segsize=1"
        return [
            ("POSTGRES_USER", address.user ?? ""), ("POSTGRES_PASSWORD", address.password ?? ""),
            ("POSTGRES_DB", address.database ?? ""), ("POSTGRES_INITDB_ARGS", arguments),
            ("PGDATA", PostgresContainer.cluster + "/data"),
            // For programs among the setup files.
            ("PGUSER", address.user ?? ""), ("PGPASSWORD", address.password ?? ""),
            ("PGDATABASE", address.database ?? ""),
        ]
    }

    private func arguments(_ settings: PostgresSettings, _ port: UInt16) -> [String] {
        // The first place is where the image's own scripts expect the socket.
        let own = [
            ("listen_addresses", "*"), ("port", String(port)),
            ("unix_socket_directories", "/var/run/postgresql,\(PostgresContainer.sockets)"),
        ]
        return ["postgres"] + (settings.values + own).flatMap { ["-c", "\($0.0)=\($0.1)"] }
    }

    /// Copies, so that whoever is in the container may read them, and that they stay what they are.
    private func setup(_ files: [String], _ directory: String) throws(ServiceError) -> [ContainerLaunch.Mount] {
        var mounts: [ContainerLaunch.Mount] = []
        for (index, file) in files.enumerated() {
            let isProgram = access(file, X_OK) == 0 && !file.hasSuffix(".sql")
            // In our order, and after what the image brings.
            let digits = String(1000 + index).dropFirst()
            let name = "taskgraph-\(digits)\(isProgram ? ".sh" : ".sql")"
            do throws(FileError) {
                let bytes = try DiskFiles().bytes(file)
                try driver.store(bytes, "\(directory)/\(name)", isProgram)
            } catch {
                throw ServiceError(
                    "its setup file cannot be read: \(error)",
                    hint: "`setup` names files relative to the YAML file it is written in")
            }
            mounts.append(.init(source: "\(directory)/\(name)", target: "/docker-entrypoint-initdb.d/\(name)"))
        }
        return mounts
    }
}

extension ContainerDriver {
    fileprivate func store(_ bytes: [UInt8], _ path: String, _ isProgram: Bool) throws(FileError) {
        try DiskFiles().write(bytes, to: path, mode: isProgram ? 0o755 : 0o644)
    }
}
