// From the bytes of a journal back to a run. Trusts nothing that has no right checksum.

import Ports
import Vocabulary

/// Why there is no run in a file.
enum JournalDamage: Error {
    /// Written by another version of the program.
    case otherVersion
    case damaged
}

extension JournalFormat {
    /// The run that the bytes of a whole file tell of.
    static func run(in bytes: [UInt8]) throws(JournalDamage) -> RecordedRun {
        guard bytes.starts(with: magic) else {
            throw bytes.starts(with: family) ? .otherVersion : .damaged
        }
        let statements = payloads(of: bytes, from: magic.count).lazy.map(statement)
        guard case .header(let header, var tasks, let untold)?? = statements.first else { throw .damaged }
        var entries: [JournalEntry] = []
        var places: [String: Int] = [:]
        var summary: RunSummary?
        for statement in statements.dropFirst() {
            switch statement {
            case .entry(let entry)?:
                if let place = places[entry.task] {
                    entries[place].take(entry)
                } else {
                    places[entry.task] = entries.count
                    entries.append(entry)
                }
            case .growth(let more)?: tasks += more
            case .end(let end)?: summary = end
            case .header?, nil: throw .damaged
            }
        }
        return RecordedRun(header: header, entries: entries, tasks: tasks, untold: untold, summary: summary)
    }

    /// Nil when the payload is none that this version writes.
    static func statement(_ payload: [UInt8]) -> Statement? {
        var reader = ByteReader(payload)
        switch reader.integer(UInt8.self) {
        case 1: return header(&reader)
        case 2: return entry(&reader, isLong: false)
        case 3: return entry(&reader, isLong: true)
        case 4: return reader.integer(UInt64.self).map { .growth(Int($0)) }
        case 5: return end(&reader)
        default: return nil
        }
    }

    private static func header(_ reader: inout ByteReader) -> Statement? {
        var header = JournalHeader()
        guard let run: UInt64 = reader.integer(), let startedAt: UInt64 = reader.integer(),
            let rootFile = reader.string(), let targets = reader.strings(), let arguments = reader.strings(),
            let variables = reader.strings(), variables.count.isMultiple(of: 2), let directory = reader.string(),
            let jobs: UInt32 = reader.integer(), let flags: UInt8 = reader.integer(),
            let continues: UInt64 = reader.integer(), let tasks: UInt64 = reader.integer(),
            let untold: UInt64 = reader.integer(), reader.isAtEnd
        else { return nil }
        header.run = run
        header.startedAt = startedAt
        header.rootFile = rootFile
        header.targets = targets
        header.arguments = arguments
        for index in stride(from: 0, to: variables.count, by: 2) {
            header.variables[variables[index]] = variables[index + 1]
        }
        header.workingDirectory = directory
        header.jobs = jobs == 0 ? nil : Int(jobs)
        header.keepsGoing = flags & 1 != 0
        header.isForced = flags & 2 != 0
        header.usesCache = flags & 4 != 0
        header.verifies = flags & 8 != 0
        header.observesGates = flags & 16 != 0
        header.continues = continues == 0 ? nil : continues
        return .header(header, tasks: Int(tasks), untold: Int(untold))
    }

    private static func entry(_ reader: inout ByteReader, isLong: Bool) -> Statement? {
        guard let state = reader.integer(UInt8.self).flatMap(JournalState.init), let key = reader.digest(),
            let content = reader.digest(), let count: UInt32 = reader.integer()
        else { return nil }
        var layers: [Digest] = []
        for _ in 0..<count {
            guard let layer = reader.digest() else { return nil }
            layers.append(layer)
        }
        guard let task = reader.string() else { return nil }
        var entry = JournalEntry(task, state, key: key == .zero ? nil : key)
        entry.content = content
        entry.layers = layers
        if isLong, !explanation(&reader, &entry) { return nil }
        return reader.isAtEnd ? .entry(entry) : nil
    }

    private static func explanation(_ reader: inout ByteReader, _ entry: inout JournalEntry) -> Bool {
        guard let count: UInt32 = reader.integer() else { return false }
        for _ in 0..<count {
            guard let kind = reader.integer(UInt8.self).flatMap(KeyPart.Kind.init), let name = reader.string(),
                let text = reader.string()
            else { return false }
            entry.texts.append(KeyText(kind, name, text))
        }
        guard let hasListing: UInt8 = reader.integer() else { return false }
        guard hasListing != 0 else { return true }
        entry.listing = KeyListing(from: &reader)
        return entry.listing != nil
    }

    private static func end(_ reader: inout ByteReader) -> Statement? {
        var summary = RunSummary()
        let counts: [WritableKeyPath<RunSummary, Int>] = [
            \.upToDate, \.restored, \.satisfied, \.succeeded, \.flaky, \.failed, \.skipped, \.blocked, \.cancelled,
        ]
        for count in counts {
            guard let value: UInt32 = reader.integer() else { return nil }
            summary[keyPath: count] = Int(value)
        }
        guard let signal: Int32 = reader.integer(), let wall: UInt64 = reader.integer(), reader.isAtEnd else {
            return nil
        }
        summary.signal = signal == 0 ? nil : signal
        summary.wall = wall
        return .end(summary)
    }
}

extension JournalEntry {
    /// A later entry counts; what explains the key and the key itself stay when it says nothing of them.
    fileprivate mutating func take(_ later: JournalEntry) {
        let earlier = self
        self = later
        guard state != .started, earlier.state == .started else { return }
        if texts.isEmpty { texts = earlier.texts }
        if listing == nil { listing = earlier.listing }
        if key == nil, state == .failed || state == .cancelled { key = earlier.key }
    }
}

extension ByteReader {
    fileprivate mutating func strings() -> [String]? {
        guard let count: UInt32 = integer() else { return nil }
        var texts: [String] = []
        for _ in 0..<count {
            guard let text = string() else { return nil }
            texts.append(text)
        }
        return texts
    }
}
