// Tasks that are multiplied while running, over files that other tasks make.

import Engine
import Ports
import TestKit
import Testing
import Vocabulary

@Suite struct ExpansionTests {
    static let plan = """
        split: {run: SPLIT, inputs: [names], outputs: [parts]}
        compile:
          each: {files: ["parts/*.c"]}
          run: copy ${{ item }} out/${{ item.stem }}.o; print ${{ item.name }}
          inputs: ["${{ item }}"]
          outputs: ["out/${{ item.stem }}.o"]
        link: {run: copy out/a.o app, inputs: ["out/*.o"], outputs: [app]}
        """

    /// The plan in which `split` makes these files, each holding its own name.
    static func plan(making names: String...) -> String {
        let script = (names.map { "write parts/\($0).c \($0)" } + ["write parts/list x"]).joined(separator: "; ")
        return plan.split(separator: "SPLIT").joined(separator: script)
    }

    @Test func instancesAreMadeWhenTheFilesAreThere() throws {
        let rig = Rig(["names": "1"])
        let run = try rig.run(Self.plan(making: "a", "b"))
        #expect(
            run.lines == [
                "split: runs: neverRan", "split: done",
                "compile: becomes compile[parts/a.c] compile[parts/b.c]",
                "compile[parts/a.c]: runs: neverRan", "compile[parts/b.c]: runs: neverRan",
                "compile[parts/a.c]: done", "compile[parts/b.c]: done", "compile: done",
                "link: runs: neverRan", "link: done",
            ])
        #expect(rig["app"] == "a")
        #expect(try rig.run(Self.plan(making: "a", "b")).reactor.requests == [])
    }

    @Test func instancesAreCachedOneByOne() throws {
        let rig = Rig(["names": "1"])
        try rig.run(Self.plan(making: "a", "b"))
        rig["names"] = "2"
        let run = try rig.run(Self.plan(making: "a", "b", "c"))
        #expect(run.results["compile[parts/a.c]"] == .upToDate)
        #expect(run.results["compile[parts/b.c]"] == .upToDate)
        #expect(run.results["compile[parts/c.c]"] == .succeeded(attempts: 1))
        #expect(run.lines.contains("link: runs: added input out/c.o"))
    }

    @Test func noFileIsNoInstanceAndAWarning() throws {
        let run = try Rig(["names": "1"]).run(Self.plan(making: ""), ["compile"])
        #expect(run.lines.suffix(2) == ["compile[parts/.c]: done", "compile: done"])
        let none = try Rig(["names": "1"]).run(
            "split: {run: write parts/x.h, outputs: [parts]}\nc: {run: x, each: {files: ['parts/*.c']}}\nafter: {run: print x, needs: [c]}"
        )
        #expect(none.lines.contains("c: warning: no file matches, so it has no instances"))
        #expect(none.results["c"] == .succeeded(attempts: 1) && none.results["after"] == .succeeded(attempts: 1))
    }

    @Test func aFailedInstanceFailsTheWhole() throws {
        let rig = Rig()
        rig.options.keepsGoing = true
        let run = try rig.run(
            """
            split: {run: write parts/a x; write parts/b x, outputs: [parts]}
            work: {run: "needs ${{ item }}.ok", each: {files: [parts]}}
            after: {run: print x, needs: [work]}
            """)
        #expect(
            run.lines.suffix(4) == [
                "work[parts/a]: exits with 1", "work[parts/b]: exits with 1", "work: blocked by work[parts/a]",
                "after: blocked by work",
            ])
    }

    @Test func twoInstancesThatMakeOneFileFail() throws {
        let run = try Rig().run(
            """
            split: {run: write parts/a/x.c; write parts/b/x.c, outputs: [parts]}
            work: {run: x, each: {files: [parts]}, outputs: ["out/${{ item.stem }}.o"]}
            """)
        #expect(
            run.lines.last
                == "work: \"work[parts/b/x.c]\" makes \"out/x.o\", and so does \"work[parts/a/x.c]\" | \"work[parts/a/x.c]\" declares \"out/x.o\" here"
        )
        #expect(run.spawned.count == 1)
    }

    @Test func aNeedOnAnExpansionSeesTheContentsOfItsInstances() throws {
        let plan = """
            split: {run: copy one parts/a; copy two parts/b, inputs: [one, two], outputs: [parts]}
            work: {run: "copy ${{ item }} out/${{ item.name }}", each: {files: [parts]}, inputs: ["${{ item }}"], outputs: ["out/${{ item.name }}"]}
            after: {run: print x, needs: [work], inputs: []}
            """
        let rig = Rig(["one": "1", "two": "2"])
        try rig.run(plan)
        #expect(try rig.run(plan).results["after"] == .upToDate)
        rig["two"] = "3"
        #expect(try rig.run(plan).lines.contains("after: runs: changed dependency work"))
    }

    @Test func instancesSeeTheOutputsOfOtherTasks() throws {
        let run = try Rig().run(
            """
            split: {run: write parts/a x, outputs: [parts]}
            work: {run: "print ${{ task.split.outputs }} ${{ item }}", each: {files: ["parts/*"]}}
            """)
        #expect(run.output == "parts parts/a\n")
    }

    @Test func anInterruptEndsTheInstances() throws {
        let rig = Rig()
        rig.options.jobs = 1
        var isSent = false
        rig.whenIdle = { reactor in
            if !isSent, reactor.running({ $0.arguments.contains("hang") }) != nil {
                isSent = true
                reactor.interrupt(15)
            }
        }
        let run = try rig.run(
            "split: {run: write parts/a x; write parts/b x, outputs: [parts]}\nwork: {run: hang, each: {files: [parts]}}"
        )
        #expect(
            run.lines.suffix(4) == [
                "signal 15", "work[parts/b]: cancelled", "work[parts/a]: cancelled", "work: cancelled",
            ])
        #expect(run.summary.cancelled == 3)
    }
}
