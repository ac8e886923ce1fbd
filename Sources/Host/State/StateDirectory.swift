// The directory beside the root file where a checkout keeps its state. Does not know what the files in it mean.

import Glibc
public import Ports

/// `.taskgraph/` of one checkout. Each git worktree has its own, because each has its own root file.
public struct StateDirectory: Sendable {
    public static let name = ".taskgraph"
    private static let ignoresAll = "*\n"

    /// Absolute if the root was.
    public let path: String

    /// Makes the directory if it is not there, with what keeps git and backups away from it.
    /// - Parameter root: the directory of the root file.
    public init(beside root: String) throws(FileError) {
        path = root + "/" + StateDirectory.name
        // Written last and with one write, so that a directory that has it is complete.
        let complete = path + "/.gitignore"
        var status = stat()
        if stat(complete, &status) == 0, status.st_size == StateDirectory.ignoresAll.utf8.count { return }
        do throws(SystemFailure) {
            try DirectoryNames.make(path)
            try SmallFile.write(StoreLayout.cacheTag, to: path + "/CACHEDIR.TAG")
            try SmallFile.write(StateDirectory.ignoresAll, to: complete)
        } catch {
            throw error.asFileError
        }
    }

    /// Where the store is, unless the environment names another place.
    public var cache: String { path + "/cache" }
    public var digests: String { path + "/digests" }
    /// What of the store was verified since the machine was started.
    public var verified: String { path + "/verified" }
    public var history: String { path + "/history.sqlite" }
    /// Unfinished files of the run that holds the lock.
    public var temporary: String { path + "/tmp" }
    var lock: String { path + "/lock" }
}
