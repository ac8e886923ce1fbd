// The journals of a state directory: one file for each run, the last by its number. Does not know what runs do.

import Glibc
public import Ports
internal import Vocabulary

/// Why the last run cannot be told.
public enum JournalError: Error, Hashable, Sendable {
    /// No run has changed anything here yet.
    case none
    case damaged(path: String)
    /// Written by a version of the program that writes them differently.
    case otherVersion(path: String)
}

/// `.taskgraph/runs/`, a file `NUMBER.journal` for each of the last runs.
public struct RunJournals: Sendable {
    /// Runs that are kept, if they are not longer than this together; the last is kept however long it is.
    static let keptRuns = 50
    static let keptBytes: Int64 = 64 << 20
    private static let suffix = ".journal"

    private let directory: String

    public init(in state: StateDirectory) {
        directory = state.path + "/runs"
    }

    /// Of the state directory beside a root file, which need not exist.
    public init(besideRootFileIn root: String) {
        directory = "\(root)/\(StateDirectory.name)/runs"
    }

    /// The runs that are kept, the latest first.
    public var numbers: [UInt64] {
        DirectoryNames.list(directory).filter { $0.hasSuffix(Self.suffix) }
            .compactMap { UInt64($0.dropLast(Self.suffix.count)) }.sorted(by: >)
    }

    public func last() throws(JournalError) -> RecordedRun {
        guard let number = numbers.first else { throw .none }
        return try run(number)
    }

    /// - Throws: `none` when that run is not kept.
    public func run(_ number: UInt64) throws(JournalError) -> RecordedRun {
        let path = path(of: number)
        guard let file = try? StoreFile.open(path, O_RDONLY) else { throw .none }
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(file.size)) { buffer, count in
            count = file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
        do throws(JournalDamage) {
            return try JournalFormat.run(in: bytes)
        } catch {
            switch error {
            case .damaged: throw .damaged(path: path)
            case .otherVersion: throw .otherVersion(path: path)
            }
        }
    }

    /// A run without its entries, if it ended in an orderly way: without reading the rest of a long file.
    public func headline(_ number: UInt64) throws(JournalError) -> RecordedRun {
        guard let file = try? StoreFile.open(path(of: number), O_RDONLY) else { throw .none }
        let endSize = JournalFormat.frameHead + JournalFormat.endPayloadSize
        func bytes(_ count: Int, at offset: Int64) -> [UInt8] {
            [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = file.read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            }
        }
        let head = bytes(1 << 16, at: 0)
        let tail = bytes(endSize, at: max(0, file.size - Int64(endSize)))
        guard head.starts(with: JournalFormat.magic),
            let first = JournalFormat.payloads(of: head, from: JournalFormat.magic.count).first,
            case .header(let header, let tasks, let untold)? = JournalFormat.statement(first),
            let last = JournalFormat.payloads(of: tail, from: 0).first,
            case .end(let summary)? = JournalFormat.statement(last)
        else { return try run(number) }
        return RecordedRun(header: header, entries: [], tasks: tasks, untold: untold, summary: summary)
    }

    /// What journals tell of executions of a task: the entry that says what its key was made of, the latest first.
    public func executions(of task: String, limit: Int) -> [(header: JournalHeader, entry: JournalEntry)] {
        var found: [(header: JournalHeader, entry: JournalEntry)] = []
        for number in numbers {
            guard found.count < limit else { break }
            guard let run = try? run(number),
                let entry = run.entries.first(where: { $0.task == task && !$0.texts.isEmpty })
            else { continue }
            found.append((run.header, entry))
        }
        return found
    }

    func path(of number: UInt64) -> String { "\(directory)/\(number)\(Self.suffix)" }

    /// Makes the file of a new run under its name, with these bytes in it, and forgets the oldest runs.
    /// - Returns: the file, open for appending.
    func create(_ number: UInt64, _ head: [UInt8]) throws(SystemFailure) -> StoreFile {
        try DirectoryNames.make(directory)
        let path = path(of: number)
        let temporary = "\(path).new"
        do throws(SystemFailure) {
            // Commands and values of variables are in it.
            let file = try StoreFile.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, mode: 0o600)
            try file.write(head)
            // After a power loss there is a whole header under the name, or the run before is the last.
            try file.synchronize()
            guard rename(temporary, path) == 0 else { throw SystemFailure("rename", path) }
            removeOld()
            return file
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// The names in it become durable with what is noted in it.
    func openDirectory() throws(SystemFailure) -> StoreFile { try StoreFile.open(directory, O_RDONLY | O_DIRECTORY) }

    private func removeOld() {
        for name in DirectoryNames.list(directory) where name.hasSuffix(Self.suffix + ".new") {
            unlink("\(directory)/\(name)")
        }
        var bytes: Int64 = 0
        for (position, number) in numbers.enumerated() {
            let path = path(of: number)
            var status = stat()
            bytes += stat(path, &status) == 0 ? Int64(status.st_size) : 0
            // The run before the new one is what a resumed run continues.
            if position > 1, position >= Self.keptRuns || bytes > Self.keptBytes { unlink(path) }
        }
    }
}
