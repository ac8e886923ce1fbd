// `history` and `why A..B`: runs that have been, as their journals tell them. Runs nothing and waits for nobody.

import Graph
import Host
import Ports
import Report
import Vocabulary

enum RunCommands {
    static func history(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        guard invocation.operands.isEmpty else {
            throw CommandFailure(.usage, "taskgraph: history wants nothing behind it\n")
        }
        let root = parentDirectory(of: try Project.rootFile(invocation))
        let journals = RunJournals(besideRootFileIn: root)
        var list = RunList([])
        for number in journals.numbers {
            if let run = try? journals.headline(number) {
                list.runs.append(RunList.Run(run))
            } else {
                list.unreadable.append(number)
            }
        }
        if invocation.isJSON { Output.write(list.json) } else { Output.print(list.text) }
        return .done
    }

    /// The two numbers of `A..B`; nil when the word is none of that form.
    static func range(_ word: String) -> (before: UInt64, after: UInt64)? {
        guard let dots = word.firstRange(of: ".."), let before = UInt64(word[..<dots.lowerBound]),
            let after = UInt64(word[dots.upperBound...])
        else { return nil }
        return (before, after)
    }

    static func compare(_ before: UInt64, _ after: UInt64, _ invocation: Invocation) throws(CommandFailure) -> ExitCode
    {
        let session = try Session(invocation, try Project.load(invocation), isLooking: true)
        let journals = RunJournals(in: session.state)
        let runs = (try run(before, journals), try run(after, journals))
        let old = entries(of: runs.0, likewise: runs.1, journals)
        let new = entries(of: runs.1, likewise: runs.0, journals)
        let names = session.project.inOrder(Set(old.keys).union(new.keys))
        var contents = KnownContents(session.store, journals)
        var comparison = RunComparison(
            before: .init(number: before, clock: Machine.clockText(runs.0.header.startedAt)),
            after: .init(number: after, clock: Machine.clockText(runs.1.header.startedAt)), items: [], same: 0
        )
        for name in names {
            if let left = old[name], let right = new[name], left.isLike(right) {
                comparison.same += 1
            } else {
                comparison.items.append(
                    .init(
                        task: name, before: old[name].map { contents.part($0) },
                        after: new[name].map { contents.part($0) })
                )
            }
        }
        if invocation.isJSON {
            Output.write(comparison.json)
        } else {
            Output.print(comparison.text(style: session.style))
        }
        return .done
    }

    /// The entries of a run by task. What it found up to date without saying so is as earlier runs left it.
    /// - Parameter other: names the tasks that are to be looked up.
    private static func entries(
        of run: RecordedRun, likewise other: RecordedRun, _ journals: RunJournals
    ) -> [String: JournalEntry] {
        var entries = Dictionary(run.entries.map { ($0.task, $0) }) { $1 }
        guard run.untold > 0 else { return entries }
        var missing = Set(other.entries.map(\.task)).subtracting(entries.keys)
        for number in journals.numbers where number < run.header.run && !missing.isEmpty {
            for var entry in (try? journals.run(number))?.entries ?? [] where missing.remove(entry.task) != nil {
                guard entry.state.isDone else { continue }
                entry.state = .upToDate
                entries[entry.task] = entry
            }
        }
        return entries
    }

    private static func run(_ number: UInt64, _ journals: RunJournals) throws(CommandFailure) -> RecordedRun {
        do throws(JournalError) {
            return try journals.run(number)
        } catch {
            guard case .none = error else { throw CommandFailure(.usage, "taskgraph: \(error.text)\n") }
            throw CommandFailure(
                .usage, "taskgraph: nothing is kept of a run \(number)\n  hint: taskgraph history lists the runs\n")
        }
    }
}

extension Project {
    /// Names of tasks in the order of their declaration, instances behind it by name, what is gone last.
    fileprivate func inOrder(_ names: Set<String>) -> [String] {
        let ranks = Dictionary(graph.ids.map { (graph[$0].name, $0.index) }) { first, _ in first }
        func rank(_ name: String) -> Int { ranks[name] ?? ranks[String(name.prefix { $0 != "[" })] ?? .max }
        return names.sorted { rank($0) != rank($1) ? rank($0) < rank($1) : $0 < $1 }
    }
}

/// What keys were made of: from the store, or of tasks without cache from the journals.
private struct KnownContents {
    private let store: ContentStore
    private let journals: RunJournals

    init(_ store: ContentStore, _ journals: RunJournals) {
        self.store = store
        self.journals = journals
    }

    mutating func part(_ entry: JournalEntry) -> RunComparison.Part {
        RunComparison.Part(state: entry.state.word, key: entry.key, contents: contents(of: entry))
    }

    private mutating func contents(of entry: JournalEntry) -> KeyContents? {
        guard let key = entry.key else { return nil }
        let executed =
            entry.texts.isEmpty && entry.listing == nil
            ? journals.executions(of: entry.task, limit: 16).first { $0.entry.key == key }?.entry : entry
        guard let listing = executed?.listing ?? store.record(for: key)?.listing else { return nil }
        return KeyContents(listing: listing, texts: executed?.texts ?? [])
    }
}

extension JournalEntry {
    /// Nothing to tell: the same key, and done in both without being run again.
    fileprivate func isLike(_ later: JournalEntry) -> Bool {
        key == later.key && state.isDone && later.state.isDone && (later.state != .succeeded || key == nil)
            && (later.state == .skipped) == (state == .skipped)
    }
}

extension JournalState {
    /// As the events of a run call the outcome.
    fileprivate var word: String {
        switch self {
        case .started: "started"
        case .upToDate: "up-to-date"
        case .restored: "restored"
        case .satisfied: "satisfied"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .skipped: "skipped"
        case .blocked: "blocked"
        case .cancelled: "cancelled"
        }
    }
}

extension RunList.Run {
    fileprivate init(_ run: RecordedRun) {
        self.init(
            number: run.header.run, startedAt: run.header.startedAt, clock: Machine.clockText(run.header.startedAt),
            targets: run.header.targets, continues: run.header.continues, tasks: run.tasks, done: run.done,
            failed: run.failed, summary: run.summary
        )
    }
}
