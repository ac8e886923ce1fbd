// Before a task's command starts: old outputs are removed, directories made, the view opened.

import Graph
import Patterns
import Ports
import Vocabulary

/// What the loop needs to start the task's processes.
public struct Preparation: Sendable {
    /// The view of a workspace task.
    var view: OpenView?
    /// Absolute path, inside the view if there is one.
    var directory: String
    var environment: [String]
    /// With `--verify`: outputs that are not cleared away, as they were before the run.
    var outputsBefore: Tree?
}

extension Worker {
    func prepare(_ task: TaskDefinition, _ situation: Situation, cleans: Bool) -> Result<Preparation, WorkFailure> {
        do {
            let fromFiles = try task.environmentFiles.flatMap { parseEnvironmentFile(try ports.files.bytes($0.value)) }
            guard let view = situation.view else {
                let before = cleans ? try outputsBefore(task) : nil
                if cleans { try makeRoom(for: task) }
                var preparation = preparation(of: task, fromFiles: fromFiles)
                preparation.outputsBefore = before
                return .success(preparation)
            }
            let environment = task.processEnvironment(from: self.environment, fromFiles: fromFiles)
            let open = try ports.views.open(view.request)
            return .success(
                Preparation(
                    view: open, directory: absolutePath(task.directory, in: open.root), environment: environment
                )
            )
        } catch let error as FileError {
            return .failure(WorkFailure(error.description))
        } catch let error as ViewError {
            return .failure(WorkFailure(error.message))
        } catch {
            return .failure(WorkFailure("\(error)"))
        }
    }

    /// The same for a task outside of views, if it takes no longer than handing it to another thread: its outputs are
    /// single files. Nil: it takes longer.
    func prepareAtOnce(_ task: TaskDefinition, _ situation: Situation, cleans: Bool) -> Preparation? {
        guard situation.view == nil, task.environmentFiles.isEmpty, !options.verifies else { return nil }
        guard !cleans || makeRoomAtOnce(for: task) else { return nil }
        return preparation(of: task, fromFiles: [])
    }

    private func preparation(of task: TaskDefinition, fromFiles: [EnvironmentEntry]) -> Preparation {
        Preparation(
            view: nil, directory: absolutePath(task.directory, in: root),
            environment: task.processEnvironment(from: environment, fromFiles: fromFiles)
        )
    }

    /// False: not everything is done, because something is no file or not to be had, which `makeRoom` then finds too.
    private func makeRoomAtOnce(for task: TaskDefinition) -> Bool {
        guard task.outputs.count + task.reports.count <= Worker.fewFiles else { return false }
        do throws(FileError) {
            for pattern in task.outputs.map(\.pattern) + task.reports {
                guard !pattern.isExcluded, let path = pattern.pattern.absoluteFile(in: root),
                    try makeRoomAtOnce(at: path, isClean: task.isClean)
                else { return false }
            }
            return true
        } catch {
            return false
        }
    }

    private func makeRoomAtOnce(at path: String, isClean: Bool) throws(FileError) -> Bool {
        guard let status = try ports.files.status(path) else {
            try makeParent(of: path)
            return true
        }
        guard status.kind == .regular || status.kind == .symbolicLink else { return false }
        if isClean { try ports.files.remove(path) }
        return true
    }

    /// Removes what the outputs match and makes the directories they will stand in.
    private func makeRoom(for task: TaskDefinition) throws(FileError) {
        let patterns = task.outputs.map(\.pattern) + task.reports
        if task.isClean { try disk.remove(patterns.set) }
        for pattern in patterns where !pattern.isExcluded {
            let path = absolutePath(pattern.pattern.literalPrefix, in: root)
            try makeParent(of: pattern.pattern.isLiteral ? path : path + "/x")
        }
    }
}
