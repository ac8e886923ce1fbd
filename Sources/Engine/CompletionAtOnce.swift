// After a task's command, where all is as expected: few small outputs, known by name. Each is opened, looked at and read
// once, and its content goes into the store together with the record. Reports no failures: it leaves them to `complete`.

import Graph
import Hashing
import Patterns
import Ports
import Vocabulary

extension Worker {
    /// What `complete` would say, if finding it out takes no longer than handing it to another thread. Nil: it takes
    /// longer, or something is not as it should be.
    func completeAtOnce(_ task: TaskDefinition, _ execution: Execution) -> Completion? {
        guard isLight(task, execution), let outputs = smallOutputs(task),
            let inputs = unchanged(execution.examination.inputs)
        else { return nil }
        var verification = Verification()
        verification.outputs = outputs.tree(where: \.isStored)
        verification.stampedOnly = outputs.tree { !$0.isStored }
        verification.outputsAreStored = true
        verification.blobs = outputs.filter(\.isStored).map { Blob(digest: $0.digest, bytes: $0.content.bytes) }
        if keepsImprint, task.canSettle {
            verification.seen.inputs = inputs
            verification.seen.outputs = outputs.map { Observation(path: $0.path, status: $0.content.status) }
        }
        let publication = record(
            task, execution, verification, layer: nil, Tree(), Publication(result: .empty))
        return Completion(verification: verification, publication: .success(publication))
    }

    private func isLight(_ task: TaskDefinition, _ execution: Execution) -> Bool {
        execution.isSuccess && execution.view == nil && task.workspace == nil && task.conditions.isEmpty
            && task.reports.isEmpty && task.metrics.isEmpty && task.repetition == nil && !options.verifies
            && execution.log.count <= Worker.fewBytes
            && execution.examination.inputs.count <= Worker.fewFiles && task.outputs.count <= Worker.fewFiles
    }

    /// All outputs; nil unless each is one small file that is there.
    private func smallOutputs(_ task: TaskDefinition) -> [SmallOutput]? {
        var outputs: [SmallOutput] = []
        outputs.reserveCapacity(task.outputs.count)
        var bytesLeft = Worker.fewBytes
        for output in task.outputs {
            let pattern = output.pattern.pattern
            // Neither excludes nor anything in a repository's own directory is looked for here.
            guard !output.pattern.isExcluded, let literal = pattern.literalPath, !literal.mentionsGit,
                let path = pattern.absoluteFile(in: root),
                let content = ports.files.content(path, upTo: bytesLeft)
            else { return nil }
            bytesLeft -= content.bytes.count
            let digest = Digest(of: content.bytes)
            ports.digests.remember(digest, of: path, content)
            outputs.append(
                SmallOutput(
                    name: pattern.isAbsolute ? path : literal, path: path, isStored: output.isStored, digest: digest,
                    content: content))
        }
        return outputs
    }

    /// A fresh look at every input; nil when one is not exactly what the key was made of.
    private func unchanged(_ inputs: [InputStamp]) -> [Observation]? {
        var seen: [Observation] = []
        seen.reserveCapacity(inputs.count)
        for input in inputs {
            guard let status = try? ports.files.status(input.path), status == input.status else { return nil }
            seen.append(Observation(path: input.path, status: status, isTypeOnly: status.kind == .directory))
        }
        return seen
    }
}

private struct SmallOutput {
    /// As in the record: relative to the root, unless the pattern is absolute.
    let name: String
    /// Absolute.
    let path: String
    let isStored: Bool
    let digest: Digest
    let content: FileContent

    var item: Tree.Item {
        let status = content.status
        return Tree.Item(name, .file(mode: status.mode, size: status.stamp.size, digest: digest))
    }
}

extension [SmallOutput] {
    fileprivate func tree(where isWanted: (SmallOutput) -> Bool) -> Tree {
        let items = filter(isWanted).map(\.item)
        // One item needs no sorting, and nearly all tasks make one.
        return items.count < 2 ? Tree(sorted: items) : Tree(items)
    }
}

extension String {
    /// Whether `.git` stands anywhere in it.
    fileprivate var mentionsGit: Bool {
        var lastFour: UInt32 = 0
        for byte in utf8 {
            lastFour = lastFour << 8 | UInt32(byte)
            if lastFour == 0x2e67_6974 { return true }
        }
        return false
    }
}
