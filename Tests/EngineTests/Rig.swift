// An engine on files, processes, views and a clock that are all pretended, and short forms of what it did.

import Graph
import Hashing
import Manifest
import Patterns
import Ports
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Engine

/// A checkout at `/project` with its cache, used by one run after another.
final class Rig {
    let files = MemoryFiles()
    let store: MemoryStore
    let views: MemoryViews
    let history = MemoryHistory()
    var options = RunOptions(stateDirectory: "/project/.taskgraph")
    /// Called when nothing is due, before the clock moves on.
    var whenIdle: ((ScriptedReactor<EngineMessage>) -> Void)?
    /// Nanoseconds since the epoch when the next run begins.
    var wallTime: UInt64 = 1_700_000_000_000_000_000
    var seed: UInt64?
    var services: PretendedServices?
    private let scripts: Scripts

    init(_ texts: [String: String] = [:]) {
        store = MemoryStore(files: files)
        views = MemoryViews(files: files)
        scripts = Scripts(files: files)
        options.jobs = 4
        options.environment = ["PATH": "/bin", "HOME": "/root", "LANG": "C"]
        for (path, text) in texts { files.add("/project/\(path)", text) }
        if texts.isEmpty { files.add("/project/tasks.yaml", "") }
    }

    subscript(path: String) -> String? {
        get { files.text("/project/\(path)") }
        set {
            if let newValue { files.add("/project/\(path)", newValue) } else { try? files.remove("/project/\(path)") }
        }
    }

    func graph(_ yaml: String) throws -> Graph {
        let (file, mistakes) = FileDeclaration.parse(Array("version: 1\n\(yaml)".utf8), source: SourceID(0))
        try #require(mistakes == [])
        let (graph, findings) = Graph.load(
            [file],
            context: LoadContext(root: "/project", environment: options.environment) { [files] texts in
                let directories = DiskDirectories(files: files, root: "/project")
                return (try? PatternSet(texts))?.expand(in: directories, ignoring: nil) ?? []
            })
        try #require(findings == [])
        return try #require(graph)
    }

    /// Runs targets (nil: everything) to the end.
    @discardableResult
    func run(_ yaml: String, _ targets: [String]? = nil) throws -> Outcome {
        let graph = try graph(yaml)
        let (engine, outcome) = try engine(graph, targets)
        // As the command does.
        try files.makeDirectory(options.stateDirectory, mode: 0o755)
        files.forgetAccesses()
        store.forgetTraffic()
        outcome.summary = engine.run()
        outcome.changes = files.accesses.filter {
            [.write, .remove, .makeDirectory, .makeLink, .setMode].contains($0.kind)
        }
        wallTime += 60_000_000_000
        return outcome
    }

    func engine(_ graph: Graph, _ targets: [String]? = nil) throws -> (Engine<ScriptedReactor<EngineMessage>>, Outcome)
    {
        let reactor = ScriptedReactor<EngineMessage>(wallTime: wallTime, seed: seed) { [scripts] in
            scripts.process(for: $0)
        }
        reactor.whenIdle = whenIdle
        let outcome = Outcome(graph: graph, reactor: reactor)
        var ports = EnginePorts(
            files: files, digests: MemoryDigests(files: files), store: store, views: views, history: history,
            ignoreRules: { _ in nil })
        if let services {
            ports.services = services
            ports.makeProber = { PretendedProber(isReady: services.isReady) }
        }
        let ids = try targets.map { try graph.select($0) } ?? Array(graph.ids)
        return (
            Engine(graph: graph, targets: ids, ports: ports, reactor: reactor, options: options) { outcome.note($0) },
            outcome
        )
    }
}

/// What happened in one run.
final class Outcome {
    let reactor: ScriptedReactor<EngineMessage>
    var summary = RunSummary()
    /// Writing accesses to files.
    var changes: [MemoryFiles.Access] = []
    /// Events except output and starts, in words.
    private(set) var lines: [String] = []
    /// The output of all tasks as it was shown.
    private(set) var output = ""
    private(set) var results: [String: TaskOutcome] = [:]
    /// Logs of failed tasks.
    private(set) var logs: [String: String] = [:]
    private var names: [String]

    init(graph: Graph, reactor: ScriptedReactor<EngineMessage>) {
        self.reactor = reactor
        names = graph.ids.map { graph[$0].name }
    }

    /// Scripts and commands that were started, in order.
    var spawned: [String] { reactor.requests.map { Scripts.text(of: $0) } }

    func note(_ event: Event) {
        switch event.kind {
        case .decided(let id, let decision): lines.append("\(names[id.index]): \(words(decision))")
        case .output(_, let bytes): output += String(decoding: bytes, as: UTF8.self)
        case .replayed(let id, let log):
            lines.append("\(names[id.index]): replays \(String(decoding: log, as: UTF8.self))")
        case .retrying(let id, let attempt, let cause, let pause):
            lines.append("\(names[id.index]): attempt \(attempt) \(words(cause)), pause \(pause / 1_000_000) ms")
        case .finished(let id, let outcome, _, let log):
            #expect(results[names[id.index]] == nil, "\(names[id.index]) has two outcomes")
            results[names[id.index]] = outcome
            logs[names[id.index]] = log.map { String(decoding: $0, as: UTF8.self) }
            lines.append("\(names[id.index]): \(words(outcome))")
        case .repeating(let id, let execution, let most):
            lines.append("\(names[id.index]): execution \(execution) of \(most)")
        case .served: break
        case .tabulated(let id, let table):
            lines.append("\(names[id.index]): table " + table.rows.map(\.afterText).joined(separator: ", "))
        case .warned(let id, let text): lines.append("\(id.map { names[$0.index] } ?? "run"): warning: \(text)")
        case .expanded(let id, let instances):
            names += instances
            lines.append("\(names[id.index]): becomes \(instances.joined(separator: " "))")
        case .judged(_, let account):
            lines.append("\(account.gate.name): \(account.result.verdict.rawValue): \(account.result.explanation)")
        case .interrupted(let signal): lines.append("signal \(signal)")
        case .runStarted, .runFinished, .started, .measured: break
        }
    }

