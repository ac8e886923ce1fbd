// Filesystems of a test's own: small ones, read-only ones. Only where the tests may mount.

import Glibc
import Testing

enum Mounting {
    /// Root with the right to mount.
    static let isPossible: Bool = {
        guard geteuid() == 0 else { return false }
        return system("d=$(mktemp -d) && mount -t tmpfs -o size=64k none $d 2>/dev/null && umount $d && rmdir $d") == 0
    }()

    /// Mounts a tmpfs on a directory as long as the body runs.
    static func tmpfs<Result>(_ directory: String, size: String, _ body: () throws -> Result) rethrows -> Result {
        Disk.makeDirectory(directory)
        precondition(system("mount -t tmpfs -o size=\(size),mode=755 none '\(directory)'") == 0)
        defer { system("umount -l '\(directory)'") }
        return try body()
    }

    /// Makes a directory read-only by mounting it over itself as long as the body runs.
    static func readOnly<Result>(_ directory: String, _ body: () throws -> Result) rethrows -> Result {
        precondition(
            system("mount --bind '\(directory)' '\(directory)' && mount -o remount,ro,bind '\(directory)'") == 0)
        defer { system("umount -l '\(directory)'") }
        return try body()
    }
}
