// The identity of tools named in `cache.tools`: what they print for `--version`, remembered by the program file.

import Hashing
import Ports
import Vocabulary

/// Version digests of tools. A tool is asked again only when the file it is found at has changed.
struct ToolVersions {
    private static let magic = "taskgraph tools 2\n"

    private struct Memo: Hashable {
        let stamp: FileStamp
        let version: Digest
        /// The first line of what it printed.
        let text: String
    }

    /// A tool that has to be asked.
    struct Question {
        let tool: String
        let path: String
        let stamp: FileStamp
    }

    private let file: String
    private var memos: [String: Memo] = [:]
    private var versions: [String: Memo] = [:]
    private var isChanged = false

    init(stateDirectory: String, files: any FileReading) {
        file = stateDirectory + "/tools"
        guard let bytes = try? files.bytes(file), bytes.starts(with: ToolVersions.magic.utf8) else { return }
        var reader = ByteReader(bytes.dropFirst(ToolVersions.magic.utf8.count))
        while !reader.isAtEnd {
            guard let path = reader.string(), let inode: UInt64 = reader.integer(), let size: UInt64 = reader.integer(),
                let modified: Int64 = reader.integer(), let changed: Int64 = reader.integer(),
                let version = reader.digest(), let text = reader.string()
            else { return }
            let stamp = FileStamp(inode: inode, size: size, modified: modified, changed: changed)
            memos[path] = Memo(stamp: stamp, version: version, text: text)
        }
    }

    /// The digest for a tool that was found; nil: there is no such program in PATH.
    func version(of tool: String) -> Digest? { versions[tool]?.version }

    /// The first line of its version, for people.
    func text(of tool: String) -> String? { versions[tool]?.text }

    /// Looks the tools up in PATH. Gives those whose version is not remembered.
    mutating func lookUp(_ tools: some Sequence<String>, path: String, files: any FileReading) -> [Question] {
        var questions: [Question] = []
        for tool in Set(tools).sorted() {
            guard let (found, stamp) = program(tool, path: path, files: files) else { continue }
            if let memo = memos[found], memo.stamp == stamp {
                versions[tool] = memo
            } else {
                questions.append(Question(tool: tool, path: found, stamp: stamp))
            }
        }
        return questions
    }

    /// - Parameter output: what `--version` printed; nil when it could not be asked or failed, and then the file's own
    ///   identity stands for the version.
    mutating func answer(_ question: Question, output: [UInt8]?) {
        let version = Digest(of: output ?? Array("\(question.path) \(question.stamp)".utf8))
        let line = output?.split(separator: UInt8(ascii: "\n")).first.map { String(decoding: $0, as: UTF8.self) }
        let memo = Memo(stamp: question.stamp, version: version, text: line ?? question.path)
        versions[question.tool] = memo
        memos[question.path] = memo
        isChanged = true
    }

    func save(to files: any FileWriting) {
        guard isChanged else { return }
        var writer = ByteWriter()
        for (path, memo) in memos.sorted(by: { $0.key.utf8Precedes($1.key) }) {
            writer.string(path)
            writer.integer(memo.stamp.inode)
            writer.integer(memo.stamp.size)
            writer.integer(memo.stamp.modified)
            writer.integer(memo.stamp.changed)
            writer.digest(memo.version)
            writer.string(memo.text)
        }
        try? files.write(Array(ToolVersions.magic.utf8) + writer.bytes, to: file, mode: 0o644)
    }

    private func program(_ tool: String, path: String, files: any FileReading) -> (path: String, stamp: FileStamp)? {
        let candidates =
            tool.contains("/") ? [tool] : path.split(separator: ":").map { "\($0)/\(tool)" }
        for candidate in candidates {
            guard let target = resolved(candidate, files: files, depth: 0),
                let status = (try? files.status(target)) ?? nil, status.kind == .regular, status.mode & 0o111 != 0
            else { continue }
            return (candidate, status.stamp)
        }
        return nil
    }

    /// The file behind symbolic links; nil when there is none.
    private func resolved(_ path: String, files: any FileReading, depth: Int) -> String? {
        guard depth < 16, let status = (try? files.status(path)) ?? nil else { return nil }
        guard status.kind == .symbolicLink else { return path }
        guard let target = try? files.linkTarget(path) else { return nil }
        let directory = path.split(separator: "/").dropLast().joined(separator: "/")
        return resolved(target.hasPrefix("/") ? target : "/\(directory)/\(target)", files: files, depth: depth + 1)
    }
}
