// Many paths looked at once more, on all processors, against what an imprint says of them. Judges nothing.

internal import CLinux
internal import Ports
internal import Synchronization
internal import Vocabulary

/// Where the paths stand in memory, as `tg_find_differing` reads them.
public struct LookTable: @unchecked Sendable {
    // Unchecked: the memory is read only, and its owner outlives the call.
    public var names: UnsafePointer<CChar>
    public var nameStarts: UnsafeRawPointer
    public var rows: UnsafeRawPointer
    /// Absolute paths and the range of files in each.
    public var directories: [(path: UnsafePointer<CChar>, files: Range<Int>)]
    public var fileCount: Int

    public init(
        names: UnsafePointer<CChar>, nameStarts: UnsafeRawPointer, rows: UnsafeRawPointer,
        directories: [(path: UnsafePointer<CChar>, files: Range<Int>)], fileCount: Int
    ) {
        self.names = names
        self.nameStarts = nameStarts
        self.rows = rows
        self.directories = directories
        self.fileCount = fileCount
    }

    /// The files among the wanted ones (a byte each, 0: not wanted) that are not as their rows say: a byte each,
    /// 1: it differs. Nil when none differs.
    public func differing(_ wanted: [UInt8]) -> [UInt8]? {
        // Small enough to share the work, large enough that opening the directory again costs little.
        let chunk = 512
        let pieces = directories.flatMap { directory in
            stride(from: directory.files.lowerBound, to: directory.files.upperBound, by: chunk).map {
                (directory.path, $0, min($0 + chunk, directory.files.upperBound))
            }
        }
        var differs = [UInt8](repeating: 0, count: fileCount)
        let total = Atomic<Int>(0)
        wanted.withUnsafeBufferPointer { wanted in
            differs.withUnsafeMutableBufferPointer { differs in
                guard let wanted = wanted.baseAddress, let differs = differs.baseAddress else { return }
                let memory = Memory(pieces: pieces, wanted: wanted, differs: differs)
                try? inParallel(pieces.count) { piece throws(ViewError) in
                    let found = memory.look(piece, self)
                    if found > 0 { total.add(found, ordering: .relaxed) }
                }
            }
        }
        return total.load(ordering: .relaxed) == 0 ? nil : differs
    }

    /// What the threads share: they read the same and write apart.
    private struct Memory: @unchecked Sendable {
        let pieces: [(UnsafePointer<CChar>, Int, Int)]
        let wanted: UnsafePointer<UInt8>
        let differs: UnsafeMutablePointer<UInt8>

        func look(_ piece: Int, _ table: LookTable) -> Int {
            let (directory, first, end) = pieces[piece]
            return Int(
                tg_find_differing(
                    directory, table.names, table.nameStarts, table.rows, UInt32(first), UInt32(end), wanted, differs))
        }
    }
}
