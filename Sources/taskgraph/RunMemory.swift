// What a run leaves for the next one to start warm: the frozen graph and the imprint, two files of the state directory.

import Engine
import Graph
import Host
import Imprint
import Ports
import Vocabulary

/// The two files.
struct RunMemory {
    private let stateDirectory: String
    private let graph: GraphSnapshot
    /// Filled by the run.
    let builder: ImprintBuilder

    private static func graphFile(_ stateDirectory: String) -> String { stateDirectory + "/graph" }
    private static func imprintFile(_ stateDirectory: String) -> String { stateDirectory + "/imprint" }

    /// Writes the graph. Nil when it cannot be kept, or nothing that could be settled is in it.
    init?(of session: Session) {
        let project = session.project
        // Without the cache nothing is recorded, so that the next run looks for itself.
        guard session.invocation.usesCache else { return nil }
        guard let facts = project.facts, project.graph.tasks.values.contains(where: { $0.workspace == nil }) else {
            return nil
        }
        let bytes = project.graph.snapshot(facts)
        let file = RunMemory.graphFile(session.state.path)
        let known = ByteRegion(mapping: file)
        if known.map({ !$0.bytes.elementsEqual(bytes) }) ?? true {
            guard (try? session.ports.files.write(bytes, to: file, mode: 0o644)) != nil else { return nil }
        }
        guard let graph = GraphSnapshot(ByteRegion(copying: bytes)) else { return nil }
        let imprintFacts = ImprintFacts(session)
        let earlier = RunMemory.imprint(session.state.path, of: graph).flatMap {
            imprintFacts.isSame(as: $0.facts) ? $0 : nil
        }
        stateDirectory = session.state.path
        self.graph = graph
        builder = ImprintBuilder(
            graph: graph.identity, count: graph.count, facts: earlier?.facts ?? imprintFacts, earlier: earlier
        )
    }

    /// For a run on a part of a graph.
    init(stateDirectory: String, graph: GraphSnapshot, builder: ImprintBuilder) {
        self.stateDirectory = stateDirectory
        self.graph = graph
        self.builder = builder
    }

    /// The graph that was written last.
    static func graph(_ stateDirectory: String) -> GraphSnapshot? {
        ByteRegion(mapping: graphFile(stateDirectory)).flatMap { GraphSnapshot($0) }
    }

    /// The imprint that was written last, if it belongs to the graph.
    static func imprint(_ stateDirectory: String, of graph: GraphSnapshot) -> Imprint? {
        guard let imprint = ByteRegion(mapping: imprintFile(stateDirectory)).flatMap({ Imprint($0) }),
            imprint.graph == graph.identity, imprint.count == graph.count
        else { return nil }
        return imprint
    }

    /// Whether the imprint was written in the last day. An older one is not used, so that the cache learns at least once a
    /// day which results are still wanted.
    static func isRecent(_ stateDirectory: String) -> Bool {
        let day: Int64 = 86_400_000_000_000
        let now = Int64(clamping: Machine.wallTime)
        guard let status = try? DiskFiles().status(imprintFile(stateDirectory)) else { return false }
        return abs(now - status.stamp.modified) < day
    }

    /// Writes the imprint. Losing it only costs looking at everything.
    func keep(_ imprint: ImprintBuilder) {
        let bytes = imprint.encoded(hasFineTimes: FineTimes.has) { task, body in
            graph.forEachDependent(of: task) { dependent, kind in
                if kind == .hard { body(dependent) }
            }
        }
        try? DiskFiles(staging: Staging(directory: stateDirectory + "/tmp")).write(
            bytes, to: RunMemory.imprintFile(stateDirectory), mode: 0o644)
    }
}

extension ImprintFacts {
    /// What all tasks of a project depend on, besides tools, which the run looks up.
    init(_ session: Session) {
        let tasks = session.project.graph.tasks.values
        var names = Set(tasks.lazy.flatMap(\.passedEnvironment))
        if tasks.contains(where: { !$0.cache.tools.isEmpty }) { names.insert("PATH") }
        let observer = ObservedFiles(DiskFiles())
        _ = IgnoreFiles(files: observer).above(session.project.root)
        _ = try? observer.status(session.store.directory)
        self.init(
            variableNames: names.sorted(),
            variables: digest(ofVariables: names.sorted(), in: session.options.environment),
            observations: observer.take()
        )
    }

    /// Whether earlier facts say the same and still hold.
    fileprivate func isSame(as earlier: ImprintFacts) -> Bool {
        variableNames == earlier.variableNames && variables == earlier.variables
            && Set(observations).isSubset(of: earlier.observations) && earlier.observations.allSatisfy(\.holds)
    }
}
