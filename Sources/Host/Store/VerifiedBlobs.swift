// Which files of content were read, or written, and found right since this machine was started. Reads no content.

import CLinux
import Glibc
import Vocabulary

/// Kept with a checkout's state and not with the store, which several machines and users may write.
///
/// A blob is known by its path, device, inode, size and times, and by the boot: what happened to a disk while nobody
/// looked is found by reading it again. Losing the memory costs reading, too.
public final class VerifiedBlobs: Sendable {
    private let memory: DigestMemory
    private let boot: String

    /// - Parameters:
    ///   - path: the file to keep it in; it need not exist.
    ///   - staging: where the next file is made, on the same filesystem; nil: beside it.
    public convenience init(file path: String, staging: Staging? = nil) {
        self.init(file: path, staging: staging, boot: bootIdentity)
    }

    /// - Parameter boot: differs after every boot; empty: nothing is believed.
    init(file path: String, staging: Staging? = nil, boot: String) {
        self.boot = boot
        // What was learned before the boot will never be found again.
        memory = DigestMemory(file: path, staging: staging, lifetime: UInt32(clamping: Machine.daysSinceBoot + 1))
    }

    /// Whether a file with this status was found to have the content.
    func know(_ digest: Digest, at path: String, _ status: stat) -> Bool {
        !boot.isEmpty && memory.digest(hash: hash(path, status), stamp: FileStamp(status)) == digest
    }

    /// Notes that the file has the content, if any change of it would show in its times.
    /// - Parameters:
    ///   - status: of the file before it was read, or behind the last change by the one who wrote it.
    ///   - takenAt: nanoseconds since the epoch, right after the status was taken.
    func note(_ digest: Digest, in file: StoreFile, at path: String, _ status: stat, takenAt: UInt64) {
        let stamp = FileStamp(status)
        guard !boot.isEmpty,
            FileDigests.isSettled(stamp, takenAt: takenAt, hasFineTimes: tg_has_fine_times(file.descriptor) == 1)
        else { return }
        memory.remember(digest, hash: hash(path, status), stamp: stamp, takenAt: takenAt)
    }

    func save() { memory.save() }

    private func hash(_ path: String, _ status: stat) -> UInt64 { "\(boot) \(status.st_dev) \(path)".stableHash }
}
