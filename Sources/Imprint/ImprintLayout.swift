// Where things stand in the file of an imprint. Little-endian; offsets count from the start of the file.

/// The file is a header and sections.
///
///     0 magic u64 · 8 format u32 · 12 CRC-32C u32 of everything from 16 · 16 identity of the graph u64 · 24 tasks u32 ·
///     28 directories u32 · 32 files u32 · 36 zero u32 · 40 offsets of the sections, u64 each, and of the end
///
/// A table of starts has one more item than what it describes. Paths and names end with a zero byte, so that they can
/// be given to the system as they stand.
enum ImprintLayout {
    static let magic: UInt64 = 0x3154_4e49_5250_4d49
    static let format: UInt32 = 1
    static let headerSize = 40 + (Section.allCases.count + 1) * 8

    enum Section: Int, CaseIterable {
        /// `ImprintFacts`.
        case facts
        /// u8 a task: `TaskState`.
        case states
        /// 32 bytes a task: the content it handed on.
        case contents
        /// 32 bytes a task: the key of its result.
        case keys
        /// u32 starts into `looks`.
        case lookStarts
        /// u32: numbers of the files a task depends on.
        case looks
        /// u32 starts into `directoryBytes`.
        case directoryStarts
        /// Absolute paths.
        case directoryBytes
        /// u32 starts of each directory's files.
        case directoryFiles
        /// u32 starts into `nameBytes`.
        case nameStarts
        case nameBytes
        /// 40 bytes a file: `FileRow`.
        case rows
    }
}

/// What an imprint says of a task.
enum TaskState: UInt8 {
    case unknown
    /// Up to date as long as its files and the contents of what it needs are the same.
    case settled
    /// Its content is what it handed on last; whether it is up to date is to be found out.
    case contentKnown
}
