// What groups hand down: which keys add, which replace, and what an instance ends up with.

import Graph
import Manifest
import Testing
import Vocabulary

@Suite struct MergeTests {
    static let plan = """
        pools: {io: 2, net: 1}
        setup: {run: make setup}
        prepare: {run: make prepare}
        outer:
          needs: [setup]
          env: {A: outer, B: outer}
          pass-env: [CI]
          secrets: [TOKEN]
          lock: [db]
          dir: backend
          shell: bash -eu
          timeout: 90s
          retries: {limit: 2, backoff: 1s, on-exit: [75]}
          pool: io
          cpus: 2
          cache: {key: [outer], tools: [uv]}
          inherits: {run: make a}
          inner:
            needs: [prepare]
            env: {B: inner, C: inner}
            pass-env: [CI, LANGUAGE]
            secrets: [KEY]
            lock: [port]
            replaces:
              run: make b
              env: {A: task}
              dir: frontend
              shell: [zsh, -e]
              timeout: 5m
              retries: 0
              pool: net
              cpus: 1
              cache: {key: [own]}
        """

    @Test func whatIsInsideGetsTheKeysOfItsGroups() throws {
        let graph = try Plan(Self.plan).loaded()
        let task = try graph.task("outer/inherits")
        #expect(try graph.needs("outer/inherits") == ["setup"])
        #expect(task.environment.text == ["A=outer", "B=outer"])
        #expect(task.passedEnvironment == ["CI"])
        #expect(task.secrets == ["TOKEN"])
        #expect(task.locks == ["db"])
        #expect(task.directory == "backend")
        #expect(task.shell == ["bash", "-eu"])
        #expect(task.timeout == 90_000_000_000)
        #expect(task.retries.limit == 2 && task.retries.backoff == 1_000_000_000 && task.retries.exits == [75])
        #expect(task.pool == "io")
        #expect(task.cpus == 2)
        #expect(task.cache.keys == ["outer"] && task.cache.tools == ["uv"])
    }

    @Test func someKeysAddAndTheOthersReplace() throws {
        let graph = try Plan(Self.plan).loaded()
        let task = try graph.task("outer/inner/replaces")
        #expect(try graph.needs("outer/inner/replaces") == ["setup", "prepare"])
        #expect(task.environment.text == ["B=inner", "C=inner", "A=task"])
        #expect(task.passedEnvironment == ["CI", "LANGUAGE"])
        #expect(task.secrets == ["TOKEN", "KEY"])
        #expect(task.locks == ["db", "port"])
        #expect(task.directory == "frontend")
        #expect(task.shell == ["zsh", "-e"])
        #expect(task.timeout == 300_000_000_000)
        #expect(task.retries.limit == 0 && task.retries.exits == [])
        #expect(task.pool == "net")
        #expect(task.cpus == 1)
        #expect(task.cache.keys == ["own"] && task.cache.tools == [])
    }

    @Test func defaultsOfATaskThatSaysNothing() throws {
        let task = try Plan("a: {run: make}").loaded().task("a")
        #expect(task.shell == ["sh", "-eu"])
        #expect(task.directory == "" && task.environment.isEmpty && task.cpus == 1 && task.timeout == nil)
        #expect(task.acceptedExits == [0] && task.isClean && !task.isAlways && !task.isHidden)
        #expect(task.inputs == nil && task.cache.offReason == .noInputs)
    }

    /// Whether a result is kept.
    @Test(arguments: [
        ("{run: x}", NotCachedReason.noInputs),
        ("{run: x, inputs: []}", nil),
        ("{run: x, cache: true}", nil),
        ("{run: x, cache: {key: [a]}}", nil),
        ("{run: x, inputs: [], cache: false}", .declared),
        ("{run: x, inputs: [], interactive: true}", .interactive),
        ("{run: x, workspace: tree}", nil),
    ])
    func cachingIsOnWhereSomethingSaysWhatIsRead(yaml: String, reason: NotCachedReason?) throws {
        #expect(try Plan("a: \(yaml)").loaded().task("a").cache.offReason == reason)
    }

    @Test func pathsAreRelativeToTheDirectory() throws {
        let task = try Plan(
            """
            a:
              dir: backend/./src/..
              run: make
              env-file: [.env, /etc/env]
              inputs: [src/**, "!src/x.c", ../shared/*.h, /usr/include/*.h, ., "${{ root }}/top.txt"]
              outputs: [out, gen.d/, {path: x.log, store: false}]
              reports: [r.xml]
              ensure:
                - exists: out/../main
                - same: [a.txt, ../b.txt]
            """
        ).loaded().task("a")
        #expect(task.directory == "backend")
        #expect(task.environmentFiles.map(\.value) == ["/project/backend/.env", "/etc/env"])
        #expect(
            task.inputs?.spellings == [
                "backend/src/**", "!backend/src/x.c", "shared/*.h", "/usr/include/*.h", "backend", "top.txt",
            ])
        #expect(task.outputs.map(\.pattern).spellings == ["backend/out", "backend/gen.d/", "backend/x.log"])
        #expect(task.outputs.map(\.isStored) == [true, true, false])
        #expect(task.reports.spellings == ["backend/r.xml"])
        guard case .exists(let files) = task.conditions[0].kind,
            case .same(let left, let right) = task.conditions[1].kind
        else { return #expect(Bool(false), "other conditions") }
        #expect(files == ["backend/main"] && left == "backend/a.txt" && right == "b.txt")
    }

    @Test func aWorkspaceIsRelativeToTheRootAndItsRootFilesAreTold() throws {
        let task = try Plan(
            """
            a:
              workspace: {tree: ../other/./repo, at: tree}
              dir: backend
              run: make
              inputs: [src/**, "${{ root }}/steps/*.py"]
              changes: ["**"]
            """
        ).loaded().task("a")
        #expect(task.workspace?.tree == "/other/repo" && task.workspace?.isAtTree == true)
        #expect(task.inputs?.spellings == ["backend/src/**", "steps/*.py"])
        #expect(task.inputs?.map(\.isInRoot) == [false, true])
        #expect(task.changes.spellings == ["backend/**"])
    }

    /// `when` and `platforms` on linux/x86_64 with CI=true.
    @Test(
        arguments: [
            ("platforms: [linux]", nil),
            ("platforms: [macos, linux/x86_64]", nil),
            ("platforms: [macos, linux/arm64]", "it runs on macos, linux/arm64; this is linux/x86_64"),
            ("platforms: [linux/x86]", "it runs on linux/x86; this is linux/x86_64"),
            ("when: true", nil),
            ("when: \"${{ env.CI }}\"", nil),
            ("when: \"${{ env.CI }} == true\"", nil),
            ("when: \"${{ env.CI }}!=true\"", "`when: true!=true` does not hold"),
            ("when: \"a b ==  a b\"", nil),
            ("when: false", "`when: false` does not hold"),
        ] as [(String, String?)])
    func whetherATaskTakesPart(key: String, reason: String?) throws {
        let plan = Plan("a:\n  run: make\n  \(key)") { $0.environment = ["CI": "true"] }
        #expect(try plan.loaded().task("a").skipReason == reason)
    }
}
