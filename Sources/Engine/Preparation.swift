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
            let environment = task.processEnvironment(from: options.environment, fromFiles: fromFiles)
            guard let view = situation.view else {
                let before = cleans ? try outputsBefore(task) : nil
                if cleans { try makeRoom(for: task) }
                return .success(
                    Preparation(
                        view: nil, directory: absolutePath(task.directory, in: root), environment: environment,
                        outputsBefore: before
                    )
                )
            }
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
