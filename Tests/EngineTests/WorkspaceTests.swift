// Tasks that edit a tree in views of their own: layers, what may be in them, and the tree that stays untouched.

import Engine
import Graph
import TestKit
import Testing
import Vocabulary

@Suite struct WorkspaceTests {
    static let plan = """
        work:
          workspace: tree
          one: {run: write a.txt one; remove old.txt, changes: [a.txt, old.txt]}
          two: {run: copy a.txt b.txt, needs: [one], changes: [b.txt]}
          look: {run: needs a.txt; needs b.txt; print seen, needs: [two], inputs: [b.txt]}
        """

    static func rig() -> Rig { Rig(["tree/old.txt": "old", "tree/src/x.c": "x"]) }

    @Test func layersAreSeenByThoseWhoNeedThemAndTheTreeIsUntouched() throws {
        let rig = Self.rig()
        let run = try rig.run(Self.plan)
        #expect(run.lines.filter { $0.hasSuffix("done") } == ["work/one: done", "work/two: done", "work/look: done"])
        #expect(run.output == "seen\n" && run.results["work/look"] == .succeeded(attempts: 1))
        #expect(rig["tree/a.txt"] == nil && rig["tree/old.txt"] == "old")
        #expect(rig.views.openCount == 0)
        let layers = rig.views.layerDigests.compactMap {
            rig.views.layer($0)?.items.map { "\($0.path) \($0.entry == .deleted)" }
        }
        #expect(Set(layers) == [["a.txt false", "old.txt true"], ["b.txt false"]])
    }

    @Test func aSecondRunStartsNothing() throws {
        let rig = Self.rig()
        try rig.run(Self.plan)
        let run = try rig.run(Self.plan)
        #expect(run.reactor.requests == [] && run.summary.upToDate == 3)
        #expect(run.changes == [])
        // Another checkout takes the layers from the cache.
        try rig.files.remove("/project/.taskgraph")
        let fresh = try rig.run(Self.plan)
        #expect(fresh.reactor.requests == [] && fresh.summary.restored == 3)
    }

    @Test func withoutInputsTheWholeTreeCounts() throws {
        let rig = Self.rig()
        try rig.run(Self.plan)
        rig["tree/src/x.c"] = "y"
        let run = try rig.run(Self.plan)
        #expect(run.results["work/one"] == .succeeded(attempts: 1))
        #expect(run.lines.contains("work/one: runs: changed workspace tree"))
        // It reads b.txt only, and that is what it was.
        #expect(run.results["work/look"] == .upToDate)
    }

    /// `last` needs `one` only by way of `two`, which makes the same whatever `one` does.
    @Test func withoutInputsLayersFarBelowCountToo() throws {
        let plan = """
            work:
              workspace: tree
              one: {run: write a.txt VALUE, changes: [a.txt]}
              two: {run: write b.txt same, needs: [one], changes: [b.txt]}
              last: {run: copy a.txt c.txt, needs: [two], changes: [c.txt]}
            """
        let rig = Self.rig()
        for value in ["1", "2"] {
            let run = try rig.run(plan.split(separator: "VALUE").joined(separator: value))
            #expect(run.results["work/last"] == .succeeded(attempts: 1))
        }
    }

    /// A task that had nothing to do left no record before, and leaves the same as its record says.
    @Test func whatNeedsASatisfiedTaskStaysUpToDate() throws {
        let plan = """
            work:
              workspace: tree
              done: {run: write a.txt x, changes: [a.txt], ensure: [{exists: old.txt}]}
              after: {run: print x, inputs: [old.txt], needs: [done]}
            """
        let rig = Self.rig()
        #expect(try rig.run(plan).results["work/done"] == .satisfied)
        let second = try rig.run(plan)
        #expect(second.results["work/done"] == .upToDate && second.results["work/after"] == .upToDate)
    }

    /// Equal changes make equal layers; the one between them must not come to lie above both.
    @Test func whatIsMadeUndoneAndMadeAgainIsThere() throws {
        let plan = """
            work:
              workspace: tree
              make: {run: write a.txt same, inputs: [], changes: [a.txt]}
              undo: {run: remove a.txt, inputs: [], changes: [a.txt], needs: [make]}
              again: {run: write a.txt same, inputs: [], changes: [a.txt], needs: [undo]}
              look: {run: needs a.txt, inputs: [a.txt], needs: [again]}
            """
        #expect(try Self.rig().run(plan).results["work/look"] == .succeeded(attempts: 1))
    }

    @Test func aLostLayerIsMadeAgain() throws {
        let rig = Self.rig()
        try rig.run(Self.plan)
        for digest in rig.views.layerDigests { rig.views.lose(digest) }
        let run = try rig.run(Self.plan)
        #expect(run.lines.contains("work/one: runs: its layer is missing or damaged"))
        #expect(run.results["work/two"] == .succeeded(attempts: 1))
    }

    @Test func undeclaredChangesFailAndAreThrownAway() throws {
        let rig = Self.rig()
        let run = try rig.run(
            "a: {run: write a.txt x; write src/x.c y; write c.txt z, workspace: tree, changes: [a.txt]}")
        #expect(run.lines.last == "a: changed c.txt src/x.c")
        #expect(rig.views.openCount == 0 && rig.views.layerDigests.isEmpty)
    }

