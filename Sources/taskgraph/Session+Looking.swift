// Looking at what a run would do, and at what earlier runs have made: beside a run that goes on, without waiting for it.

import Engine
import Graph
import Host
import Ports
import Report
import Vocabulary

extension Session {
    /// What a run of these targets would do.
    func plan(_ names: [String]) throws(CommandFailure) -> [PlannedTask] {
        let targets = try targets(names)
        let engine = engine(targets)
        let planned = engine.plan()
        // What was hashed need not be hashed again, unless a run is going on that will say so itself.
        RunLock.ifFree(in: state) { engine.saveMemories() }
        return planned
    }

    /// The result with the task's key or, when there is none, the most similar one that is known.
    func earlier(than task: PlannedTask) -> Why.Earlier? {
        let now = Machine.wallTime
        let executions = RunJournals(in: state).executions(of: task.name, limit: 16)
        var results = store.records(ofTask: task.name, limit: 16).map { record in
            var result = Why.Earlier(
                key: record.key, listing: record.listing, age: now > record.recordedAt ? now - record.recordedAt : 0)
            if let known = executions.first(where: { $0.entry.key == record.key }) {
                result.run = (known.header.run, Machine.clockText(known.header.startedAt))
                result.texts = known.entry.texts
            }
            return result
        }
        // Of tasks without cache only the journals know.
        for (header, entry) in executions {
            guard let listing = entry.listing, let key = entry.key else { continue }
            var result = Why.Earlier(
                key: key, listing: listing, age: now > header.startedAt ? now - header.startedAt : 0)
            result.run = (header.run, Machine.clockText(header.startedAt))
            result.texts = entry.texts
            results.append(result)
        }
        guard let listing = task.listing else { return results.first }
        return results.min { listing.changes(since: $0.listing).count < listing.changes(since: $1.listing).count }
    }
}
