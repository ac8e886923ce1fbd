// `ensure` on a place: the root on disk or a view. Commands among the conditions are left to the loop.

import Conditions
import Patterns
import Ports
import Vocabulary

/// What the conditions without a process came to, and which need one.
struct ConditionVerdicts {
    var failures: [Diagnostic] = []
    var commands: [Condition] = []
}

func evaluate(_ conditions: [Condition], in place: Place) -> ConditionVerdicts {
    var verdicts = ConditionVerdicts()
    for condition in conditions {
        guard let verdict = condition.verdict(on: place) else {
            verdicts.commands.append(condition)
            continue
        }
        if let failure = verdict.failure { verdicts.failures.append(failure.diagnostic(at: condition.range)) }
    }
    return verdicts
}

extension Place: ConditionTree {
    func kind(at path: String) -> FileKind? {
        switch self {
        case .root(let disk): return DiskDirectories(files: disk.ports.files, root: disk.root).kind(at: path)
        case .view(_, let tree, _):
            if let entry = tree[path] { return entry.kind }
            return exists(path) ? .directory : nil
        }
    }

    func items(in directory: String) -> [DirectoryItem] {
        switch self {
        case .root(let disk): return DiskDirectories(files: disk.ports.files, root: disk.root).items(in: directory)
        case .view(_, let tree, _):
            let prefix = directory.isEmpty ? "" : directory + "/"
            var items: [DirectoryItem] = []
            var index = tree.firstIndex(notBefore: prefix)
            while index < tree.items.count, tree.items[index].path.utf8.starts(with: prefix.utf8) {
                let item = tree.items[index]
                let rest = item.path.utf8.dropFirst(prefix.utf8.count)
                if !rest.contains(UInt8(ascii: "/")), let kind = item.entry.kind,
                    let name = String(Substring(rest)) as String?
                {
                    items.append(DirectoryItem(name, kind))
                }
                index += 1
            }
            return items
        }
    }

    func bytes(at path: String) throws(UnreadableFile) -> [UInt8]? {
        switch self {
        case .root(let disk):
            guard exists(path) else { return nil }
            do throws(FileError) {
                return try disk.ports.files.bytes(absolutePath(path, in: disk.root))
            } catch {
                throw UnreadableFile(reason: error.reason)
            }
        case .view(let request, _, let views):
            do throws(ViewError) {
                return try views.bytes(path, in: request)
            } catch {
                throw UnreadableFile(reason: error.message)
            }
        }
    }
}

extension TreeEntry {
    fileprivate var kind: FileKind? {
        switch self {
        case .file: .regular
        case .link: .symbolicLink
        case .directory: .directory
        case .deleted: nil
        }
    }
}
