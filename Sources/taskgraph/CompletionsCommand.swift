// `completions SHELL`: a script that a shell reads. It asks `taskgraph completions words` for the words that may follow.

import Glibc
import Graph

enum CompletionsCommand {
    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        switch invocation.operands.first {
        case "bash": Output.print(bash)
        case "zsh": Output.print(zsh)
        case "fish": Output.print(fish)
        // Not for people: what the scripts call, with the words before the one that is being completed.
        case "words": Output.print(words(after: invocation).map { $0 + "\n" }.joined())
        default:
            throw CommandFailure(
                .usage, "taskgraph: completions wants a shell: taskgraph completions bash, zsh or fish\n")
        }
        return .done
    }

    /// What may stand at this place of the command line: options, commands, values of an option, names of tasks.
    private static func words(after invocation: Invocation) -> [String] {
        let before = invocation.arguments
        // What follows is for the tasks.
        if before.contains("--") { return [] }
        if let last = before.last, let values = Invocation.values(of: last) { return values }
        var line = (try? Invocation(parsing: before)) ?? Invocation()
        let isCommandMissing = before.isEmpty || line.operands.isEmpty && !Invocation.isNamed(line.command, in: before)
        if isCommandMissing { line.command = "" }
        let options = Invocation.options.filter { $0.commands.isEmpty || $0.commands.contains(line.command) }
        return (isCommandMissing ? Invocation.commands.map(\.name) : []) + names(line) + options.flatMap(\.names)
    }

    /// Operands of the command: nearly always tasks. Nothing when the YAML is wrong: this is no place to say so.
    private static func names(_ line: Invocation) -> [String] {
        switch line.command {
        case "cache": return ["stats"]
        case "completions": return ["bash", "zsh", "fish"]
        case "wait": return ProbeArgument.schemes.map(\.beginning)
        case "schema", "list", "ui": return []
        default:
            var quiet = line
            quiet.verbosity = -1
            if let directory = line.directory, chdir(directory) != 0 { return [] }
            return (try? Project.load(quiet))?.graph.targetNames ?? []
        }
    }
}

extension Invocation {
    /// The words that may follow an option; nil when it takes none, nothing when any word may.
    fileprivate static func values(of word: String) -> [String]? {
        guard let option = options.first(where: { $0.names.contains(word) }), case .value(let name, _) = option.effect
        else { return nil }
        switch name {
        case "WHEN": return ["auto", "always", "never"]
        case "FORMAT": return ["dot", "mermaid", "svg", "json"]
        default: return []
        }
    }

    fileprivate static func isNamed(_ command: String, in words: [String]) -> Bool { words.contains(command) }
}

extension Option {
    fileprivate var names: [String] { [short, long].compactMap { $0 } }
}
