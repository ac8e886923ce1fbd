// The log of a service that stands in the background: written while it runs, followed by who wants to see it.

internal import Glibc

/// The file, held open by who writes it: that it is closed is the end of it.
public final class StandingLog {
    /// Bytes; what is more makes the file begin anew.
    private static let longest: Int64 = 32 << 20

    private let file: StoreFile

    /// - Parameter directory: absolute; made if it is not there.
    /// - Returns: nil when it cannot be written.
    public init?(of service: String, in directory: String) {
        let path = StandingLog.path(of: service, in: directory)
        do throws(SystemFailure) {
            try DirectoryNames.make(Staging.parent(of: path))
            file = try StoreFile.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, mode: 0o600)
        } catch {
            return nil
        }
    }

    /// What cannot be written is lost.
    public func write(_ bytes: [UInt8]) {
        if file.size > StandingLog.longest, ftruncate(file.descriptor, 0) == 0 {
            try? file.write(Array("… what was here became too long and is left out …\n".utf8))
        }
        try? file.write(bytes)
    }

    static func path(of service: String, in directory: String) -> String {
        ServiceLogFiles.home(of: service, in: directory) + "/standing.log"
    }

    /// Hands over what the log has, and what is added to it until its writer closes it.
    /// - Parameter isWritten: whether somebody writes it at all.
    public static func follow(
        _ service: String, in directory: String, while isWritten: () -> Bool, show: ([UInt8]) -> Void
    ) {
        let path = path(of: service, in: directory)
        guard let changes = Descriptor(inotify_init1(Int32(IN_CLOEXEC))),
            inotify_add_watch(changes.number, path, UInt32(IN_MODIFY | IN_CLOSE_WRITE)) >= 0,
            let file = try? StoreFile.open(path, O_RDONLY)
        else { return }
        var position: Int64 = 0
        // Asked after the watch was set: an end from now on is seen.
        var isOver = !isWritten()
        while true {
            showMore(of: file, from: &position, show)
            if isOver { return }
            isOver = waitForClose(changes)
        }
    }

    private static func showMore(of file: StoreFile, from position: inout Int64, _ show: ([UInt8]) -> Void) {
        if file.size < position { position = 0 }
        while file.size > position {
            let bytes = [UInt8](unsafeUninitializedCapacity: Int(min(file.size - position, 1 << 16))) {
                $1 = file.read(into: UnsafeMutableRawBufferPointer($0), at: position)
            }
            if bytes.isEmpty { return }
            show(bytes)
            position += Int64(bytes.count)
        }
    }

    /// Waits for a change.
    /// - Returns: whether it was the end.
    private static func waitForClose(_ changes: borrowing Descriptor) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
            guard case .bytes(let count) = changes.read(into: buffer) else { return true }
            let events = InotifyEvents(bytes: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            return events.contains { $0.mask & UInt32(IN_CLOSE_WRITE) != 0 }
        }
    }
}
