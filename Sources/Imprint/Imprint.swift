// What a run left: which tasks are up to date, and the state of every path that this rests on. Touches no disk.

internal import Hashing
public import Vocabulary

/// The imprint of earlier runs, read where it lies in memory.
///
/// A settled task was found up to date, or was run and recorded. It is up to date again, without being looked at, if
/// every path that was looked at for it is in the same state and everything it needs hands on the same content.
public struct Imprint: Sendable {
    let region: ByteRegion
    private let starts: [Int]
    /// Identity of the graph that the task numbers belong to.
    public let graph: UInt64
    /// Tasks.
    public let count: Int
    public let directoryCount: Int
    public let fileCount: Int
    public let facts: ImprintFacts

    /// Nil when the bytes are not a whole imprint of this format.
    public init?(_ region: ByteRegion) {
        let bytes = region.bytes
        guard bytes.count >= ImprintLayout.headerSize, bytes.value(at: 0) == ImprintLayout.magic,
            bytes.value(at: 8) == ImprintLayout.format
        else { return nil }
        starts = (0...ImprintLayout.Section.allCases.count).map { Int(bytes.value(at: 40 + $0 * 8, as: UInt64.self)) }
        guard zip(starts, starts.dropFirst()).allSatisfy(<=), starts[0] == ImprintLayout.headerSize,
            starts[starts.count - 1] == bytes.count, checksum(bytes.part(16..<bytes.count)) == bytes.value(at: 12)
        else { return nil }
        graph = bytes.value(at: 16)
        count = Int(bytes.value(at: 24, as: UInt32.self))
        directoryCount = Int(bytes.value(at: 28, as: UInt32.self))
        fileCount = Int(bytes.value(at: 32, as: UInt32.self))
        var reader = ByteReader(bytes.part(starts[0]..<starts[1]))
        guard let facts = ImprintFacts(from: &reader) else { return nil }
        self.facts = facts
        self.region = region
    }

    @inline(__always)
    public func isSettled(_ task: Int) -> Bool { state(task) == .settled }

    /// What the task handed on last; nil when that is not known.
    public func content(_ task: Int) -> Digest? {
        state(task) == .unknown ? nil : region.bytes.digestValue(at: start(.contents) + task * 32)
    }

    public func key(_ task: Int) -> Digest { region.bytes.digestValue(at: start(.keys) + task * 32) }

    /// Numbers of the files that a task depends on.
    @inline(__always)
    public func forEachFile(of task: Int, _ body: (Int) -> Void) {
        for position in item(task, .lookStarts)..<item(task + 1, .lookStarts) { body(item(position, .looks)) }
    }

    func fileCount(of task: Int) -> Int { item(task + 1, .lookStarts) - item(task, .lookStarts) }

    /// The files of a directory.
    public func files(ofDirectory directory: Int) -> Range<Int> {
        item(directory, .directoryFiles)..<item(directory + 1, .directoryFiles)
    }

    /// A directory's absolute path, ending with a zero byte.
    public func directoryPath(_ directory: Int) -> UnsafePointer<CChar> {
        text(start(.directoryBytes) + item(directory, .directoryStarts))
    }

    /// The names of all files: each begins at its item of `nameStarts` and ends with a zero byte.
    public var names: UnsafePointer<CChar> { text(start(.nameBytes)) }

    /// Where each file's name starts: 32-bit integers, little-endian.
    public var nameStarts: UnsafeRawPointer { pointer(start(.nameStarts)) }

    /// The state of each file when it was looked at: rows of 40 bytes.
    public var rows: UnsafeRawPointer { pointer(start(.rows)) }

    func state(_ task: Int) -> TaskState { TaskState(rawValue: region.bytes[start(.states) + task]) ?? .unknown }

    func row(_ file: Int) -> FileRow { FileRow(at: start(.rows) + file * FileRow.size, of: region.bytes) }

    func nameBytes(_ file: Int) -> UnsafeRawBufferPointer {
        let first = start(.nameBytes)
        // Without the zero byte.
        return region.bytes.part(first + item(file, .nameStarts)..<first + item(file + 1, .nameStarts) - 1)
    }

    private func pointer(_ offset: Int) -> UnsafeRawPointer {
        region.bytes.baseAddress.unsafelyUnwrapped + offset
    }

    private func text(_ offset: Int) -> UnsafePointer<CChar> {
        pointer(offset).assumingMemoryBound(to: CChar.self)
    }

    @inline(__always)
    private func start(_ section: ImprintLayout.Section) -> Int { starts[section.rawValue] }

    @inline(__always)
    private func item(_ index: Int, _ section: ImprintLayout.Section) -> Int {
        region.bytes.item(index, ofTableAt: starts[section.rawValue])
    }
}
