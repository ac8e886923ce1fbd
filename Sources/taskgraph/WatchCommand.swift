// `taskgraph watch TARGET…`: runs targets, and runs them again whenever something changes that they are made from.

import Engine
import Graph
import Host
import Ports
import Report
import Vocabulary

/// Each round is a `taskgraph run` of its own, so that every round reads the YAML anew and a round that is out of date
/// can be ended with all its processes.
final class WatchCommand {
    /// Milliseconds without a change after which a round begins, and how long it is put off at most.
    private static let quiet: Int32 = 50
    private static let patience: UInt64 = 2_000
    /// Nanoseconds that a round gets to end by itself: longer than it gives its tasks.
    private static let grace: UInt64 = 8_000_000_000
    /// So many rounds in a row may be brought about by what happened during the one before.
    private static let mostEchoes = 2

    private let invocation: Invocation
    private let reactor = LinuxReactor<Set<TreeChange>>()
    private let watcher: TreeWatcher
    private var plan: WatchPlan
    private var rounds: UInt32 = 0
    /// The round that goes on, and its targets.
    private var running: (token: ProcessToken, operands: [String])?
    /// What is to be run when the round has ended.
    private var next: WatchReason?
    private var unfinished: [String] = []
    private var echoes = 0

    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        let watch = try WatchCommand(invocation)
        defer { watch.watcher.stop() }
        try watch.loop()
    }

    private init(_ invocation: Invocation) throws(CommandFailure) {
        self.invocation = invocation
        let plan = try WatchCommand.plan(invocation)
        self.plan = plan
        guard let watcher = TreeWatcher(skipping: plan.skips) else {
            throw CommandFailure(
                .machine, "taskgraph: the kernel gives no more watches\n  hint: raise fs.inotify.max_user_instances\n")
        }
        self.watcher = watcher
    }

    private static func plan(_ invocation: Invocation) throws(CommandFailure) -> WatchPlan {
        let (root, files) = try Project.sourceFiles(invocation)
        var quiet = invocation
        // What is wrong is said by the rounds.
        quiet.verbosity = -1
        guard let project = try? Project.load(quiet) else {
            return WatchPlan(root: root, sources: files, graph: nil, targets: [])
        }
        let graph = project.graph
        do throws(UnknownTarget) {
            let targets = invocation.operands.isEmpty ? Array(graph.ids) : try graph.select(invocation.operands)
            return WatchPlan(root: root, sources: files, graph: graph, targets: targets)
        } catch {
            return WatchPlan(root: root, sources: files, graph: nil, targets: [])
        }
    }

    // MARK: Rounds

    private func loop() throws(CommandFailure) -> Never {
        look()
        listen()
        try begin(invocation.operands)
        while true {
            switch reactor.next(until: nil) {
            case .message(let changes):
                listen()
                try take(changes)
            case .output(_, let bytes): Output.write(bytes)
            case .exited(_, let status, _): try ended(status)
            case .interrupted(let signal): throw end(signal)
            case .deadline, .probes: continue
            }
        }
    }

    private func listen() {
        reactor.perform { [watcher] in watcher.next(quiet: WatchCommand.quiet, patience: WatchCommand.patience) }
    }

    private func look() {
        if !watcher.watch(plan.directories) {
            say("the kernel watches no more directories, some changes are missed; raise fs.inotify.max_user_watches")
        }
    }

    private func begin(_ operands: [String]) throws(CommandFailure) {
        rounds += 1
        let token = ProcessToken(rounds)
        let request = ProcessRequest(
            arguments: ["/proc/self/exe"] + invocation.words(forRunning: operands),
            environment: Machine.environment.map { "\($0.name)=\($0.value)" },
            directory: try Project.currentDirectory(), isInteractive: true
        )
        do throws(SpawnError) { try reactor.spawn(request, as: token) } catch {
            throw CommandFailure(.machine, "taskgraph: \(error)\n")
        }
        running = (token, operands)
    }

    private func take(_ changes: Set<TreeChange>) throws(CommandFailure) {
        guard let reason = plan.reason(for: changes) else { return }
        guard let running else {
            echoes = 0
            return try rerun(reason)
        }
        guard echoes < WatchCommand.mostEchoes else {
            return say(
                "\(reason.text) once more while tasks run, by their own doing it seems: waiting for other changes")
        }
        say("\(reason.text): ending this round")
        next = next.map { $0.joined(reason) } ?? reason
        unfinished = running.operands
        reactor.stop(running.token, grace: WatchCommand.grace)
    }

    private func ended(_ status: ExitStatus) throws(CommandFailure) {
        running = nil
        if let next {
            self.next = nil
            echoes += 1
            return try rerun(next)
        }
        // At a terminal the round is in the foreground and gets the signal in our place.
        for signal in [SignalNumber.interrupt, .hangUp, .terminate] where status.isEnd(by: signal.rawValue) {
            throw CommandFailure(signal: signal.rawValue)
        }
        unfinished = []
        say("waiting for changes in \(watcher.count == 1 ? "1 directory" : "\(watcher.count) directories")")
    }

    private func rerun(_ reason: WatchReason) throws(CommandFailure) {
        if reason.isProject {
            // Without a root file there is nothing to read, but it may come back.
            if let plan = try? WatchCommand.plan(invocation) { self.plan = plan }
        }
        look()
        let reached = plan.reached(by: reason.tasks, of: invocation.operands)
        let operands = invocation.operands.filter {
            reason.isProject || reached.contains($0) || unfinished.contains($0)
        }
        say("\(reason.text): running \(operands.isEmpty ? "everything" : operands.joined(separator: " ")) again")
        try begin(operands)
    }

    /// Ends the round that goes on; then nothing is left to do.
    private func end(_ signal: Int32) -> CommandFailure {
        if let running {
            reactor.stop(running.token, grace: WatchCommand.grace)
            while true {
                switch reactor.next(until: nil) {
                case .exited: return CommandFailure(signal: signal)
                case .interrupted: reactor.stop(running.token, grace: 0)
                case .output(_, let bytes): Output.write(bytes)
                default: continue
                }
            }
        }
        return CommandFailure(signal: signal)
    }

    private func say(_ text: String) { Output.error("watch: \(text)\n") }
}

private enum SignalNumber: Int32 {
    case hangUp = 1
    case interrupt = 2
    case terminate = 15
}

extension ExitStatus {
    fileprivate func isEnd(by signal: Int32) -> Bool {
        self == .exited(128 + signal) || self == .signalled(signal)
    }
}

extension WatchReason {
    fileprivate func joined(_ other: WatchReason) -> WatchReason {
        WatchReason(
            text: text, isProject: isProject || other.isProject, tasks: tasks.union(other.tasks))
    }
}

extension Invocation {
    /// The command line of a round: the same options, except where to start, which is inherited.
    func words(forRunning operands: [String]) -> [String] {
        var words = ["run"]
        if let file { words += ["--file", file] }
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) { words += ["--var", "\(name)=\(value)"] }
        if let jobs { words += ["--jobs", String(jobs)] }
        if keepsGoing { words.append("--keep-going") }
        if isForced { words.append("--force") }
        if !usesCache { words.append("--no-cache") }
        if isCacheReadOnly { words.append("--read-only-cache") }
        if verifies { words.append("--verify") }
        if isJSON { words.append("--json") }
        words += Array(repeating: verbosity < 0 ? "--quiet" : "--verbose", count: abs(verbosity))
        words += ["--color", color] + operands
        if !arguments.isEmpty { words += ["--"] + arguments }
        return words
    }
}
