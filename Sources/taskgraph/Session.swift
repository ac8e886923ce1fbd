// The real ports of one invocation, wired together: state directory, lock, store, digests, views, history, reactor.

import Engine
import Graph
import Host
import Imprint
import Patterns
import Ports
import Report
import Vocabulary

/// Everything a command that looks at or runs tasks works with.
final class Session {
    let project: Project
    let invocation: Invocation
    let state: StateDirectory
    let store: ContentStore
    /// Where files are made before they get their names.
    let staging: Staging
    private(set) var ports: EnginePorts
    let reactor: LinuxReactor<EngineMessage>
    let history: any WholeHistory
    private let passwords = NewPasswords()
    var options: RunOptions
    /// What was asked for last.
    private var requested: [String]
    private let continued: RecordedRun?
    private let lock: RunLock?
    /// Of the last engine that was made.
    private(set) var journal: RunJournal?

    /// - Parameters:
    ///   - isLooking: nothing is run: the state is read beside a run that goes on, and nothing is waited for.
    ///   - continued: the run that is resumed.
    init(
        _ invocation: Invocation, _ project: Project, isLooking: Bool = false, continuing continued: RecordedRun? = nil
    ) throws(CommandFailure) {
        self.project = project
        self.invocation = invocation
        self.continued = continued
        requested = invocation.operands
        do throws(FileError) {
            state = try StateDirectory(beside: project.root)
            lock = isLooking ? nil : try RunLock.acquire(in: state) { Session.announce($0) }
        } catch {
            throw CommandFailure(
                .machine,
                "taskgraph: the state directory cannot be used: \(error)\n"
                    + "  hint: results are kept in \(project.root)/.taskgraph; make that directory writable\n"
            )
        }
        let environment = Project.environment
        staging = Staging(directory: state.temporary)
        // Without the lock they may be another run's.
        if !isLooking { staging.removeLeftovers() }
        // Before any thread is started: it takes the program's signals.
        reactor = LinuxReactor<EngineMessage>(guarding: Session.guarding(environment, invocation))
        let cachePath = Session.cachePath(environment, root: project.root)
        do throws(StoreError) {
            store = try ContentStore(
                directory: cachePath, staging: staging,
                verified: VerifiedBlobs(file: state.verified, staging: staging),
                isReadOnly: invocation.isCacheReadOnly)
        } catch {
            throw CommandFailure(
                .machine,
                "taskgraph: the cache cannot be opened: \(error)\n  hint: TASKGRAPH_CACHE names another directory\n"
            )
        }
        if !store.isWritable, !invocation.isCacheReadOnly {
            Output.error("warning: the cache \(cachePath) cannot be written: results of this run are not kept\n")
        }
        let files = DiskFiles(staging: staging)
        let ignoring = IgnoreFiles(files: files)
        // Views need room for their changes also where the cache gives none; the next run clears it away.
        let place = ViewPlace(
            state: state.path, cache: store.isWritable ? cachePath : state.temporary + "/cache",
            readableCache: store.isWritable ? nil : cachePath
        ) { tree in
            let (rules, identity) = ignoring.all(in: tree)
            return TreeFilter(identity: identity) { path, isDirectory in
                path == StateDirectory.name || rules.isIgnored(path, isDirectory: isDirectory)
            }
        }
        let views: any ViewProviding
        do throws(ViewError) {
            let hasWorkspaces = project.graph.tasks.values.contains { $0.workspace != nil }
            let choice = try chooseViews(place, isNeeded: hasWorkspaces)
            views = choice.views
            if let reason = choice.reason, invocation.verbosity > 0 {
                Output.error("workspaces are copies, not mounts: \(reason)\n")
            }
        } catch {
            throw CommandFailure(.machine, "taskgraph: workspaces cannot be used: \(error)\n")
        }
        history = Session.history(state, project: project.name, environment)
        ports = EnginePorts(
            files: files, digests: FileDigests(file: state.digests, staging: staging), store: store, views: views,
            history: history,
            ignoreRules: { ignoring.above($0) }
        )
        let services = HostServices(
            ServicePlace(cache: store.isWritable ? cachePath : state.temporary, path: environment["PATH"])
        ) { Output.error($0 + "\n") }
        ports.services = services
        let logs = ServiceLogFiles(directory: state.path + "/services")
        ports.keepServiceLog = { logs.keep($0) }
        ports.makeProber = { Prober() }
        ports.makeLeaseServer = { () throws(ServiceError) in try services.leaseServer() }
        ports.explainProbe = \.text
        ports.hidePassword = { [passwords] in passwords.add($0) }
        let budget = JobBudget(invocation, environment)
        let temporary = state.temporary
        ports.makeTokenPipe = { TokenFifo("tokens-\($0)", in: temporary) }
        if let outer = budget.outer { ports.openOuterTokens = { OuterTokens(outer) } }
        options = RunOptions(stateDirectory: state.path)
        options.jobs = budget.slots
        options.mostSpares = SpareMemory.instances
        options.keepsGoing = invocation.keepsGoing
        options.isForced = invocation.isForced
        options.usesCache = invocation.usesCache
        options.environment = environment
        options.platform = Project.platform
        options.targets = invocation.operands
        options.verifies = invocation.verifies
        options.observesGates = invocation.observesGates
        options.run = RunName.new()
        options.host = RunName.host
        if let continued {
            options.isContinuation = true
            options.completed = Dictionary(continued.completed.map { ($0.task, $0) }) { $1 }
        }
    }

