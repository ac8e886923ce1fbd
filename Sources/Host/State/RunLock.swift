// One run at a time on one state: the lock, and who holds it. Does not know what a run does.

import Glibc
public import Ports

/// Who holds the lock, as the holder wrote it.
public struct LockHolder: Hashable, Sendable {
    public let pid: Int32
    /// Program and arguments, separated by spaces.
    public let command: String
    /// Nanoseconds since the epoch.
    public let since: UInt64
}

/// Held from `acquire` until it goes out of scope or the process ends, by `kill -9` too: it is a flock.
///
/// A child that is forked without exec keeps the lock as long as it lives.
public struct RunLock: ~Copyable {
    private let file: StoreFile

    deinit {
        // What is written in the file is true while the lock is held.
        _ = ftruncate(file.descriptor, 0)
    }

    /// Takes the lock, waiting for it if necessary. Must be called while signals still end the process, so that the
    /// user can stop waiting.
    /// - Parameter waiting: called once before waiting; nil when the holder has not written who it is.
    public static func acquire(
        in state: StateDirectory, command: [String] = CommandLine.arguments, waiting: (LockHolder?) -> Void
    ) throws(FileError) -> RunLock {
        do throws(SystemFailure) {
            var hasTold = false
            while true {
                let file = try StoreFile.open(state.lock, O_RDWR | O_CREAT, mode: 0o644)
                if try !lock(file, LOCK_NB) {
                    if !hasTold { waiting(holder(of: file)) }
                    hasTold = true
                    _ = try lock(file, 0)
                }
                // Whoever removed the directory meanwhile took the name away from what is locked now.
                guard isStill(file, at: state.lock) else { continue }
                // Only for people who wait: a full disk is no reason not to run.
                try? writeHolder(command, to: file)
                return RunLock(file: file)
            }
        } catch {
            throw error.asFileError
        }
    }

    /// Whether nobody runs on a state directory now, and the last who did has come to its end: one that was killed has
    /// left who it was, and perhaps something to clear away. Takes nothing.
    public static func isFree(in stateDirectory: String) -> Bool {
        guard let file = try? StoreFile.open(stateDirectory + "/lock", O_RDONLY) else { return false }
        return flock(file.descriptor, LOCK_SH | LOCK_NB) == 0 && file.size == 0
    }

    /// Whether a run goes on on a state directory now. If none does, the lock is shared for an instant: there is no asking
    /// alone, and a run that begins just then waits for that long.
    public static func isHeld(in state: StateDirectory) -> Bool {
        guard let file = try? StoreFile.open(state.lock, O_RDONLY) else { return false }
        return flock(file.descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// Does something while nobody else has the lock; nothing when somebody does, or when it cannot be taken.
    public static func ifFree(in state: StateDirectory, _ body: () -> Void) {
        guard let file = try? StoreFile.open(state.lock, O_RDWR | O_CREAT, mode: 0o644),
            (try? lock(file, LOCK_NB)) == true, isStill(file, at: state.lock),
            (try? writeHolder(CommandLine.arguments, to: file)) != nil
        else { return }
        let lock = RunLock(file: file)
        body()
        _ = consume lock
    }

    private static func lock(_ file: StoreFile, _ flags: Int32) throws(SystemFailure) -> Bool {
        while flock(file.descriptor, LOCK_EX | flags) != 0 {
            if errno == EWOULDBLOCK { return false }
            guard errno == EINTR else { throw SystemFailure("lock", file.path) }
        }
        return true
    }

    private static func isStill(_ file: StoreFile, at path: String) -> Bool {
        var named = stat()
        guard stat(path, &named) == 0, let held = file.status else { return false }
        return named.st_ino == held.st_ino && named.st_dev == held.st_dev
    }

    private static func writeHolder(_ command: [String], to file: StoreFile) throws(SystemFailure) {
        guard ftruncate(file.descriptor, 0) == 0 else { throw SystemFailure("truncate", file.path) }
        let line = command.joined(separator: " ").split(separator: "\n").joined(separator: " ")
        try file.write(Array("\(getpid())\n\(Machine.wallTime)\n\(line)\n".utf8))
    }

    private static func holder(of file: StoreFile) -> LockHolder? {
        guard let bytes = SmallFile.read(file) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, let pid = Int32(lines[0]), let since = UInt64(lines[1]) else { return nil }
        return LockHolder(pid: pid, command: String(lines[2]), since: since)
    }
}
