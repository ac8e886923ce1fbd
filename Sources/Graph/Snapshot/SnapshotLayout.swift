// Where things stand in the file of a frozen graph. Little-endian; offsets count from the start of the file.

/// The file is a header, sections, and the definitions.
///
///     0 magic u64 · 8 format u32 · 12 CRC-32C u32 of everything from 16 to the definitions · 16 tasks u32 ·
///     20 names u32 · 24 slots u32 · 28 zero u32 · 32 offsets of the sections, u64 each, and of the end
///
/// A table of starts has one more item than what it describes, so that item `i` ends where `i + 1` begins.
enum SnapshotLayout {
    static let magic: UInt64 = 0x3148_5052_4747_5454
    /// Raise it when definitions, the key or loading mean something else by the same bytes.
    static let format: UInt32 = 2
    static let headerSize = 32 + (Section.allCases.count + 1) * 8

    enum Section: Int, CaseIterable {
        /// `LoadFacts`, and the sizes of the pools.
        case facts
        /// u32 starts into `needs`.
        case needStarts
        /// u32: task << 3 | inferred << 2 | kind.
        case needs
        /// u32 starts into `dependents`.
        case dependentStarts
        /// u32: task << 3 | kind of its need.
        case dependents
        /// u8 a task: 1 when its definition can be read.
        case flags
        /// u32: number of a name + 1, or 0; a hash table with linear probing.
        case slots
        /// u32 starts into `nameBytes`.
        case nameStarts
        case nameBytes
        /// u32 starts into `named`.
        case namedStarts
        /// u32: the tasks that a name stands for.
        case named
        /// u32 starts into `definitions`.
        case definitionStarts
        /// Each a CRC-32C and the encoded definition. Read only where a task is looked at.
        case definitions
    }
}
