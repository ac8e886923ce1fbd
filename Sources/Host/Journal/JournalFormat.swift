// The byte form of a run's journal. Does not know where the file is or when it is written.
//
// A file is 16 bytes, `taskgraph run 1\n`, and frames behind each other. Integers are little-endian; strings and lists are
// preceded by their count as u32; digests are 32 bytes, zero for none. A frame:
//
//     0 checksum u32    CRC-32C of everything after it in the frame
//     4 length   u32    of the payload
//     8 payload         its first byte says what it is
//
//     1 header   run u64, startedAt u64, root file, targets, arguments, variables (name, value), working directory,
//                jobs u32 (0: not given), flags u8 (1 keep going, 2 forced, 4 cache, 8 verify, 16 observe), continued run u64 (0: none),
//                tasks u64, tasks that are up to date and have no entry u64
//     2 entry    state u8, key, content, layers, task
//     3 entry    as 2, and texts (kind u8, name, text), listing u8 (1: a `KeyListing` follows)
//     4 growth   tasks u64 made while running
//     5 end      nine counts u32 in the order of `RunSummary`, signal i32 (0: none), wall u64
//
// The header is the first frame and is in the file before it gets its name. The end is always the last frame and of one
// size, so that it can be looked up without reading the rest. A later entry of a task replaces an earlier one. What follows
// the first frame whose checksum is wrong was torn by a crash and does not count; a file whose header is wrong is damaged.

import CLinux
import Ports
import Vocabulary

enum JournalFormat {
    static let magic = Array("taskgraph run 1\n".utf8)
    /// What a file of any version begins with.
    static let family = Array("taskgraph run ".utf8)
    static let frameHead = 8
    static let endPayloadSize = 1 + 9 * 4 + 4 + 8
    private static let longestPayload = 1 << 26

    /// Something that a frame says.
    enum Statement {
        case header(JournalHeader, tasks: Int, untold: Int)
        case entry(JournalEntry)
        case growth(Int)
        case end(RunSummary)
    }

    /// Appends a frame.
    static func append(_ payload: [UInt8], to buffer: inout [UInt8]) {
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: frameHead))
        buffer.append(contentsOf: payload)
        buffer.withUnsafeMutableBytes { bytes in
            let frame = UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
            frame.put(UInt32(payload.count), at: 4)
            frame.put(tg_crc32c(0, frame.baseAddress.unsafelyUnwrapped + 4, frame.count - 4), at: 0)
        }
    }

    /// The payloads of intact frames from an offset on, until the first that is not.
    static func payloads(of bytes: [UInt8], from offset: Int) -> [[UInt8]] {
        var found: [[UInt8]] = []
        bytes.withUnsafeBytes { bytes in
            var position = offset
            while position + frameHead <= bytes.count {
                let length = Int(bytes.integer(at: position + 4, as: UInt32.self))
                let end = position + frameHead + length
                guard length <= longestPayload, end <= bytes.count, let base = bytes.baseAddress,
                    tg_crc32c(0, base + position + 4, length + 4) == bytes.integer(at: position, as: UInt32.self)
                else { return }
                found.append(Array(bytes[position + frameHead..<end]))
                position = end
            }
        }
        return found
    }
}

extension JournalFormat {
    static func payload(of header: JournalHeader, tasks: Int, untold: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(UInt8(1))
        writer.integer(header.run)
        writer.integer(header.startedAt)
        writer.string(header.rootFile)
        writer.strings(header.targets)
        writer.strings(header.arguments)
        writer.strings(header.variables.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
        writer.string(header.workingDirectory)
        writer.integer(UInt32(clamping: header.jobs ?? 0))
        let flags = [header.keepsGoing, header.isForced, header.usesCache, header.verifies, header.observesGates]
        writer.integer(flags.enumerated().reduce(UInt8(0)) { $0 | ($1.element ? 1 << UInt8($1.offset) : 0) })
        writer.integer(header.continues ?? 0)
        writer.integer(UInt64(tasks))
        writer.integer(UInt64(untold))
        return writer.bytes
    }

    static func payload(of entry: JournalEntry) -> [UInt8] {
        let isLong = !entry.texts.isEmpty || entry.listing != nil
        var writer = ByteWriter()
        writer.integer(UInt8(isLong ? 3 : 2))
        writer.integer(entry.state.rawValue)
        writer.digest(entry.key ?? .zero)
        writer.digest(entry.content)
        writer.integer(UInt32(entry.layers.count))
        for layer in entry.layers { writer.digest(layer) }
        writer.string(entry.task)
        guard isLong else { return writer.bytes }
        writer.integer(UInt32(entry.texts.count))
        for text in entry.texts {
            writer.integer(text.kind.rawValue)
            writer.string(text.name)
            writer.string(text.text)
        }
        writer.integer(UInt8(entry.listing == nil ? 0 : 1))
        entry.listing?.encode(into: &writer)
        return writer.bytes
    }

    static func payload(ofGrowth tasks: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(UInt8(4))
        writer.integer(UInt64(tasks))
        return writer.bytes
    }

    static func payload(of summary: RunSummary) -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(UInt8(5))
        for count in summary.counts { writer.integer(UInt32(clamping: count)) }
        writer.integer(summary.signal ?? 0)
        writer.integer(summary.wall)
        return writer.bytes
    }
}

extension RunSummary {
    /// In the order of the file.
    fileprivate var counts: [Int] {
        [upToDate, restored, satisfied, succeeded, flaky, failed, skipped, blocked, cancelled]
    }
}

extension ByteWriter {
    fileprivate mutating func strings(_ texts: [String]) {
        integer(UInt32(texts.count))
        for text in texts { string(text) }
    }
}
