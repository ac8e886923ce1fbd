// The snapshot of a frozen graph: what is read back, and what damage does.

import Testing
import Vocabulary

@testable import Graph

@Suite struct SnapshotTests {
    static let yaml = """
        pools: {db: 2}
        base:
          run: [tool, --flag, "a b"]
          title: The base
          description: Makes the base
          inputs: ["src/**/*.c", "!src/x.c", main.c]
          outputs: [out/base, {path: out/stamp, store: false}]
          reports: [report.xml]
          dir: .
          env: {A: "1", B: two}
          pass-env: [CC]
          secrets: [TOKEN]
          timeout: 90s
          retries: {limit: 2, backoff: 1s, on-exit: [7]}
          accept-exit: [0, 3]
          cache: {key: [salt], tools: [cc], max-age: 7d}
          pool: db
          lock: printer
          cpus: 2
          always: true
          hidden: true
          clean: false
        group:
          one:
            inputs: [out/base]
            outputs: [out/one]
            shell: [bash, -c]
            run: echo one
          two:
            needs: [one, {task: base, order-only: true}, {task: three, soft: true}]
            run: echo two
            interactive: true
          three:
            run: echo three
            when: ${{ env.SWITCH }} == on
          many:
            matrix: {letter: [a, b]}
            run: echo ${{ matrix.letter }}
        viewed:
          workspace: src
          run: echo viewed

        """

    static let facts = LoadFacts(
        root: "/project", rootFile: "/project/tasks.yaml",
        program: Observation(
            path: "/bin/taskgraph",
            status: FileStatus(
                kind: .regular, mode: 0o755, stamp: FileStamp(inode: 1, size: 2, modified: 3, changed: 4))),
        overrides: [EnvironmentEntry(name: "v", value: "1")], workingDirectory: "/project/sub",
        environment: [EnvironmentEntry(name: "SWITCH", value: "off")], sources: ["/project/tasks.yaml"],
        observations: [Observation(path: "/project/missing.yaml", status: nil)])

    private func graph() throws -> Graph {
        try Plan(SnapshotTests.yaml) { $0.environment = ["SWITCH": "off"] }.loaded()
    }

    private func snapshot(_ graph: Graph) throws -> GraphSnapshot {
        try #require(GraphSnapshot(ByteRegion(copying: graph.snapshot(SnapshotTests.facts))))
    }

    @Test func definitionsAreReadBackWhole() throws {
        let graph = try graph()
        let snapshot = try snapshot(graph)
        let portable = graph.ids.map(\.index).filter(snapshot.hasDefinition)
        let part = try #require(snapshot.part(portable))
        #expect(portable.count == graph.count - 1)
        for (position, original) in portable.enumerated() {
            #expect(described(part[TaskID(position)]) == described(graph[TaskID(original)]))
        }
        #expect(part.pools == ["db": 2])
    }

    /// Everything in it; sets in order.
    private func described(_ task: TaskDefinition) -> String {
        var fields = task.fields
        let sets = "\(fields.acceptedExits.sorted()) \(fields.retries.exits.sorted())"
        fields.acceptedExits = []
        fields.retries.exits = []
        return "\(fields) \(sets)"
    }

    @Test func needsOfAPartAreThoseAmongItsTasks() throws {
        let graph = try graph()
        let snapshot = try snapshot(graph)
        let names = ["base", "group/one", "group/two", "group/three"]
        let numbers = try names.map { try #require(snapshot.tasks(named: $0)?.first?.index) }
        func described(_ graph: Graph) -> [String] {
            graph.ids.flatMap { id in
                graph.needs(of: id).map { need in
                    "\(graph[id].name) \(need.kind) \(graph[need.task].name)\(need.isInferred ? " inferred" : "")"
                }
            }
        }
        let part = try #require(snapshot.part(numbers))
        #expect(
            described(part) == [
                "group/one hard base inferred", "group/two hard group/one", "group/two orderOnly base",
                "group/two soft group/three",
            ])
        #expect(
            part.ids.map { part.dependents(of: $0).map { part[$0].name } } == [
                ["group/one", "group/two"], ["group/two"], [], ["group/two"],
            ])
        let without = try #require(snapshot.part([numbers[1], numbers[2]]))
        #expect(described(without) == ["group/two hard group/one"])
    }

    @Test func namesStandForTheSameTasks() throws {
        let graph = try graph()
        let snapshot = try snapshot(graph)
        for name in ["base", "group", "group/one", "group/many", "group/many[b]", "viewed", "nothing", ""] {
            let known = graph.tasks(named: name)
            #expect(snapshot.tasks(named: name) ?? [] == known, "\(name)")
        }
        #expect(snapshot.tasks(named: "nothing") == nil)
    }

    @Test func needsAndDependentsAreTheGraphs() throws {
        let graph = try graph()
        let snapshot = try snapshot(graph)
        for id in graph.ids {
            var needs: [TaskID] = []
            snapshot.forEachNeed(of: id.index) { task, _ in needs.append(TaskID(task)) }
            #expect(needs == graph.needs(of: id).map(\.task))
            var dependents: [TaskID] = []
            snapshot.forEachDependent(of: id.index) { task, _ in dependents.append(TaskID(task)) }
            #expect(dependents == Array(graph.dependents(of: id)))
        }
    }

    @Test func factsAreReadBack() throws {
        let facts = try snapshot(try graph()).facts
        #expect("\(facts)" == "\(SnapshotTests.facts)")
        #expect(try graph().readVariables == ["SWITCH"])
    }

    @Test func damageIsNoticed() throws {
        let bytes = try graph().snapshot(SnapshotTests.facts)
        var opened = 0
        for position in stride(from: 0, to: bytes.count, by: 7) {
            var damaged = bytes
            damaged[position] ^= 0x10
            guard let snapshot = GraphSnapshot(ByteRegion(copying: damaged)) else { continue }
            opened += 1
            // Only definitions are not looked at when the file is opened.
            #expect(snapshot.part((0..<snapshot.count).filter(snapshot.hasDefinition)) == nil, "\(position)")
        }
        #expect(opened > 0)
        for length in stride(from: 0, to: bytes.count, by: 11) {
            #expect(GraphSnapshot(ByteRegion(copying: bytes.prefix(length))) == nil)
        }
    }
}
