// From words to a command, and from what it says to an exit status.

import Glibc

enum Dispatch {
    static func run(_ words: [String]) -> Int32 {
        do throws(UsageError) {
            let invocation = try Invocation(parsing: words)
            if invocation.showsVersion {
                Output.print("taskgraph \(Invocation.version)\n")
                return ExitCode.done.rawValue
            }
            if invocation.showsHelp {
                let isNamed = words.contains(invocation.command)
                Output.print(Invocation.help(for: isNamed ? invocation.command : nil))
                return ExitCode.done.rawValue
            }
            return perform(invocation)
        } catch {
            Output.error(
                "taskgraph: \(error.message)\n  hint: \(error.hint ?? "`taskgraph --help` shows all options")\n")
            return ExitCode.usage.rawValue
        }
    }

    private static func perform(_ invocation: Invocation) -> Int32 {
        do throws(CommandFailure) {
            if let directory = invocation.directory, chdir(directory) != 0 {
                throw CommandFailure(
                    .usage, "taskgraph: cannot enter \(directory): \(String(cString: strerror(errno)))\n")
            }
            return try dispatch(invocation).rawValue
        } catch {
            Output.error(error.text)
            if let signal = error.signal { return 128 + signal }
            return error.code.rawValue
        }
    }

    private static func dispatch(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        switch invocation.command {
        case "list": try LookCommands.list(invocation)
        case "plan": try LookCommands.plan(invocation)
        case "why": try LookCommands.why(invocation)
        case "history": try RunCommands.history(invocation)
        case "metrics": try MetricsCommand.run(invocation)
        case "flakes": try FlakesCommand.run(invocation)
        case "report": try ReportCommand.run(invocation)
        case "ui": try UICommand.run(invocation)
        case "resume": try ResumeCommand.run(invocation)
        case "graph": try LookCommands.graph(invocation)
        case "check": try LookCommands.check(invocation)
        case "cache": try CacheCommands.run(invocation)
        case "schema": LookCommands.schema()
        case "apply": try ApplyCommand.run(invocation)
        case "export": try ViewCommands.export(invocation)
        case "watch": try WatchCommand.run(invocation)
        case "completions": try CompletionsCommand.run(invocation)
        case "services": try ServicesCommand.run(invocation)
        case "broker": try BrokerCommand.run(invocation)
        case "ci": try CICommand.run(invocation)
        case "doctor": try DoctorCommand.run(invocation)
        case "wait": try WaitCommand.run(invocation)
        case "shell": try ViewCommands.shell(invocation)
        default: try RunCommand.run(invocation)
        }
    }
}
