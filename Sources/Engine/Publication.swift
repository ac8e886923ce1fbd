// A result goes into the store: blobs and layer first, the record that refers to them last.

import Graph
import Hashing
import Ports
import Vocabulary

/// A result after it was recorded, or left unrecorded on purpose.
public struct Publication: Sendable {
    var result: TaskResult
    var warnings: [String] = []
}

/// Everything the record of one execution is made of.
struct Execution: Sendable {
    let examination: Examination
    let view: OpenView?
    let log: [UInt8]
    let usage: ResourceUsage
    let attempts: Int
    let isSuccess: Bool
    let served: [ServiceUse]
}

extension Worker {
    /// Records an execution. Trouble with the store costs only the record, except where the layer itself is lost.
    func publish(
        _ task: TaskDefinition, _ situation: Situation, _ execution: Execution, _ verification: Verification
    ) -> Result<Publication, WorkFailure> {
        var publication = Publication(result: .empty)
        publication.warnings = verification.warnings
        var reports = verification.reports
        do {
            reports = try storeReports(verification.reports, of: task, situation, execution)
            reports = Tree(reports.items + verification.earlierReports)
        } catch {
            publication.warnings.append("reports are not stored: \(error)")
        }
        var layer: Digest?
        if let view = execution.view {
            guard execution.isSuccess, let kept = verification.layer, !kept.isEmpty else {
                ports.views.discard(view)
                return .success(record(task, execution, verification, layer: nil, reports, publication))
            }
            do throws(ViewError) {
                layer = try ports.views.publish(view, layer: kept)
            } catch {
                return .failure(WorkFailure("its layer cannot be kept: \(error.message)"))
            }
        }
        return .success(record(task, execution, verification, layer: layer, reports, publication))
    }

    func record(
        _ task: TaskDefinition, _ execution: Execution, _ verification: Verification, layer: Digest?, _ reports: Tree,
        _ publication: Publication
    ) -> Publication {
        var publication = publication
        // The content of outputs in a view is in the layer.
        let outputs = task.workspace == nil ? verification.outputs : Tree()
        publication.result = TaskResult(
            content: contentDigest(outputs: [outputs, verification.stampedOnly], layer: layer),
            layers: layer.map { [$0] } ?? [], key: execution.examination.key ?? execution.examination.unrecorded?.key
        )
        if let reason = verification.unrecordable {
            publication.result.key = nil
            if execution.examination.key != nil, options.usesCache {
                publication.warnings.append("the result is not cached: \(reason)")
            }
            return publication
        }
        guard let key = execution.examination.key, let listing = execution.examination.listing, options.usesCache else {
            return publication
        }
        var record = ActionRecord(
            key: key, task: task.name, outcome: execution.isSuccess ? .succeeded : .failed, listing: listing
        )
        record.outputs = outputs
        record.stampedOnly = verification.stampedOnly
        record.reports = reports
        record.layer = layer
        record.usage = execution.usage
        record.attempts = UInt32(execution.attempts)
        record.recordedAt = startedAt
        do {
            for item in outputs.items where !verification.outputsAreStored {
                guard case .file(_, _, let digest) = item.entry else { continue }
                guard try ports.store.add(fileAt: absolutePath(item.path, in: root)) == digest else {
                    throw StoreError("\(item.path) changed while it was stored")
                }
            }
            var blobs = verification.blobs
            if !verification.evidence.isEmpty {
                let bytes = verification.evidence.encoded
                let evidence = Blob(digest: Digest(of: bytes), bytes: bytes)
                record.evidence = evidence.digest
                blobs.append(evidence)
            }
            if !execution.log.isEmpty {
                let log = Blob(digest: Digest(of: execution.log), bytes: execution.log)
                record.log = log.digest
                blobs.append(log)
            }
            try ports.store.publish(record, adding: blobs)
        } catch {
            publication.warnings.append("the result is not cached: \(error)")
            publication.result.key = nil
        }
        return publication
    }

    /// Puts reports into the store and, for a workspace task, where people find them.
    private func storeReports(
        _ reports: Tree, of task: TaskDefinition, _ situation: Situation, _ execution: Execution
    ) throws -> Tree {
        let kept = try stored(reports, situation, execution)
        for item in kept where execution.view != nil {
            guard case .file(let mode, _, let digest) = item.entry else { continue }
            let target = absolutePath(item.path, in: reportDirectory(of: task))
            try makeParent(of: target)
            _ = try ports.store.restore(digest, to: target, mode: mode)
        }
        return Tree(kept)
    }

    /// Reports with the digests that the store has them by.
    func stored(_ reports: Tree, _ situation: Situation, _ execution: Execution) throws -> [Tree.Item] {
        try reports.items.compactMap { item in
            guard case .file(let mode, _, _) = item.entry else { return nil }
            var source = absolutePath(item.path, in: root)
            if let view = situation.view, let open = execution.view {
                let above = ViewRequest(
                    base: view.request.base, layers: view.request.layers, above: open, isAtTree: view.request.isAtTree
                )
                guard let location = try ports.views.location(item.path, in: above) else { return nil }
                source = location
            }
            let digest = try ports.store.add(fileAt: source)
            let size = try ports.files.status(source)?.stamp.size ?? 0
            return .init(item.path, .file(mode: mode, size: size, digest: digest))
        }
    }
}
