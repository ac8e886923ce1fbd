// Where servers are installed, and what version they say they are. Starts no server.

internal import Glibc
internal import Ports
internal import Synchronization
internal import Vocabulary

/// Finds programs and remembers what they print for `--version`, by the identity of the file.
final class ServerPrograms: Sendable {
    let place: ServicePlace
    private var path: String { place.path }
    private let memory: String
    private let temporary: String
    private let known = Mutex<[String: String]?>(nil)

    init(_ place: ServicePlace) {
        self.place = place
        memory = place.templates + "/versions"
        temporary = place.templates + "/tmp"
    }

    /// Every program of this name in PATH and then in these directories, each once. Links stay what they are: there are
    /// programs that look at the name they are called by.
    func find(_ name: String, alsoIn directories: [String] = []) -> [String] {
        var found: [String] = []
        var files: Set<String> = []
        for directory in path.split(separator: ":").map(String.init) + directories {
            let candidate = directory + "/" + name
            var status = stat()
            guard access(candidate, X_OK) == 0, stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                let real = try? Machine.canonicalPath(candidate), files.insert(real).inserted
            else { continue }
            found.append(candidate)
        }
        return found
    }

    /// What a program prints for `--version`, its first line.
    func version(of program: String) throws(ServiceError) -> String {
        var status = stat()
        guard stat(program, &status) == 0 else {
            throw ServiceError("cannot examine \(program): \(String(cString: strerror(errno)))")
        }
        let stamp = FileStamp(status)
        let key = "\(stamp.inode) \(stamp.size) \(stamp.modified) \(stamp.changed) \(program)"
        if let version = remembered(key) { return version }
        let version = try ask(program)
        remember(key, version)
        return version
    }

    private func ask(_ program: String) throws(ServiceError) -> String {
        let finished: FinishedCommand
        do throws(SystemFailure) {
            guard let input = Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)) else {
                throw SystemFailure("open", "/dev/null")
            }
            let output = try GuardedCommand.memoryFile()
            let pid = try GuardedCommand.spawn(
                [program, "--version"], environment: ["LC_ALL=C", "PATH=\(path)"], directory: "/",
                input: input.number, output: output.number)
            finished = RunningCommand(pid: pid, guardEnd: nil, output: output).end()
        } catch {
            throw ServiceError("\(program) cannot be asked for its version: \(error)")
        }
        guard finished.status == 0, let line = finished.output.split(separator: "\n").first else {
            throw ServiceError(
                "\(program) --version ended with status \(finished.status): \(finished.output)",
                hint: "the server's installation is broken; install it again")
        }
        return String(line)
    }

    // MARK: Memory

    private func remembered(_ key: String) -> String? {
        known.withLock { known in
            if known == nil { known = ServerPrograms.read(memory) }
            return known?[key]
        }
    }

    /// Not being able to remember costs asking again.
    private func remember(_ key: String, _ version: String) {
        known.withLock { known in
            known?[key] = version
            let lines = (known ?? [:]).map { "\($0.key)\t\($0.value)\n" }.sorted().joined()
            guard (try? makeDirectories(temporary)) != nil else { return }
            try? replaceContents(of: memory, with: Array((lines + "end\n").utf8), madeIn: temporary)
        }
    }

    private static func read(_ path: String) -> [String: String] {
        guard let bytes = (try? contents(path)) ?? nil else { return [:] }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.last == "end" else { return [:] }
        let pairs = lines.dropLast().map { $0.split(separator: "\t", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { $1 }
    }
}
