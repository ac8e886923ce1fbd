// A recorded result is brought back: outputs with their modes, links and directories, reports, the log.

import Graph
import Patterns
import Ports
public import Vocabulary

/// What came of restoring a task.
public enum RestoreResult: Sendable {
    /// The log of the recorded run.
    case restored(ActionRecord, log: [UInt8])
    /// The store had less than it said: the task must run.
    case incomplete(String)
    case failed(FailureCause)
}

extension Worker {
    func restore(_ record: ActionRecord, _ task: TaskDefinition) -> RestoreResult {
        do throws(WorkFailure) {
            if task.workspace == nil {
                let stored = task.outputs.filter(\.isStored).map(\.pattern)
                if !stored.isEmpty, let missing = try write(record.outputs, removing: stored.set, to: root) {
                    return .incomplete(missing)
                }
            }
            if let missing = try write(record.reports, removing: nil, to: reportDirectory(of: task)) {
                return .incomplete(missing)
            }
            let log = record.log.flatMap { ports.store.bytes($0) } ?? []
            return .restored(record, log: log)
        } catch {
            return .failed(error.cause)
        }
    }

    /// Makes what the patterns match equal to the tree. Gives what the store lacks, if anything.
    func write(_ tree: Tree, removing patterns: PatternSet?, to directory: String) throws(WorkFailure)
        -> String?
    {
        do {
            if let patterns { try disk.remove(patterns) { tree[$0.path]?.type != $0.entry.type } }
            var shut: [(path: String, mode: UInt16)] = []
            for item in tree.items {
                let path = absolutePath(item.path, in: directory)
                try makeParent(of: path)
                switch item.entry {
                case .directory(let mode):
                    // One that forbids writing is shut when everything is in it.
                    try ports.files.makeDirectory(path, mode: mode | 0o700)
                    try ports.files.setMode(path, mode | 0o700)
                    if mode & 0o700 != 0o700 { shut.append((path, mode)) }
                case .link(let target):
                    try ports.files.remove(path)
                    try ports.files.makeLink(path, target: target)
                case .file(let mode, _, let digest):
                    if try ports.files.status(path)?.kind == .directory { try ports.files.remove(path) }
                    guard try ports.store.restore(digest, to: path, mode: mode) else {
                        return "a stored output is missing or damaged (\(item.path))"
                    }
                case .deleted: continue
                }
            }
            for (path, mode) in shut.reversed() { try ports.files.setMode(path, mode) }
            return nil
        } catch let error as FileError {
            throw WorkFailure(error.description)
        } catch let error as StoreError {
            throw WorkFailure(error.message)
        } catch {
            throw WorkFailure("\(error)")
        }
    }

    func makeParent(of path: String) throws(FileError) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex else { return }
        let directory = String(path[..<slash])
        if try ports.files.status(directory)?.kind == .directory { return }
        try ports.files.makeDirectory(directory, mode: 0o755)
    }
}

extension TreeEntry {
    /// What must be equal for one entry to be written over another.
    fileprivate var type: Int {
        switch self {
        case .file: 0
        case .link: 1
        case .directory: 2
        case .deleted: 3
        }
    }
}
