// What an imprint keeps of one path: 40 bytes, compared by the system's side without decoding.

package import Vocabulary

/// The state of a path when it was looked at.
///
///     0 inode u64 · 8 size u64 · 16 mtime i64 · 24 ctime i64 · 32 look u32 · 36 zero u32
///
/// `look`: bits 0–11 permission bits, 12–14 `FileKind`, 15 something is there, 16 only type and mode count,
/// 17 never the same: it was seen in two states, or changed so shortly before that another change would not show.
package struct FileRow: Hashable, Sendable {
    package static let size = 40
    package static let isThere: UInt32 = 1 << 15
    package static let isTypeOnly: UInt32 = 1 << 16
    package static let isNeverSame: UInt32 = 1 << 17

    package var stamp: FileStamp
    package var look: UInt32

    package init(_ observation: Observation) {
        guard let status = observation.status else {
            stamp = FileStamp(inode: 0, size: 0, modified: 0, changed: 0)
            look = 0
            return
        }
        look = UInt32(status.mode & 0o7777) | UInt32(status.kind.rawValue) << 12 | FileRow.isThere
        stamp = status.stamp
        if observation.isTypeOnly {
            look |= FileRow.isTypeOnly
            stamp = FileStamp(inode: 0, size: 0, modified: 0, changed: 0)
        }
    }

    init(at offset: Int, of bytes: UnsafeRawBufferPointer) {
        stamp = FileStamp(
            inode: bytes.value(at: offset), size: bytes.value(at: offset + 8), modified: bytes.value(at: offset + 16),
            changed: bytes.value(at: offset + 24))
        look = bytes.value(at: offset + 32)
    }

    func write(at offset: Int, of bytes: UnsafeMutableRawBufferPointer) {
        bytes.storeBytes(of: stamp.inode.littleEndian, toByteOffset: offset, as: UInt64.self)
        bytes.storeBytes(of: stamp.size.littleEndian, toByteOffset: offset + 8, as: UInt64.self)
        bytes.storeBytes(of: stamp.modified.littleEndian, toByteOffset: offset + 16, as: Int64.self)
        bytes.storeBytes(of: stamp.changed.littleEndian, toByteOffset: offset + 24, as: Int64.self)
        bytes.storeBytes(of: look.littleEndian, toByteOffset: offset + 32, as: UInt32.self)
        bytes.storeBytes(of: 0, toByteOffset: offset + 36, as: UInt32.self)
    }

    /// The latest of the times, in nanoseconds since the epoch.
    var latest: Int64 { max(stamp.modified, stamp.changed) }
}
