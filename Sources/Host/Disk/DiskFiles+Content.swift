// A small file with one opening, one look and one read. Does not know what it is read for.

internal import CLinux
internal import Glibc
public import Ports
internal import Vocabulary

extension DiskFiles {
    public func content(_ path: String, upTo limit: Int) -> FileContent? {
        var found = tg_status()
        guard let file = Descriptor(tg_open_reading_no_link(path)), tg_fstat(file.number, &found) == 0,
            let status = FileStatus(found), status.kind == .regular, status.stamp.size <= UInt64(limit)
        else { return nil }
        let takenAt = Machine.wallTime
        let size = Int(status.stamp.size)
        // One byte more is asked for, so that a file that has grown shows.
        let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
            count = max(0, read(file.number, buffer.baseAddress, size + 1))
        }
        return bytes.count == size ? FileContent(status: status, bytes: bytes, takenAt: takenAt) : nil
    }
}

extension FileStatus {
    /// Nil when the system says a type that it does not know.
    init?(_ status: tg_status) {
        guard let kind = FileKind(rawValue: status.kind) else { return nil }
        let stamp = FileStamp(
            inode: status.inode, size: status.size, modified: status.modified, changed: status.changed)
        self.init(kind: kind, mode: status.mode, stamp: stamp)
    }
}
