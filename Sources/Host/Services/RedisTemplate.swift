// Making the dump that instances of a Redis begin with. Does not know where it is kept.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

/// Setup files are dumps (`.rdb`, one, the first) or commands, one a line as redis-cli reads them.
struct RedisTemplate {
    let recipe: ServiceRecipe
    let program: String
    let place: ServicePlace
    let user: ServerUser?
    /// Empty, and the server's.
    let directory: String
    /// Where a container sees the directory, and what runs it; nil: the program is executed.
    var inside: String?
    var contained: (() throws(ServiceError) -> GuardedCommand)?

    /// - Returns: the directory with the dump.
    func build() throws(ServiceError) -> String {
        let configuration = RedisConfiguration(
            recipe: recipe, directory: directory, port: 0, password: RandomText.password(), inside: inside)
        let data = directory + "/data"
        do throws(SystemFailure) { try configuration.write(for: user) } catch { throw failure("\(error)") }
        var files = recipe.setup[...]
        if let dump = files.first, dump.hasSuffix(".rdb") {
            try copy(dump, to: data + "/dump.rdb")
            files.removeFirst()
        }
        let server = try start(configuration)
        let client = try connect(configuration, server)
        for file in files { try apply(file, client) }
        if let reply = try tell(client, "SAVE"), reply.hasPrefix("-") {
            throw failure("the dump: \(reply)", server.tail)
        }
        server.send(SIGTERM)
        _ = server.end()
        return data
    }

    private func copy(_ dump: String, to path: String) throws(ServiceError) {
        do throws(FileError) {
            let bytes = try DiskFiles().bytes(dump)
            try DiskFiles().write(bytes, to: path, mode: 0o600)
            do throws(SystemFailure) { try user?.own(path) } catch { throw error.asFileError }
        } catch {
            throw failure("the dump could not be used: \(error)")
        }
    }

    private func start(_ configuration: RedisConfiguration) throws(ServiceError) -> RunningCommand {
        let command =
            try contained?()
            ?? GuardedCommand(
                launcher: place.launcher, arguments: [program, configuration.path], environment: ["PATH=\(place.path)"],
                directory: directory, user: user)
        do throws(SystemFailure) { return try command.start() } catch {
            throw failure("its server could not be started: \(error)")
        }
    }

    private func connect(
        _ configuration: RedisConfiguration, _ server: RunningCommand
    ) throws(ServiceError) -> RedisLine {
        let deadline = Machine.monotonicTime + 60_000_000_000
        while server.isRunning, Machine.monotonicTime < deadline {
            if let client = RedisLine(socket: configuration.socket) {
                let reply = client.ask("AUTH \(configuration.password)") ?? ""
                if reply.hasPrefix("+"), client.ask("PING")?.hasPrefix("+") ?? false { return client }
            }
            usleep(2000)
        }
        throw failure("its server was not ready while the template was built", server.tail)
    }

    private func apply(_ file: String, _ client: RedisLine) throws(ServiceError) {
        if file.hasSuffix(".rdb") {
            throw failure("\(file) must be the first of its setup files: a dump is what a server begins with")
        }
        let bytes: [UInt8]
        do throws(FileError) { bytes = try DiskFiles().bytes(file) } catch {
            throw failure("its setup file cannot be read: \(error)")
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) && line.first != "#" {
            if let reply = try tell(client, String(line)), reply.hasPrefix("-") {
                throw failure("\(file):\(index + 1): Redis refuses \"\(line)\": \(reply.dropFirst())")
            }
        }
    }

    private func tell(_ client: RedisLine, _ command: String) throws(ServiceError) -> String? {
        guard let reply = client.ask(command) else {
            throw failure("its server closed the connection at \"\(command)\" while the template was built")
        }
        return reply
    }

    private func failure(_ text: String, _ log: String = "") -> ServiceError {
        let isFull = text.contains("No space left on device") || log.contains("No space left on device")
        return ServiceError(
            "service \"\(recipe.name)\": \(text)" + ServerLogTail.text(log),
            hint: isFull ? "make room where \(directory) lies, or let TMPDIR name a directory on another disk" : nil)
    }
}
