// `resume`: the last run once more, without what it has done. What was done is told by its journal.

import Engine
import Graph
import Host
import Ports
import Report

enum ResumeCommand {
    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        guard invocation.operands.isEmpty, invocation.arguments.isEmpty, invocation.variables.isEmpty,
            !invocation.isForced, invocation.usesCache
        else {
            throw CommandFailure(
                .usage,
                "taskgraph: resume takes targets, arguments, variables, --force and --no-cache from the last run\n"
                    + "  hint: taskgraph TARGET… runs something else; what is up to date is not repeated there either\n"
            )
        }
        let root = parentDirectory(of: try Project.rootFile(invocation))
        _ = try lastRun(besideRootFileIn: root)
        try waitForRun(in: root)
        let last = try lastRun(besideRootFileIn: root)
        let resumed = last.invocation(root: root, adding: invocation)
        let session = try Session(resumed, try Project.load(resumed), continuing: last)
        // Another run may have slipped in.
        let current = try lastRun(besideRootFileIn: root)
        guard current.header.run == last.header.run, current.entries.count == last.entries.count else {
            throw CommandFailure(
                .machine,
                "taskgraph: run \(current.header.run) went on meanwhile\n  hint: taskgraph resume continues that one\n")
        }
        let targets = try session.targets(resumed.operands)
        let resumption = Resumption(
            run: last.header.run, startedAt: last.header.startedAt, clock: Machine.clockText(last.header.startedAt),
            tasks: last.tasks, done: last.done, failed: last.failed, isComplete: last.isComplete
        )
        if invocation.isJSON {
            Output.write(resumption.json)
        } else if session.verbosity > .quiet {
            Output.print(resumption.text)
        }
        guard !last.isComplete else { return .done }
        let (_, summary) = try RunCommand.execute(session, targets)
        return try RunCommand.exitCode(summary)
    }

    /// A run that goes on is not resumed: it is waited for.
    private static func waitForRun(in root: String) throws(CommandFailure) {
        do throws(FileError) {
            _ = try RunLock.acquire(in: try StateDirectory(beside: root)) { Session.announce($0) }
        } catch {
            throw CommandFailure(.machine, "taskgraph: the state directory cannot be used: \(error)\n")
        }
    }

    private static func lastRun(besideRootFileIn root: String) throws(CommandFailure) -> RecordedRun {
        do throws(JournalError) {
            return try RunJournals(besideRootFileIn: root).last()
        } catch {
            throw CommandFailure(.usage, "taskgraph: \(error.text)\n  hint: \(error.hint)\n")
        }
    }
}

extension JournalError {
    var text: String {
        switch self {
        case .none: "there is no run to look back on: nothing has been run here yet"
        case .damaged(let path): "the journal of the last run is damaged (\(path))"
        case .otherVersion(let path): "the last run was made by another version of taskgraph (\(path))"
        }
    }

    var hint: String {
        switch self {
        case .none: "taskgraph TARGET… runs something"
        case .damaged, .otherVersion:
            "run the targets again: what is in the cache is not repeated, and the new run has a journal of its own"
        }
    }
}

extension RecordedRun {
    /// The command line of this run, shown as the new one says.
    fileprivate func invocation(root: String, adding new: Invocation) -> Invocation {
        var invocation = new
        invocation.command = "run"
        invocation.file = root + "/" + header.rootFile
        invocation.operands = header.targets
        invocation.arguments = header.arguments
        invocation.variables = header.variables
        invocation.variablesDirectory = header.workingDirectory
        invocation.jobs = new.jobs ?? header.jobs
        invocation.keepsGoing = new.keepsGoing || header.keepsGoing
        invocation.isForced = header.isForced
        invocation.usesCache = header.usesCache
        invocation.verifies = new.verifies || header.verifies
        invocation.observesGates = new.observesGates || header.observesGates
        return invocation
    }

    /// What the run has done, for the journal and the engine of the one that continues it.
    var completed: [JournalEntry] {
        entries.filter(\.state.isDone).map { entry in
            var entry = entry
            entry.state = .upToDate
            entry.texts = []
            entry.listing = nil
            return entry
        }
    }
}
