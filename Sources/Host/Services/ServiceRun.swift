// What belongs to the servers of one run: a directory for each, gone with the run however it ends.

internal import CLinux
internal import Glibc
internal import Ports
internal import Synchronization

/// Owns the directory of a run, and the process that clears it away when this one is killed: on tmpfs where possible,
/// under a short path, with everything in it closed to other users. If that process is killed too, the next run clears.
final class ServiceRun: Sendable {
    let directory: RunDirectory
    private let sweeper: Sweeper
    private let count = Mutex(0)

    init(_ place: ServicePlace) throws(ServiceError) {
        directory = try ServiceRun.makeDirectory(place.runs)
        sweeper = try Sweeper(of: directory.path, launcher: place.launcher)
    }

    deinit {
        _ = tg_service_clear(directory.path)
        // Unless others have theirs in it.
        rmdir(Staging.parent(of: directory.path))
    }

    private static func makeDirectory(_ candidates: [String]) throws(ServiceError) -> RunDirectory {
        var attempt = 0
        while true {
            attempt += 1
            let parent = try parent(candidates)
            do throws(ViewError) {
                return try RunDirectory(in: parent, mode: 0o711) { _ = tg_service_clear($0) }
            } catch {
                // Another run may just have removed it, as the last one in it.
                guard attempt > 3 else { continue }
                throw ServiceError(
                    "there is no place for the sockets and data of services: \(error)",
                    hint: "make \(parent) writable, or remove it")
            }
        }
    }

    /// An empty directory for one instance.
    func makeDirectory(for user: ServerUser?) throws(SystemFailure) -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let path = "\(directory.path)/\(number)"
        guard mkdir(path, 0o700) == 0 else { throw SystemFailure("create", path) }
        try user?.own(path)
        return path
    }

    /// The first place that is ours and has room.
    private static func parent(_ candidates: [String]) throws(ServiceError) -> String {
        var reasons: [String] = []
        for candidate in candidates {
            let path = "\(candidate)/taskgraph-\(geteuid())"
            guard let reason = obstacle(candidate, path) else { return path }
            reasons.append("\(candidate): \(reason)")
        }
        throw ServiceError(
            "there is no place for the sockets and data of services (\(reasons.joined(separator: "; ")))",
            hint: "TMPDIR names a directory to use; its path may have 60 characters")
    }

    private static func obstacle(_ candidate: String, _ path: String) -> String? {
        // A socket's path may have 107 bytes: "/PID-N/NUMBER/.s.PGSQL.PORT" follows.
        if path.utf8.count > 70 { return "its path is too long for sockets" }
        var room = statvfs()
        guard statvfs(candidate, &room) == 0 else { return String(cString: strerror(errno)) }
        if UInt64(room.f_bavail) * UInt64(room.f_frsize) < 64 << 20 { return "less than 64 MB are free" }
        if mkdir(path, 0o711) != 0, errno != EEXIST { return String(cString: strerror(errno)) }
        // Anybody may have been there before us.
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0
        else { return "\(path) belongs to somebody else" }
        return nil
    }
}

/// A process that outlives this one by a moment, to clear a directory away.
private final class Sweeper: Sendable {
    private let guardEnd: Descriptor
    private let pid: Int32

    init(of directory: String, launcher: [String]) throws(ServiceError) {
        do throws(SystemFailure) {
            let ends = try GuardPipe()
            let output = try GuardedCommand.memoryFile()
            pid = try GuardedCommand.spawn(
                launcher + ["-s", directory], environment: [], directory: "/", input: ends.reading.number,
                output: output.number)
            guardEnd = ends.writing
        } catch {
            throw ServiceError("the process that clears up after services could not be started: \(error)")
        }
    }

    deinit {
        // Its directory is gone: it has nothing to do.
        kill(pid, SIGKILL)
        var ended = tg_ended()
        _ = tg_collect_waiting(pid, &ended)
    }
}
