// The disk with a witness: everything that is asked of it is noted, so that asking again can be spared as long as
// the answers are the same. Changes no answer.

public import Ports
internal import Synchronization
public import Vocabulary

/// Reads through to other files and remembers what was looked at.
public final class ObservedFiles: FileReading {
    let files: any FileReading & FileWriting
    private let seen = Mutex<[Observation]>([])

    public init(_ files: any FileReading & FileWriting) {
        self.files = files
    }

    /// Everything that was looked at since the last time, in order.
    public func take() -> [Observation] {
        seen.withLock { seen in
            defer { seen = [] }
            return seen
        }
    }

    public func status(_ path: String) throws(FileError) -> FileStatus? {
        let status = try files.status(path)
        note(path, status, isTypeOnly: status?.kind == .directory)
        return status
    }

    /// Names that come or go change the directory's times, so these count here.
    public func entries(_ directory: String) throws(FileError) -> [DirectoryEntry] {
        try noteWhole(directory)
        return try files.entries(directory)
    }

    public func bytes(_ path: String) throws(FileError) -> [UInt8] {
        try noteWhole(path)
        return try files.bytes(path)
    }

    public func content(_ path: String, upTo limit: Int) -> FileContent? {
        guard let content = files.content(path, upTo: limit) else { return nil }
        note(path, content.status, isTypeOnly: false)
        return content
    }

    public func linkTarget(_ path: String) throws(FileError) -> String {
        note(path, try files.status(path), isTypeOnly: false)
        return try files.linkTarget(path)
    }

    public func digest(_ path: String) throws(FileError) -> Digest {
        try noteWhole(path)
        return try files.digest(path)
    }

    /// The path, and what it leads to: what is read through a link depends on both.
    private func noteWhole(_ path: String) throws(FileError) {
        var path = path
        for _ in 0..<40 {
            let status = try files.status(path)
            note(path, status, isTypeOnly: false)
            guard status?.kind == .symbolicLink else { return }
            path = absolutePath(try files.linkTarget(path), in: parent(of: path))
        }
    }

    private func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    private func note(_ path: String, _ status: FileStatus?, isTypeOnly: Bool) {
        seen.withLock { $0.append(Observation(path: path, status: status, isTypeOnly: isTypeOnly)) }
    }
}

extension ObservedFiles: FileWriting {
    public func makeDirectory(_ path: String, mode: UInt16) throws(FileError) {
        try files.makeDirectory(path, mode: mode)
    }

    public func write(_ bytes: [UInt8], to path: String, mode: UInt16) throws(FileError) {
        try files.write(bytes, to: path, mode: mode)
    }

    public func makeLink(_ path: String, target: String) throws(FileError) {
        try files.makeLink(path, target: target)
    }

    public func setMode(_ path: String, _ mode: UInt16) throws(FileError) {
        try files.setMode(path, mode)
    }

    public func remove(_ path: String) throws(FileError) {
        try files.remove(path)
    }
}
