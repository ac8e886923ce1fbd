// The journal of the run that goes on: frames are gathered, written once a turn, and made durable off the loop.

import Glibc
public import Ports
import Synchronization
public import Vocabulary

/// Writes one file of `RunJournals`. A run that ends without `begin` leaves nothing, and the journal of the run before
/// stays the last one.
public final class RunJournal: Journal {
    private struct State {
        var file: StoreFile?
        var buffer: [UInt8] = []
        var commits: GroupCommit?
        var hasFailed = false
        var number: UInt64?
    }

    private let journals: RunJournals
    private let header: JournalHeader
    private let carried: [JournalEntry]
    private let warn: @Sendable (String) -> Void
    private let writes = PendingWrites()
    private let state = Mutex(State())

    /// - Parameters:
    ///   - header: its run number is chosen here, when the run begins.
    ///   - carried: what the continued run has done already; the new journal tells it too.
    ///   - warn: takes one sentence about why there is no journal; called at most once.
    public init(
        in journals: RunJournals, header: JournalHeader, carrying carried: [JournalEntry] = [],
        warn: @escaping @Sendable (String) -> Void
    ) {
        self.journals = journals
        self.header = header
        self.carried = carried
        self.warn = warn
    }

    /// Of the run; nil while there is no journal.
    public var number: UInt64? { state.withLock(\.number) }

    public func begin(tasks: Int, untold: Int) {
        var header = header
        header.run = (journals.numbers.first ?? 0) + 1
        header.startedAt = Machine.wallTime
        var head = JournalFormat.magic
        JournalFormat.append(JournalFormat.payload(of: header, tasks: tasks, untold: untold), to: &head)
        for entry in carried { JournalFormat.append(JournalFormat.payload(of: entry), to: &head) }
        state.withLock { state in
            do throws(SystemFailure) {
                let file = try journals.create(header.run, head)
                state.file = file
                state.number = header.run
                state.buffer.reserveCapacity(1 << 14)
                _ = writes.note(segment: file)
                _ = writes.note(segment: try journals.openDirectory())
                state.commits = GroupCommit(writes)
                state.commits?.begin()
            } catch {
                fail(error, &state)
            }
        }
    }

    public func append(_ entry: JournalEntry) { append(JournalFormat.payload(of: entry)) }

    public func grow(by tasks: Int) { append(JournalFormat.payload(ofGrowth: tasks)) }

    private func append(_ payload: [UInt8]) {
        state.withLock { state in
            if state.file != nil { JournalFormat.append(payload, to: &state.buffer) }
        }
    }

    public func commit() {
        state.withLock { write(&$0) }
    }

    public func end(_ summary: RunSummary) {
        append(JournalFormat.payload(of: summary))
        commit()
        try? writes.commit()
    }

    private func write(_ state: inout State) {
        guard let file = state.file, !state.buffer.isEmpty else { return }
        do throws(SystemFailure) {
            try file.write(state.buffer)
            state.buffer.removeAll(keepingCapacity: true)
            if writes.note(segment: file) { state.commits?.begin() }
        } catch {
            fail(error, &state)
        }
    }

    private func fail(_ failure: SystemFailure, _ state: inout State) {
        state.file = nil
        state.buffer = []
        guard !state.hasFailed else { return }
        state.hasFailed = true
        warn("`resume` will not know this run: \(failure)")
    }
}
