// The byte form of what the kernel tells through inotify. Does not know what is watched.

internal import Glibc

/// One notification.
struct InotifyEvent {
    let watch: Int32
    let mask: UInt32
    /// Of the entry in the watched directory; empty when it is about the directory itself.
    let name: String
}

/// The notifications that one reading gave.
struct InotifyEvents: Sequence, IteratorProtocol {
    let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func next() -> InotifyEvent? {
        let size = MemoryLayout<inotify_event>.size
        guard bytes.count - position >= size else { return nil }
        let header = bytes.loadUnaligned(fromByteOffset: position, as: inotify_event.self)
        let start = position + size
        position = Swift.min(bytes.count, start + Int(header.len))
        // Padded with zeros.
        let name = bytes[start..<position].prefix { $0 != 0 }
        return InotifyEvent(watch: header.wd, mask: header.mask, name: String(decoding: name, as: UTF8.self))
    }
}
