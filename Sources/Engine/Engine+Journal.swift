// What the journal is told: nothing while everything is up to date, then everything. Does not know how it is written.

import Graph
import Ports
import Schedule
import Vocabulary

extension Engine {
    /// The run is about to change something: its journal begins with what was found to be in place until now.
    func beginJournal() {
        guard !journalHasBegun else { return }
        journalHasBegun = true
        let more = instances.values.reduce(0) { $0 + $1.count - 1 }
        ports.journal.begin(
            tasks: wantedCount + more + earlier.others, untold: earlier.others)
        for index in results.indices where results[index] != nil {
            if let outcome = scheduler.outcome(of: TaskID(index)) { note(TaskID(index), outcome) }
        }
    }

    /// The task's command is going to be started: until it has ended well, no earlier success of it counts.
    func noteStart(of id: TaskID) {
        guard let examination = examinations[id] else { return }
        let key = examination.key ?? examination.unrecorded?.key
        startedKeys[id] = key
        var entry = JournalEntry(definitions[id.index].name, .started, key: key)
        entry.texts = examination.texts
        entry.listing = examination.key == nil || !options.usesCache ? examination.unrecorded?.listing : nil
        ports.journal.append(entry)
    }

    func noteEnd(of id: TaskID, _ outcome: TaskOutcome) {
        if outcome.changesSomething || options.isContinuation { beginJournal() }
        if journalHasBegun { note(id, outcome) }
    }

    func noteInstances(_ count: Int) {
        if journalHasBegun { ports.journal.grow(by: count - 1) }
    }

    private func note(_ id: TaskID, _ outcome: TaskOutcome) {
        // An expansion runs nothing itself: its instances are noted.
        if instances[id] != nil, outcome.isDone { return }
        // Gates are judged again by whoever goes on.
        if definitions[id.index].gate != nil { return }
        let result = results[id.index] ?? .empty
        var entry = JournalEntry(definitions[id.index].name, outcome.journalState, key: result.key)
        entry.content = result.content
        entry.layers = result.layers
        ports.journal.append(entry)
    }
}

extension TaskOutcome {
    fileprivate var changesSomething: Bool {
        switch self {
        case .upToDate, .satisfied, .skipped: false
        case .restored, .succeeded, .failed, .blocked, .cancelled: true
        }
    }

    fileprivate var journalState: JournalState {
        switch self {
        case .upToDate: .upToDate
        case .restored: .restored
        case .satisfied: .satisfied
        case .succeeded: .succeeded
        case .failed: .failed
        case .skipped: .skipped
        case .blocked: .blocked
        case .cancelled: .cancelled
        }
    }
}
