// Takes files into the store and their digests on the way. Does not know which files, nor what refers to them.

import Ports
import Synchronization
import Vocabulary

/// Reads each file once where storing it and hashing it would read it twice. Used for the files of one task.
final class ContentKeeper: Sendable {
    private let ports: EnginePorts
    private let hasFailed = Atomic<Bool>(false)

    init(_ ports: EnginePorts) {
        self.ports = ports
    }

    /// Whether everything asked for is in the store.
    var hasKeptAll: Bool { !hasFailed.load(ordering: .relaxed) }

    /// The digest of a regular file whose content is then in the store, unless the store is in trouble.
    func digest(of path: String, status: FileStatus) throws(FileError) -> Digest {
        do throws(StoreError) {
            return try ports.digests.digest(of: path, status: status) { () throws(StoreError) in
                try ports.store.add(fileAt: path)
            }
        } catch {
            hasFailed.store(true, ordering: .relaxed)
        }
        return try ports.digests.digest(of: path, status: status)
    }
}
