// What a template must be, written beside it, and whether it still is. Builds nothing.

internal import Glibc
internal import Hashing
internal import Ports
internal import Vocabulary

/// The record of a template: its identity, a digest over its content, and a note.
///
/// The content is read when something about its files differs from the last time it was read, and after a boot.
enum TemplateRecord {
    enum State {
        case missing
        case intact(note: String)
        /// Says what is wrong.
        case damaged(String)
    }

    private static let first = "taskgraph template 1"

    static func look(at home: String, _ identity: Digest) -> State {
        var status = stat()
        guard lstat(home, &status) == 0 else { return .missing }
        guard let bytes = (try? contents(home + "/record")) ?? nil else { return .damaged("it has no record") }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 6, lines[0] == first, lines[1] == identity.hex, let content = Digest(hex: lines[2]),
            lines[4] == "end"
        else { return .damaged("its record is not readable") }
        if let seal = (try? contents(home + "/seal")) ?? nil, seal == currentSeal(home) {
            return .intact(note: String(lines[3]))
        }
        guard (try? digest(of: home + "/content")) == content else { return .damaged("its content was changed") }
        self.seal(home)
        return .intact(note: String(lines[3]))
    }

    /// - Parameter note: one line.
    static func write(to home: String, _ identity: Digest, content: Digest, note: String) throws(ViewError) {
        let text = [first, identity.hex, content.hex, note, "end", ""].joined(separator: "\n")
        try replaceContents(of: home + "/record", with: Array(text.utf8), mode: 0o600)
        noteUse(of: home)
    }

    /// The time of the record is that of its last use.
    static func noteUse(of home: String) {
        let now = Machine.wallTime
        let time = timespec(tv_sec: Int(now / 1_000_000_000), tv_nsec: Int(now % 1_000_000_000))
        utimensat(AT_FDCWD, home + "/record", [time, time], 0)
    }

    /// Nanoseconds since the epoch; 0 for one without a record.
    static func lastUse(of home: String) -> UInt64 {
        var status = stat()
        return lstat(home + "/record", &status) == 0 ? UInt64(clamping: FileStamp(status).modified) : 0
    }

    /// Losing it costs reading the content again.
    static func seal(_ home: String) {
        guard let seal = currentSeal(home) else { return }
        try? replaceContents(of: home + "/seal", with: seal, mode: 0o600)
    }

    private static func currentSeal(_ home: String) -> [UInt8]? {
        (try? DirectorySeal(of: home + "/content", hasChangeTimes: true))?.bytes
    }

    /// Over names, modes and content of everything beneath.
    static func digest(of directory: String) throws(ViewError) -> Digest {
        var writer = ByteWriter()
        try add(OpenDirectory(directory), to: &writer)
        return Digest(of: writer.bytes)
    }

    private static func add(_ directory: borrowing OpenDirectory, to writer: inout ByteWriter) throws(ViewError) {
        for name in try directory.names() {
            guard let status = try directory.status(name) else { continue }
            writer.string(name)
            writer.integer(status.kind.rawValue)
            writer.integer(status.mode)
            switch status.kind {
            case .directory:
                try add(OpenDirectory(name, in: directory), to: &writer)
                writer.integer(UInt8.max)
            case .regular: writer.digest(try OpenFile(name, in: directory.handle, unlocking: nil).digest())
            case .symbolicLink: writer.string(try directory.linkTarget(name))
            default: throw ViewError("\(directory.path)/\(name) is neither a file nor a directory nor a link")
            }
        }
    }
}
