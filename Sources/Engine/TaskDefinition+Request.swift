// How a command of a task is started: arguments, environment, place. Starts nothing.

import Graph
import Ports
import Vocabulary

extension TaskDefinition {
    /// The request that starts a command of this task, in a view if there is one.
    func request(
        for command: Command, _ preparation: Preparation, _ view: OpenView?, isInteractive: Bool = false
    ) -> ProcessRequest {
        let arguments =
            switch command {
            case .script(let text): shellWords + ["-c", text]
            case .arguments(let words): words
            }
        var request =
            view?.process(
                arguments, environment: preparation.environment, directory: preparation.directory,
                isInteractive: isInteractive
            )
            ?? ProcessRequest(
                arguments: arguments, environment: preparation.environment, directory: preparation.directory,
                isInteractive: isInteractive
            )
        request.task = name
        return request
    }

    /// The default shell is where POSIX systems have it; one that was chosen is looked for in the task's PATH.
    private var shellWords: [String] {
        shell == TaskDefinition.defaultShell ? ["/bin/sh"] + shell.dropFirst() : shell
    }
}
