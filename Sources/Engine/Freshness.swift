// Whether what a record says is in place on disk already, and whether the store could bring it back.

import Graph
import Patterns
import Ports
import Vocabulary

extension Worker {
    /// Whether nothing has to be written for the record: outputs, reports and layer are there.
    func isInPlace(_ record: ActionRecord, _ task: TaskDefinition, _ situation: Situation) throws(WorkFailure) -> Bool {
        // A layer needs no place; that its result was seen in this checkout before is what tells the two apart.
        if task.outputs.isEmpty, situation.lastKey != record.key { return false }
        do throws(FileError) {
            if task.workspace == nil, !task.outputs.isEmpty {
                let set = task.outputs.map(\.pattern).set
                let recorded = Tree(record.outputs.items + record.stampedOnly.items)
                if try disk.outputs(set) != recorded { return false }
            }
            let reports = DiskTree(ports: ports, root: reportDirectory(of: task))
            for item in record.reports.items {
                guard let status = try ports.files.status(absolutePath(item.path, in: reports.root)),
                    try reports.entry(at: item.path, status)?.isSameContent(as: item.entry) ?? false
                else { return false }
            }
            return true
        } catch {
            throw WorkFailure(error.description)
        }
    }

    /// Whether outputs that are only stamped are as they were recorded: they cannot be restored.
    func stampedAreInPlace(_ record: ActionRecord, _ task: TaskDefinition) throws(WorkFailure) -> Bool {
        let stamped = task.outputs.filter { !$0.isStored }.map(\.pattern)
        guard !stamped.isEmpty, task.workspace == nil else { return true }
        do throws(FileError) {
            return try disk.outputs(stamped.set) == record.stampedOnly
        } catch {
            throw WorkFailure(error.description)
        }
    }

    /// What the record refers to and the store does not have; nil: it is whole.
    func missingContent(of record: ActionRecord) -> String? {
        for tree in [record.outputs, record.reports] {
            for case .file(_, _, let digest) in tree.items.lazy.map(\.entry) where !ports.store.contains(digest) {
                return "a stored output is missing or damaged (\(digest.short))"
            }
        }
        if let log = record.log, !ports.store.contains(log) { return "its log is missing or damaged" }
        if let evidence = record.evidence, !ports.store.contains(evidence) {
            return "its metrics are missing or damaged"
        }
        if let layer = record.layer, ports.views.layer(layer) == nil { return "its layer is missing or damaged" }
        return nil
    }
}

extension TreeEntry {
    /// Equal but for permission bits: reports are put where they were not made.
    func isSameContent(as other: TreeEntry) -> Bool {
        guard case .file(_, let size, let digest) = self, case .file(_, let otherSize, let otherDigest) = other else {
            return self == other
        }
        return size == otherSize && digest == otherDigest
    }
}
