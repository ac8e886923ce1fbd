// Runs that wait for their delivery: a file each, whole or not there. Does not know where they go.

import Glibc
import Hashing
import Ports
import Vocabulary

/// A directory of runs, shared by the processes that use the state directory.
struct RunSpool: Sendable {
    let directory: String
    private static let magic = Array("taskgraph spool 1\n".utf8)

    /// Nothing is synced: a run that is lost in a power loss is no harm.
    func put(_ run: RunEvidence) throws(FileError) {
        let payload = run.encoded
        var writer = ByteWriter()
        writer.integer(payload.withUnsafeBytes { checksum($0) })
        let files = DiskFiles(staging: Staging(directory: directory + "/tmp"))
        try files.makeDirectory(directory + "/tmp", mode: 0o755)
        try files.write(RunSpool.magic + writer.bytes + payload, to: path(run.id), mode: 0o644)
    }

    /// The ids of runs that wait, in order.
    var waiting: [String] {
        DirectoryNames.list(directory).filter { $0 != "tmp" && !$0.hasSuffix(".damaged") }.sorted()
    }

    /// Nil when the file is gone, which another process may have delivered, or damaged: then it is put aside.
    func run(_ id: String, damaged: (String) -> Void) -> RunEvidence? {
        guard let bytes = try? DiskFiles().bytes(path(id)) else { return nil }
        if let run = decoded(bytes), run.id == id { return run }
        damaged(path(id) + ".damaged")
        _ = rename(path(id), path(id) + ".damaged")
        return nil
    }

    func remove(_ id: String) { try? DiskFiles().remove(path(id)) }

    private func path(_ id: String) -> String { directory + "/" + id }

    private func decoded(_ bytes: [UInt8]) -> RunEvidence? {
        guard bytes.starts(with: RunSpool.magic) else { return nil }
        var reader = ByteReader(bytes[RunSpool.magic.count...].prefix(4))
        let payload = Array(bytes.dropFirst(RunSpool.magic.count + 4))
        guard reader.integer(UInt32.self) == payload.withUnsafeBytes({ checksum($0) }) else { return nil }
        return RunEvidence(encoded: payload)
    }
}
