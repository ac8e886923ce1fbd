// A whole run as bytes, for the database and for the spool. Does not know which of the two.
//
// `taskgraph evidence 3\n` (2: without tables), then the run as `ByteWriter` writes it. Names of tasks and tests come back again and again: each
// stands once, and then by its number.

import Vocabulary

extension RunEvidence {
    private static let magic = Array("taskgraph evidence 3\n".utf8)
    private static let magicWithoutTables = Array("taskgraph evidence 2\n".utf8)

    var encoded: [UInt8] {
        var writer = EvidenceWriter()
        writer.write(self)
        return RunEvidence.magic + writer.bytes
    }

    /// Nil when the bytes are not exactly what `encoded` gives, or gave before there were tables.
    init?(encoded bytes: [UInt8]) {
        let hasTables = bytes.starts(with: RunEvidence.magic)
        guard hasTables || bytes.starts(with: RunEvidence.magicWithoutTables) else { return nil }
        var reader = EvidenceReader(bytes[RunEvidence.magic.count...])
        do throws(TornEvidence) {
            self = try reader.run(hasTables: hasTables)
        } catch {
            return nil
        }
        guard reader.isAtEnd else { return nil }
    }
}

/// The bytes end too early, or say what cannot be.
struct TornEvidence: Error {}

/// The counts of a summary, in the order in which they are stored.
let storedCounts: [any WritableKeyPath<RunSummary, Int> & Sendable] = [
    \.upToDate, \.restored, \.satisfied, \.succeeded, \.flaky, \.failed, \.skipped, \.blocked, \.cancelled,
    \.gatesPassed, \.gatesFailed, \.gatesUndecided,
]
