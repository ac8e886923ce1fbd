// Runs after runs: what is up to date, what is restored, what runs again and why, and what is not kept.

import Engine
import Hashing
import Ports
import TestKit
import Testing
import Vocabulary

@Suite struct CachingTests {
    static let chain = """
        gen: {run: copy src.txt gen.txt, inputs: [src.txt], outputs: [gen.txt]}
        use: {run: print using; copy gen.txt use.txt, inputs: [gen.txt], outputs: [use.txt]}
        """

    @Test func theSecondRunDoesNothing() throws {
        let rig = Rig(["src.txt": "one"])
        let first = try rig.run(Self.chain)
        #expect(first.lines == ["gen: runs: neverRan", "gen: done", "use: runs: neverRan", "use: done"])
        #expect(rig["use.txt"] == "one")
        #expect(first.summary.succeeded == 2)

        let second = try rig.run(Self.chain)
        #expect(second.lines == ["gen: is up to date", "gen: upToDate", "use: is up to date", "use: upToDate"])
        #expect(second.reactor.requests == [])
        #expect(second.changes == [])
        #expect(rig.store.traffic == [.flushed])
        #expect(second.summary.upToDate == 2 && second.summary.total == 2)
    }

    @Test func aChangedInputRunsWhatReadsIt() throws {
        let rig = Rig(["src.txt": "one"])
        try rig.run(Self.chain)
        rig["src.txt"] = "two"
        let run = try rig.run(Self.chain)
        #expect(
            run.lines == [
                "gen: runs: changed input src.txt", "gen: done", "use: runs: changed input gen.txt", "use: done",
            ])
        rig["src.txt"] = "one"
        let back = try rig.run(Self.chain)
        #expect(
            back.lines == ["gen: restores", "gen: restored", "use: restores", "use: replays using\n", "use: restored"])
        #expect(rig["use.txt"] == "one")
        #expect(back.reactor.requests == [])
    }

    @Test func anEqualResultStopsTheWave() throws {
        let plan = """
            gen: {run: write gen.txt same, inputs: [src.txt], outputs: [gen.txt]}
            use: {run: copy gen.txt use.txt, needs: [gen], inputs: [], outputs: [use.txt]}
            """
        let rig = Rig(["src.txt": "one"])
        try rig.run(plan)
        rig["src.txt"] = "two"
        let run = try rig.run(plan)
        #expect(run.lines == ["gen: runs: changed input src.txt", "gen: done", "use: is up to date", "use: upToDate"])
    }

    @Test func aDependencyIsPartOfTheKeyAnOrderIsNot() throws {
        let plan = """
            gen: {run: copy src.txt gen.txt, inputs: [src.txt], outputs: [gen.txt]}
            use: {run: copy gen.txt use.txt, needs: [gen], inputs: [], outputs: [use.txt]}
            after: {run: write after.txt x, needs: [{task: gen, order-only: true}], inputs: [], outputs: [after.txt]}
            """
        let rig = Rig(["src.txt": "one"])
        try rig.run(plan)
        rig["src.txt"] = "two"
        let run = try rig.run(plan)
        #expect(run.spawned == ["copy src.txt gen.txt", "copy gen.txt use.txt"])
        #expect(run.lines.contains("use: runs: changed dependency gen"))
        #expect(run.results["after"] == .upToDate)
    }

    /// What is done to the checkout or the store between two runs, and what the second makes of it.
    @Test(arguments: [
        ("output removed", ["gen: restores", "gen: restored"]),
        ("output changed", ["gen: restores", "gen: restored"]),
        ("output executable", ["gen: restores", "gen: restored"]),
        ("blob lost", ["gen: runs: a stored output is missing or damaged ", "gen: done"]),
        ("file added beside", ["gen: restores", "gen: restored"]),
        ("state lost", ["gen: is up to date", "gen: upToDate"]),
    ])
    func whatIsNotInPlaceIsBroughtBack(change: String, expected: [String]) throws {
        let plan = "gen: {run: write out/a.txt A; write out/b/c.txt C, inputs: [], outputs: [out]}"
        let rig = Rig()
        try rig.run(plan)
        switch change {
        case "output removed": rig["out/a.txt"] = nil
        case "output changed": rig["out/a.txt"] = "B"
        case "output executable": try rig.files.setMode("/project/out/a.txt", 0o755)
        case "blob lost":
            rig.store.lose(Digest(of: "A"))
            rig["out/a.txt"] = nil
        case "file added beside": rig["out/b/new.txt"] = "new"
        default: try rig.files.remove("/project/.taskgraph")
        }
        let run = try rig.run(plan)
        #expect(run.lines == expected)
        #expect(rig["out/a.txt"] == "A" && rig["out/b/c.txt"] == "C" && rig["out/b/new.txt"] == nil)
        #expect(try rig.files.status("/project/out/a.txt")?.mode == 0o644)
        #expect(try rig.run(plan).reactor.requests == [])
    }

    @Test func aTaskWithoutOutputsIsRememberedByItsKey() throws {
        let plan = "test: {run: print passed, inputs: [src.txt]}"
        let rig = Rig(["src.txt": "one"])
        try rig.run(plan)
        #expect(try rig.run(plan).lines == ["test: is up to date", "test: upToDate"])
        // Another checkout with the same cache has not seen the result yet.
        try rig.files.remove("/project/.taskgraph")
        #expect(try rig.run(plan).lines == ["test: restores", "test: replays passed\n", "test: restored"])
        #expect(try rig.run(plan).lines == ["test: is up to date", "test: upToDate"])
    }

    // MARK: Choices

    @Test func withoutInputsNothingIsKept() throws {
        let rig = Rig()
        let plan = "a: {run: print x}"
        try rig.run(plan)
        let run = try rig.run(plan)
        #expect(run.lines == ["a: runs: not cached, no-inputs", "a: done"])
        #expect(rig.store.traffic == [.flushed])
    }

    @Test func forceRunsAndKeeps() throws {
        let rig = Rig(["src.txt": "one"])
        try rig.run(Self.chain)
        rig.options.isForced = true
        #expect(try rig.run(Self.chain).lines == ["gen: runs: forced", "gen: done", "use: runs: forced", "use: done"])
        rig.options.isForced = false
        #expect(try rig.run(Self.chain).reactor.requests == [])
    }

    @Test func withoutTheCacheNothingIsLookedUpOrKept() throws {
        let rig = Rig(["src.txt": "one"])
        rig.options.usesCache = false
        try rig.run(Self.chain)
        let run = try rig.run(Self.chain)
        #expect(run.lines == ["gen: runs: cacheDisabled", "gen: done", "use: runs: cacheDisabled", "use: done"])
        #expect(rig.store.traffic == [.flushed])
        rig.options.usesCache = true
        #expect(try rig.run(Self.chain).lines.first == "gen: runs: neverRan")
    }

    @Test func anOldResultIsMadeAgain() throws {
        let plan = "a: {run: write a.txt x, inputs: [], outputs: [a.txt], cache: {max-age: 90s}}"
        let rig = Rig()
        try rig.run(plan)
        #expect(try rig.run(plan).results["a"] == .upToDate)
        // Three runs, a minute apart.
        #expect(try rig.run(plan).lines == ["a: runs: tooOld", "a: done"])
        #expect(try rig.run(plan).results["a"] == .upToDate)
    }

    @Test func theEnvironmentCountsWhereItIsPassed() throws {
        let plan = "a: {run: show CI; show PATH; show LANG; show SECRET, inputs: [], pass-env: [CI]}"
        let rig = Rig()
        rig.options.environment["CI"] = "1"
        rig.options.environment["SECRET"] = "not named"
        #expect(try rig.run(plan).output == "CI=1\nPATH=/bin\nLANG=C\nunset\n")
        rig.options.environment["PATH"] = "/usr/bin"
        rig.options.environment["SECRET"] = "else"
        #expect(try rig.run(plan).results["a"] == .upToDate)
        rig.options.environment["CI"] = nil
        #expect(try rig.run(plan).lines == ["a: runs: changed environment CI", "a: done"])
        rig.options.environment["LC_ALL"] = "C"
        #expect(try rig.run(plan).lines == ["a: runs: added environment LC_ALL", "a: done"])
    }

    @Test func anEnvironmentFileIsReadAndKeyed() throws {
        let plan = "a: {run: show A; show B; show C, inputs: [], env-file: [.env], env: {C: task}}"
        let rig = Rig([".env": "# comment\nexport A = 'x y'\nB=\"z\"\r\nC=file\n\nnonsense\n"])
        #expect(try rig.run(plan).output == "A=x y\nB=z\nC=task\n")
        rig[".env"] = "A=1\n"
        #expect(try rig.run(plan).lines == ["a: runs: changed environment ${{ root }}/.env", "a: done"])
        rig[".env"] = nil
        #expect(try rig.run(plan).lines == ["a: env-file: cannot read /project/.env: No such file or directory"])
    }

    @Test func toolsAreAskedOnceAndCount() throws {
        let plan = "a: {run: print x, inputs: [], cache: {tools: [cc, ld]}}"
        let rig = Rig()
        rig.files.add("/bin/cc", "binary", mode: 0o755)
        #expect(try rig.run(plan).spawned == ["/bin/cc --version", "print x"])
        let second = try rig.run(plan)
        #expect(second.reactor.requests == [])
        #expect(second.results["a"] == .upToDate)
        // Another file is asked again; it says the same.
        rig.files.add("/bin/cc", "rebuilt", mode: 0o755)
        let third = try rig.run(plan)
        #expect(third.spawned == ["/bin/cc --version"])
        #expect(third.results["a"] == .upToDate)
        rig.files.add("/bin/ld", "binary", mode: 0o755)
        #expect(try rig.run(plan).lines == ["a: runs: changed tool ld", "a: done"])
    }

    // MARK: What is not kept

    @Test func aResultWhoseInputChangedMeanwhileIsNotKept() throws {
        let plan = "a: {run: copy src.txt a.txt; write src.txt new, inputs: [src.txt], outputs: [a.txt]}"
        let rig = Rig(["src.txt": "old"])
        let run = try rig.run(plan)
        #expect(
            run.lines == [
                "a: runs: neverRan",
                "a: warning: the result is not cached: /project/src.txt changed while the task ran",
                "a: done",
            ])
        #expect(try rig.run(plan).lines.first == "a: runs: neverRan")
    }

    @Test func anInputRewrittenWithTheSameContentDidNotChange() throws {
        let plan = "a: {run: write src.txt same, inputs: [src.txt], outputs: []}"
        let rig = Rig(["src.txt": "same"])
        #expect(try rig.run(plan).lines == ["a: runs: neverRan", "a: done"])
        #expect(try rig.run(plan).results["a"] == .upToDate)
    }

    @Test func aFailureIsRecordedAndNeverRestored() throws {
        let plan =
            "a: {run: print oh no; write r.xml bad; exit 3, inputs: [src.txt], outputs: [a.txt], reports: [r.xml]}"
        let rig = Rig(["src.txt": "1"])
        let first = try rig.run(plan)
        #expect(first.lines == ["a: runs: neverRan", "a: exits with 3"])
        #expect(first.logs["a"] == "oh no\n")
        let records = rig.store.records(ofTask: "a", limit: 9)
        #expect(records.map(\.outcome) == [.failed])
        #expect(records[0].reports.items.map(\.path) == ["r.xml"])
        #expect(records[0].log.flatMap { rig.store.bytes($0) } == Array("oh no\n".utf8))
        #expect(try rig.run(plan).lines == ["a: runs: failedBefore", "a: exits with 3"])
        #expect(first.summary.failed == 1)
    }

    @Test func reportsComeBackWithTheResult() throws {
        let plan = """
            test: {run: write r/junit.xml good; exit 1, inputs: [src.txt], reports: [r/junit.xml], accept-exit: [0, 1]}
            read: {run: print read, needs: [test], inputs: []}
            """
        let rig = Rig(["src.txt": "1"])
        #expect(try rig.run(plan).results["test"] == .succeeded(attempts: 1))
        rig["r/junit.xml"] = nil
        let second = try rig.run(plan)
        #expect(second.results["test"] == .restored && rig["r/junit.xml"] == "good")
        // Reports do not contribute to the keys of dependents.
        #expect(second.results["read"] == .upToDate)
    }

    @Test func stampedOutputsAreComparedAndNotStored() throws {
        let plan = "a: {run: write big.bin data, inputs: [], outputs: [{path: big.bin, store: false}]}"
        let rig = Rig()
        try rig.run(plan)
        #expect(!rig.store.contains(Digest(of: "data")))
        #expect(try rig.run(plan).results["a"] == .upToDate)
        rig["big.bin"] = "else"
        #expect(
            try rig.run(plan).lines == ["a: runs: an output that is not stored was changed or removed", "a: done"])
        #expect(rig["big.bin"] == "data")
    }
}