    private func words(_ decision: Decision) -> String {
        switch decision {
        case .upToDate: "is up to date"
        case .restore: "restores"
        case .satisfied: "is satisfied"
        case .run(let reason):
            switch reason {
            case .changed(let changes):
                "runs: " + changes.map { "\($0.direction) \($0.kind) \($0.name)" }.joined(separator: ", ")
            case .notCached(let why): "runs: not cached, \(why.rawValue)"
            case .recordIncomplete(let what): "runs: " + what.prefix { $0 != "(" }
            default: "runs: \(reason)"
            }
        }
    }

    private func words(_ outcome: TaskOutcome) -> String {
        switch outcome {
        case .succeeded(1): "done"
        case .succeeded(let attempts): "done after \(attempts) attempts"
        case .failed(let cause, _): words(cause)
        case .blocked(let culprit): "blocked by \(names[culprit.index])"
        default: "\(outcome)"
        }
    }

    private func words(_ cause: FailureCause) -> String {
        switch cause {
        case .exit(.exited(let code)): "exits with \(code)"
        case .exit(.signalled(let signal)): "ended by signal \(signal)"
        case .timedOut: "timed out"
        case .missingOutputs(let paths): "lacks \(paths.joined(separator: " "))"
        case .undeclaredChanges(let paths): "changed \(paths.joined(separator: " "))"
        case .differs(let found): "differs in \(found.map(\.path).joined(separator: " "))"
        case .notStarted(let text), .engine(let text): text
        case .conditions(let findings), .invalid(let findings):
            findings.map { finding in ([finding.message] + finding.notes.map(\.message)).joined(separator: " | ") }
                .joined(separator: "; ")
        }
    }
}

/// What the scripts of the tests' tasks do: a few words of a pretended shell.
private final class Scripts {
    private let files: MemoryFiles
    private var runs: [String: Int] = [:]

    init(files: MemoryFiles) {
        self.files = files
    }

    static func text(of request: ProcessRequest) -> String {
        request.arguments.count == 4 && request.arguments[2] == "-c"
            ? request.arguments[3] : request.arguments.joined(separator: " ")
    }

    /// Statements separated by `;`: `write PATH TEXT`, `copy PATH PATH`, `remove PATH`, `print TEXT`, `show VARIABLE`,
    /// `exit CODE`, `fails TIMES`, `needs PATH` (exits with 1 when it is not there), `takes SECONDS`, `hang`,
    /// `ignore TERM`, `nothing`. A program that is not known cannot be started.
    func process(for request: ProcessRequest) -> ScriptedProcess {
        let text = Self.text(of: request)
        runs[text, default: 0] += 1
        var process = ScriptedProcess()
        var effects: [(MemoryFiles) throws -> Void] = []
        func path(_ word: String) -> String { word.hasPrefix("/") ? word : "\(request.directory)/\(word)" }
        for statement in text.split(separator: ";") {
            let words = statement.split(separator: " ", maxSplits: 2).map(String.init)
            switch words[0] {
            case "write": effects.append { $0.add(path(words[1]), words.count > 2 ? words[2] : "") }
            case "copy": effects.append { $0.add(path(words[2]), $0.text(path(words[1])) ?? "nothing at \(words[1])") }
            case "remove": effects.append { try $0.remove(path(words[1])) }
            case "print": process.output.append(words.dropFirst().joined(separator: " ") + "\n")
            case "show":
                process.output.append((request.environment.first { $0.hasPrefix(words[1] + "=") } ?? "unset") + "\n")
            case "exit": process.status = .exited(Int32(words[1]) ?? 0)
            case "fails": if runs[text, default: 0] <= Int(words[1]) ?? 0 { process.status = .exited(75) }
            case "needs": if files.text(path(words[1])) == nil { process.status = .exited(1) }
            case "takes": process.duration = (UInt64(words[1]) ?? 0) * 1_000_000_000
            case "hang": process.duration = nil
            case "ignore": process.ignoresTerm = true
            case "nothing": break
            default:
                if words[0].hasPrefix("/bin/") {
                    process.output = ["\(words[0]) version 1\n"]
                    if words[0] == "/bin/hang" { process.duration = nil }
                } else {
                    process.refusal = SpawnError(program: words[0], reason: "No such file or directory")
                }
            }
        }
        process.effect = { [files] in for effect in effects { try effect(files) } }
        return process
    }
}

/// Digests without a memory.
struct MemoryDigests: FileDigesting {
    let files: MemoryFiles

    func digest(of path: String, status: FileStatus) throws(FileError) -> Digest { try files.digest(path) }
    func save() {}
}

/// The history of runs.
final class MemoryHistory: History, Sendable {
    func durations(of tasks: [String]) -> [String: UInt64] { [:] }
}
