// Building a cluster once: initdb, settings, setup files, a clean stop. Does not know where it is kept.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

/// What clients of every instance are told.
enum PostgresNames {
    static let user = "postgres"
    static let database = "app"
    /// Of the socket while a template is built; instances have other ports.
    static let port: UInt16 = 5432
}

/// A cluster in the making, in a directory of its own that belongs to the server's user.
struct PostgresTemplate {
    let recipe: ServiceRecipe
    let programs: PostgresPrograms
    let settings: PostgresSettings
    let place: ServicePlace
    let user: ServerUser?
    /// Empty; `data` and the socket will be in it.
    let directory: String
    let password: String

    var data: String { directory + "/data" }

    func build() throws(ServiceError) {
        try initialize()
        let server = try start()
        try create()
        for file in recipe.setup { try apply(file) }
        try stop(server)
        for name in ["postmaster.opts", "pg_hba.conf.sample"] { unlink(data + "/" + name) }
    }

    // MARK: Steps

    private func initialize() throws(ServiceError) {
        try write(PostgresVerifier(of: password).text + "\n", to: directory + "/password")
        var command = command(
            [
                programs.initdb, "-D", data, "-U", PostgresNames.user, "--encoding", settings.encoding, "--locale",
                settings.locale, "-A", "scram-sha-256", "--pwfile", directory + "/password", "--no-sync",
                "--no-instructions", "--wal-segsize", "1",
            ], as: user)
        // Its servers do not have the settings yet.
        command.hidesSharedMemory = true
        let initialization = command
        try expect(
            system { () throws(SystemFailure) in try initialization.run() },
            "its cluster could not be initialised with \(programs.initdb)")
        unlink(directory + "/password")
        try append(["", "# by taskgraph"] + settings.lines, to: data + "/postgresql.conf")
        // The password as it is, over loopback: each exchange of SCRAM would cost both sides its hashes, and there are
        // clients that refuse one with few. Whoever could listen in there could read the password where it is kept.
        let rules = ["local all all password", "host all all 127.0.0.1/32 password"]
        try write(rules.joined(separator: "\n") + "\n", to: data + "/pg_hba.conf")
    }

    private func start() throws(ServiceError) -> RunningCommand {
        let command = command(
            [programs.postgres, "-D", data, "-k", directory, "-h", "", "-p", String(PostgresNames.port)], as: user)
        let server = try system { () throws(SystemFailure) in try command.start() }
        let deadline = Machine.monotonicTime + 60_000_000_000
        while server.isRunning {
            if isReady { return server }
            if Machine.monotonicTime > deadline {
                throw failure("its server was not ready after 60 s while the template was built", server.tail)
            }
            usleep(2000)
        }
        throw failure("its server ended while the template was built", server.end().output)
    }

    /// The server says so in the eighth line of its lock file.
    private var isReady: Bool {
        let lines = SmallFile.read(data + "/postmaster.pid").map { String(decoding: $0, as: UTF8.self) } ?? ""
        let parts = lines.split(separator: "\n", omittingEmptySubsequences: false)
        return parts.count >= 8 && parts[7].hasPrefix("ready")
    }

    private func create() throws(ServiceError) {
        try expect(
            run(psql + ["-d", "postgres", "-c", "CREATE DATABASE \(PostgresNames.database)"], as: nil),
            "its database could not be made")
    }

    /// SQL goes through psql, with the rights of who runs taskgraph, so that it may read what stands beside it.
    private func apply(_ file: String) throws(ServiceError) {
        let isProgram = access(file, X_OK) == 0 && !file.hasSuffix(".sql")
        let arguments = isProgram ? [file] : psql + ["-d", PostgresNames.database, "-f", file]
        try expect(run(arguments, as: nil, in: Staging.parent(of: file)), "its setup file \(file) could not be applied")
    }

    /// So that nothing is to be recovered when an instance starts.
    private func stop(_ server: RunningCommand) throws(ServiceError) {
        server.send(SIGINT)
        try expect(server.end(), "its server did not stop cleanly after the template was built")
    }

    // MARK: Running

    private var psql: [String] { ["psql", "-X", "-q", "-w", "-v", "ON_ERROR_STOP=1"] }

    private func command(_ arguments: [String], as user: ServerUser?, in directory: String? = nil) -> GuardedCommand {
        // psql stands beside the server, or in PATH.
        let path = Staging.parent(of: programs.postgres) + ":" + place.path
        let home = getenv("HOME").map { String(cString: $0) } ?? "/"
        let environment = [
            "PATH=\(path)", "HOME=\(home)", "LC_ALL=C.UTF-8", "PGHOST=\(self.directory)",
            "PGPORT=\(PostgresNames.port)",
            "PGUSER=\(PostgresNames.user)", "PGPASSWORD=\(password)", "PGDATABASE=\(PostgresNames.database)",
            "PGOPTIONS=-c client_min_messages=warning",
        ]
        return GuardedCommand(
            launcher: place.launcher, arguments: arguments, environment: environment,
            directory: directory ?? self.directory, user: user)
    }

    private func run(
        _ arguments: [String], as user: ServerUser?, in directory: String? = nil
    ) throws(ServiceError) -> FinishedCommand {
        let command = command(arguments, as: user, in: directory)
        return try system { () throws(SystemFailure) in try command.run() }
    }

    private func expect(_ finished: FinishedCommand, _ headline: String) throws(ServiceError) {
        guard finished.status == 0 else {
            throw failure("\(headline) (exit status \(finished.status))", finished.output)
        }
    }

    private func failure(_ headline: String, _ output: String) -> ServiceError {
        let isFull = output.contains("No space left on device")
        // Setup files know the password, and may print it.
        let output = output.replacing(password, with: "***")
        return ServiceError(
            "service \"\(recipe.name)\": \(headline)" + ServerLogTail.text(output),
            hint: isFull ? "make room where \(directory) lies, or let TMPDIR name a directory on another disk" : nil)
    }

    private func system<Value>(
        _ body: () throws(SystemFailure) -> Value
    ) throws(ServiceError) -> Value {
        do throws(SystemFailure) { return try body() } catch {
            throw failure("its template could not be built: \(error)", "")
        }
    }

    private func write(_ text: String, to path: String) throws(ServiceError) {
        try system { () throws(SystemFailure) in
            let file = try StoreFile.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
            try file.write(Array(text.utf8))
            try user?.own(path)
        }
    }

    private func append(_ lines: [String], to path: String) throws(ServiceError) {
        try system { () throws(SystemFailure) in
            let file = try StoreFile.open(path, O_WRONLY | O_APPEND)
            try file.write(Array((lines.joined(separator: "\n") + "\n").utf8))
        }
    }
}