    @Test func scratchAndReportsAreNoChanges() throws {
        let rig = Self.rig()
        let run = try rig.run(
            """
            a:
              run: write a.txt x; write tmp/x y; write .pytest_cache/v z; write r/junit.xml report
              workspace: tree
              changes: [a.txt]
              scratch: [tmp]
              reports: [r/junit.xml]
            """)
        #expect(run.results["a"] == .succeeded(attempts: 1))
        #expect(rig.views.layerDigests.compactMap { rig.views.layer($0)?.items.map(\.path) } == [["a.txt"]])
        #expect(rig[".taskgraph/reports/a/r/junit.xml"] == "report")
    }

    /// A tree that cannot be used fails its tasks; nothing runs anywhere else.
    @Test func withoutAViewNothingRuns() throws {
        let rig = Self.rig()
        rig.options.keepsGoing = true
        rig.views.fail("/project/tree", "No space left on device")
        let run = try rig.run(
            """
            a: {run: remove tree, workspace: tree}
            b: {run: remove tree, workspace: tree, inputs: [], each: {files: ["*"]}}
            c: {run: print c}
            d: {run: print d, workspace: tree, ensure: [{exists: tree}]}
            """)
        #expect(run.spawned == ["print c"])
        let reason = "the workspace /project/tree cannot be used: No space left on device"
        #expect(run.results["a"] == .failed(.engine(reason), attempts: 0))
        #expect(run.results["b"] == .failed(.engine(reason), attempts: 0))
        #expect(run.results["d"] == .failed(.engine(reason), attempts: 0))
        #expect(rig["tree/old.txt"] == "old")
    }

    @Test func conditionsAreLookedUpInTheView() throws {
        let rig = Self.rig()
        let plan = """
            a: {run: write a.txt x, workspace: tree, changes: [a.txt], ensure: [{exists: a.txt}, {run: needs a.txt}]}
            b: {workspace: tree, needs: [a], ensure: [{exists: a.txt}, {absent: b.txt}]}
            """
        let run = try rig.run(plan)
        #expect(run.lines == ["a: runs: neverRan", "a: done", "b: is satisfied", "b: satisfied"])
        #expect(rig.views.openCount == 0)
        #expect(try rig.run(plan).reactor.requests == [])
    }

    @Test func aFailedCheckLeavesNoViewOpen() throws {
        let rig = Self.rig()
        let run = try rig.run(
            "a: {run: write a.txt x, workspace: tree, changes: [a.txt], retries: 1, ensure: [{run: needs b.txt}]}")
        #expect(run.lines.last == "a: `needs b.txt` exited with 1")
        #expect(rig.views.openCount == 0 && rig.views.layerDigests.isEmpty)
    }

    @Test func aRetryStartsInAFreshView() throws {
        let rig = Self.rig()
        let run = try rig.run("a: {run: needs a.txt; write a.txt x, workspace: tree, changes: [a.txt], retries: 2}")
        #expect(run.lines.last == "a: exits with 1" && run.spawned.count == 3)
        #expect(rig.views.openCount == 0)
    }

    @Test func aStoppedTaskLeavesNoViewOpen() throws {
        let rig = Self.rig()
        var isSent = false
        rig.whenIdle = {
            if !isSent {
                isSent = true
                $0.interrupt(2)
            }
        }
        let run = try rig.run("a: {run: hang, workspace: tree}\nb: {run: x, workspace: tree, needs: [a]}")
        #expect(run.lines.suffix(3) == ["signal 2", "b: cancelled", "a: cancelled"])
        #expect(rig.views.openCount == 0)
    }

    @Test func instancesOverFilesOfTheView() throws {
        let rig = Rig(["tree/a.c": "a", "b.c": "root"])
        let run = try rig.run(
            """
            gen: {run: write gen.c g, workspace: tree, changes: [gen.c]}
            each: {run: "copy ${{ item }} ${{ item }}.o", workspace: tree, needs: [gen], each: {files: ["*.c"]}, changes: ["${{ item }}.o"]}
            after: {run: needs a.c.o; needs gen.c.o; print both, workspace: tree, needs: [work]}
            """.split(separator: "each: {run").joined(separator: "work: {run"))
        #expect(run.lines.contains("work: becomes work[a.c] work[gen.c]"))
        #expect(run.output == "both\n" && run.results["after"] == .succeeded(attempts: 1))
    }

    @Test func finishedViewsListTheLayersInOrder() throws {
        let rig = Self.rig()
        let graph = try rig.graph(Self.plan)
        let (engine, _) = try rig.engine(graph)
        _ = engine.run()
        let views = engine.finishedViews()
        #expect(views.map(\.tree) == ["/project/tree"])
        #expect(views[0].layers.map { engine.name(of: $0.task) } == ["work/one", "work/two"])
    }

    /// As in the target's own view; what comes before only if it runs anyway is in neither.
    @Test func whatMustComeBeforeIsInTheFinishedView() throws {
        let rig = Rig(["tree/base": "b"])
        let graph = try rig.graph(
            """
            before: {run: write f before, workspace: tree, changes: [f]}
            below: {run: write g below, workspace: tree, changes: [g]}
            anyway: {run: write i anyway, workspace: tree, changes: [i]}
            after: {run: print after, needs: [anyway]}
            target:
              run: write h target
              workspace: tree
              changes: [h]
              needs: [below, {task: before, order-only: true}, {task: after, soft: true}]
            """)
        let (engine, _) = try rig.engine(graph, ["target"])
        #expect(engine.run().succeeded == 3)
        let views = engine.finishedViews()
        #expect(views.map { $0.layers.map { engine.name(of: $0.task) } } == [["before", "below", "target"]])
    }
}
