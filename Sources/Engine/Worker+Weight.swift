// Which work is so small that handing it to another thread would cost more than doing it. Does none of it.

import Graph
import Patterns
import Ports
import Vocabulary

extension Worker {
    /// Looking at so many files takes a few microseconds each.
    static let fewFiles = 32
    /// Reading and hashing so many bytes takes as long as a few looks.
    static let fewBytes = 64 << 10

    /// Whether what a command made is judged and recorded quickly: few files, small ones, all known by name.
    func isLight(_ task: TaskDefinition, _ execution: Execution) -> Bool {
        execution.isSuccess && execution.view == nil && task.workspace == nil && task.conditions.isEmpty
            && task.reports.isEmpty && execution.log.count <= Worker.fewBytes
            && execution.examination.inputs.count <= Worker.fewFiles && outputsAreLight(task)
    }

    private func outputsAreLight(_ task: TaskDefinition) -> Bool {
        guard task.outputs.count <= Worker.fewFiles else { return false }
        var bytes: UInt64 = 0
        for output in task.outputs {
            guard let path = output.pattern.pattern.absoluteFile(in: root) else { return false }
            guard let status = (try? ports.files.status(path)) ?? nil else { continue }
            if status.kind == .directory { return false }
            bytes += status.stamp.size
        }
        return bytes <= Worker.fewBytes
    }
}

extension Pattern {
    /// The absolute path of the one thing that a literal pattern names, unless that is the root itself.
    func absoluteFile(in root: String) -> String? {
        guard let literalPath, !literalPath.isEmpty else { return nil }
        return isAbsolute ? "/" + literalPath : absolutePath(literalPath, in: root)
    }
}
