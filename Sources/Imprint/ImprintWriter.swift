// The bytes of an imprint, written where they will lie: every section is filled from its start. Knows no imprint.

internal import Hashing
import Vocabulary

/// One buffer for the whole file, and how far each section is filled.
struct ImprintWriter: ~Copyable {
    private let buffer: UnsafeMutableRawBufferPointer
    private var ends: [Int]

    /// - Parameter sizes: bytes of each section, in their order.
    init(sizes: [Int], graph: UInt64, tasks: Int, directories: Int, files: Int) {
        var starts: [Int] = []
        var end = ImprintLayout.headerSize
        for size in sizes {
            starts.append(end)
            end += (size + 7) / 8 * 8
        }
        buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: end, alignment: 8)
        // What is between sections is part of the checksum.
        for (start, size) in zip(starts, sizes) {
            for offset in start + size..<start + (size + 7) / 8 * 8 { buffer[offset] = 0 }
        }
        ends = starts
        put(ImprintLayout.magic, at: 0)
        put(ImprintLayout.format, at: 8)
        put(graph, at: 16)
        for (number, count) in [tasks, directories, files, 0].enumerated() { put(UInt32(count), at: 24 + number * 4) }
        for (number, offset) in (starts + [end]).enumerated() { put(UInt64(offset), at: 40 + number * 8) }
    }

    deinit { buffer.deallocate() }

    /// The file, with its checksum.
    func finished() -> [UInt8] {
        let checked = UnsafeRawBufferPointer(rebasing: buffer[16...])
        buffer.storeBytes(of: checksum(checked).littleEndian, toByteOffset: 12, as: UInt32.self)
        return Array(buffer)
    }

    mutating func byte(_ value: UInt8, _ section: ImprintLayout.Section) {
        buffer[ends[section.rawValue]] = value
        ends[section.rawValue] += 1
    }

    mutating func integer(_ value: UInt32, _ section: ImprintLayout.Section) {
        put(value, at: ends[section.rawValue])
        ends[section.rawValue] += 4
    }

    mutating func digest(_ value: Digest, _ section: ImprintLayout.Section) {
        let start = ends[section.rawValue]
        for (number, word) in [value.word0, value.word1, value.word2, value.word3].enumerated() {
            put(word.byteSwapped, at: start + number * 8)
        }
        ends[section.rawValue] += 32
    }

    mutating func row(_ row: FileRow) {
        row.write(at: ends[ImprintLayout.Section.rows.rawValue], of: buffer)
        ends[ImprintLayout.Section.rows.rawValue] += FileRow.size
    }

    mutating func bytes(_ bytes: UnsafeRawBufferPointer, _ section: ImprintLayout.Section) {
        let start = ends[section.rawValue]
        UnsafeMutableRawBufferPointer(rebasing: buffer[start..<start + bytes.count]).copyMemory(from: bytes)
        ends[section.rawValue] += bytes.count
    }

    /// Texts with a zero byte behind each, and the table of their starts.
    mutating func texts(
        _ texts: some Sequence<ArraySlice<UInt8>>, _ starts: ImprintLayout.Section, _ section: ImprintLayout.Section
    ) {
        var end: UInt32 = 0
        integer(end, starts)
        for text in texts {
            text.withUnsafeBytes { bytes($0, section) }
            byte(0, section)
            end += UInt32(text.count + 1)
            integer(end, starts)
        }
    }

    private func put(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        withUnsafeBytes(of: value.littleEndian) {
            UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<offset + $0.count]).copyMemory(from: $0)
        }
    }
}