    /// Absolute path of the cache: in the state directory, unless the environment names another place.
    static func cachePath(_ environment: [String: String], root: String) -> String {
        let named = environment["TASKGRAPH_CACHE"].flatMap { $0.isEmpty ? nil : $0 }
        return absolute(named ?? "\(root)/\(StateDirectory.name)/cache", from: root)
    }

    static func guarding(_ environment: [String: String], _ invocation: Invocation) -> Guarding {
        guard environment["TASKGRAPH_NO_WARDEN", default: ""].isEmpty else { return .byThisProcess }
        let isTold = invocation.verbosity > 0
        return .byWarden { reason in
            guard isTold else { return }
            Output.error(
                "tasks run without a warden: \(reason)\n"
                    + "  hint: if taskgraph is killed with KILL, what its tasks started may live on; see docs/processes.md\n"
            )
        }
    }

    static func announce(_ holder: LockHolder?) {
        let who = holder.map { "process \($0.pid) (\($0.command))" } ?? "another taskgraph"
        Output.error("waiting for \(who), which is running on the same state\n")
    }

    /// The targets on the command line, or everything.
    func targets(_ names: [String]) throws(CommandFailure) -> [TaskID] {
        requested = names
        let graph = project.graph
        if names.isEmpty { return graph.ids.filter { graph[$0].isRunnable } }
        do throws(UnknownTarget) {
            return try graph.select(names)
        } catch {
            throw CommandFailure(
                .usage,
                "taskgraph: there is no task, group or command \"\(error.name)\"\n"
                    + "  hint: \(error.suggestion.map { "did you mean \"\($0)\"?" } ?? "`taskgraph list` shows all names")\n"
            )
        }
    }

    func engine(
        _ targets: [TaskID], imprint: ImprintBuilder? = nil, earlier: EarlierResults = EarlierResults(),
        ticker: Ticker? = nil, sink: @escaping (Event) -> Void = { _ in }
    ) -> Engine<LinuxReactor<EngineMessage>> {
        var ports = ports
        if lock != nil {
            let journal = newJournal()
            self.journal = journal
            ports.journal = journal
        }
        return Engine(
            graph: project.graph, targets: targets, ports: ports, reactor: reactor, options: options, imprint: imprint,
            earlier: earlier, ticker: ticker, sink: sink
        )
    }

    /// The journal of what was asked for last: it is made when the run begins to change something.
    private func newJournal() -> RunJournal {
        var header = JournalHeader()
        header.rootFile = project.rootFile
        header.targets = requested
        header.arguments = invocation.command == "run" ? invocation.arguments : []
        header.variables = invocation.variables
        header.workingDirectory = invocation.variablesDirectory ?? (try? Project.currentDirectory()) ?? project.root
        header.jobs = invocation.jobs
        header.keepsGoing = invocation.keepsGoing
        header.isForced = invocation.isForced
        header.usesCache = invocation.usesCache
        header.verifies = invocation.verifies
        header.observesGates = invocation.observesGates
        header.continues = continued?.header.run
        return RunJournal(in: RunJournals(in: state), header: header, carrying: continued?.completed ?? []) {
            Output.error("warning: \($0)\n")
        }
    }

    var style: Style { invocation.style(options.environment) }

    var verbosity: Verbosity { Verbosity(clamping: invocation.verbosity) }

    /// Names by id for the renderers.
    var taskTable: TaskTable {
        let graph = project.graph
        let interactive = Set(graph.ids.filter { graph[$0].isInteractive })
        return TaskTable(
            count: graph.count, interactive: interactive, sources: project.sources, range: { graph[$0].range },
            needs: { graph.needs(of: $0).filter { $0.kind != .soft }.map(\.task) }, name: { graph[$0].name })
    }

    var subject: Screen.Subject {
        let graph = project.graph
        return Screen.Subject(
            root: project.root, title: graph.title ?? "taskgraph", masked: graph.secretValues(options.environment),
            passwords: passwords)
    }
}

extension Verbosity {
    init(clamping level: Int) {
        self = level < 0 ? .quiet : level > 0 ? .verbose : .normal
    }
}

extension TaskDefinition {
    /// Whether a run without targets includes it: services are reached through tasks.
    fileprivate var isRunnable: Bool {
        switch kind {
        case .action, .expansion, .gate: true
        case .service: false
        }
    }
}
