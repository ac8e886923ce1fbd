// A directory that belongs to one run and is cleared away after it, by itself or, after a crash, by a later one.

internal import CLinux
internal import Glibc
internal import Ports

/// Owns a directory under `parent` as long as this value, or the process, lives.
///
/// The proof of life is a lock on the directory, which the kernel releases with the process.
final class RunDirectory: Sendable {
    let path: String
    private let parent: String
    private let name: String
    private let descriptor: Int32
    private let removal: @Sendable (String) -> Void

    /// Clears away what dead runs left in `parent` and makes a directory there.
    /// - Parameters:
    ///   - mode: its permission bits.
    ///   - removal: removes the directory of a run with everything beneath.
    init(
        in parent: String, mode: mode_t = 0o700,
        removal: @escaping @Sendable (String) -> Void = { _ = tg_view_remove(AT_FDCWD, $0) }
    ) throws(ViewError) {
        try makeDirectories(parent)
        let guarding = try OpenDirectory(parent)
        // Between the making of a directory and its locking nobody may look for dead ones.
        guard tg_view_lock(guarding.descriptor, 1) == 0 else { throw ViewError.system("lock", parent) }
        try RunDirectory.removeDead(in: guarding, removal)
        var number = 0
        while mkdirat(guarding.descriptor, "\(getpid())-\(number)", 0o700) < 0 {
            guard errno == EEXIST else { throw ViewError.system("create a directory in", parent) }
            number += 1
        }
        self.parent = parent
        name = "\(getpid())-\(number)"
        path = "\(parent)/\(name)"
        descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        self.removal = removal
        guard descriptor >= 0, tg_view_lock(descriptor, 0) == 0 else { throw ViewError.system("lock", path) }
        guard mode == 0o700 || fchmod(descriptor, mode) == 0 else { throw ViewError.system("set the mode of", path) }
    }

    deinit {
        removal(path)
        close(descriptor)
    }

    /// Clears away what dead runs left, if anything is there.
    static func sweep(_ parent: String) {
        var status = stat()
        // On most filesystems a directory without directories in it has two links: one look is enough.
        guard lstat(parent, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_nlink != 2,
            let guarding = try? OpenDirectory(parent), tg_view_lock(guarding.descriptor, 0) == 0
        else { return }
        try? removeDead(in: guarding) { _ = tg_view_remove(AT_FDCWD, $0) }
    }

    /// Removes directories whose owner is gone.
    private static func removeDead(
        in parent: borrowing OpenDirectory, _ removal: (String) -> Void
    ) throws(ViewError) {
        for name in try parent.names() {
            guard let run = try? OpenDirectory(name, in: parent), tg_view_lock(run.descriptor, 0) == 0 else { continue }
            removal(run.path)
        }
    }
}
