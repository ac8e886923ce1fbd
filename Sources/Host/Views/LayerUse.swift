// Which layers are in use by which processes, so that none is removed under a view. Knows no layer.

internal import CLinux
internal import Glibc
internal import Synchronization
internal import Vocabulary

/// One file beside the layers; a use is a lock on the position that the layer's digest says, and ends with the process.
final class LayerUse: Sendable {
    private let directory: String
    private let file = Mutex<StoreFile?>(nil)

    /// - Parameter directory: of layers; need not exist.
    init(of directory: String) {
        self.directory = directory
    }

    /// To be called before it is looked whether the layer is there. Waits while it is being removed.
    func hold(_ digest: Digest) {
        guard let file = openFile() else { return }
        _ = tg_lock_position(file.descriptor, digest.word0, 0, 1)
    }

    /// Does something with a layer that nobody uses.
    /// - Returns: false when somebody does.
    func claim(_ digest: Digest, _ body: () -> Void) -> Bool {
        // A descriptor of its own: locks of one open file do not exclude each other.
        guard let file = try? StoreFile.open(path, O_RDWR | O_CREAT, mode: 0o644),
            tg_lock_position(file.descriptor, digest.word0, 1, 0) == 0
        else { return false }
        body()
        _ = tg_unlock_position(file.descriptor, digest.word0)
        return true
    }

    private var path: String { directory + ".use" }

    /// Nil when there are no layers. In a cache that cannot be written nothing is removed either.
    private func openFile() -> StoreFile? {
        file.withLock { file in
            if file == nil {
                file =
                    (try? StoreFile.open(path, O_RDONLY)) ?? (try? StoreFile.open(path, O_RDWR | O_CREAT, mode: 0o644))
            }
            return file
        }
    }
}
