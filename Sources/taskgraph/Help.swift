// The help text, made from the tables of commands and options, so that it shows what is there and nothing else.

extension Invocation {
    static let version = "0.1.0"

    /// Help for one command, or for all.
    static func help(for command: String?) -> String {
        guard let command, let entry = commands.first(where: { $0.name == command }) else { return general }
        return """
            \(entry.help).

            Usage: taskgraph \(entry.name) \(entry.operands)

            Options:
            \(table(options.filter { $0.commands.isEmpty || $0.commands.contains(command) }))

            """
    }

    private static var general: String {
        let width = commands.map { ($0.name + " " + $0.operands).count }.max() ?? 0
        let rows = commands.map { entry in
            let usage = entry.operands.isEmpty ? entry.name : entry.name + " " + entry.operands
            return "  " + usage.padded(to: width + 2) + entry.help
        }
        return """
            taskgraph \(version): runs a graph of tasks, each once and only when something it depends on changed.

            Usage: taskgraph TARGET… [-- ARGS]
                   taskgraph COMMAND …

            A target is a task or group (`phase1`, `phase1/venv`), an instance (`compile[main.c]`), or a quoted pattern.

            Commands:
            \(rows.joined(separator: "\n"))

            Options:
            \(table(options.filter(\.commands.isEmpty)))

            Environment:
              TASKGRAPH_CACHE  Directory of the cache (default: .taskgraph/cache beside the root file); checkouts may share one
              NO_COLOR, CI     No colours; plain lines instead of live progress

            Exit status:
              0 done   1 a task failed, or `check` found drift   2 wrong command line   3 wrong YAML
              4 `wait`: not ready in time   5 the machine refused (state directory, git, disk)
              6 only gates failed, or had not enough data   128+N ended by signal N

            """
    }

    private static func table(_ options: [Option]) -> String {
        let names = options.map { option in
            var name = (option.short.map { $0 + ", " } ?? "    ") + option.long
            if case .value(let placeholder, _) = option.effect { name += " " + placeholder }
            return name
        }
        let width = names.map(\.count).max() ?? 0
        return zip(names, options).map { "  " + $0.padded(to: width + 2) + $1.help }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
