// What `plan` says is what `run` then does, in many situations; and it says so beside a run that goes on.

import Glibc
import Testing

@Suite struct PlanTests {
    /// One task or more of everything that has a say in whether a task runs.
    static let yaml = """
        vars: {flavour: plain, greeting: hello}
        pools: {one: 1}
        gen:
          inputs: [a]
          outputs: [out/gen]
          env: {FLAVOUR: "${{ flavour }}"}
          pass-env: [MODE]
          run: "echo gen >> $log; tr -d ' ' < a > out/gen"
        use: {inputs: [out/gen], outputs: [out/use], pool: one, run: "echo use >> $log; cp out/gen out/use"}
        top: {needs: [use], inputs: [], outputs: [out/top], pool: one, run: "echo top >> $log; cp out/use out/top"}
        globbed: {inputs: ["src/*.c"], outputs: [out/list], run: "echo globbed >> $log; ls src > out/list"}
        tooled: {inputs: [], cache: {tools: [../tool]}, outputs: [out/tooled], run: "echo tooled >> $log; touch out/tooled"}
        ordered:
          needs: [{task: use, order-only: true}]
          inputs: [b]
          outputs: [out/ordered]
          run: "echo ordered >> $log; cp b out/ordered"
        softly: {needs: [{task: globbed, soft: true}], inputs: [b], run: echo softly >> $log}
        compile:
          each: {files: "src/*.c"}
          inputs: ["${{ item }}"]
          outputs: ["obj/${{ item.stem }}.o"]
          run: "echo compile ${{ item.stem }} >> $log; cp ${{ item }} obj/${{ item.stem }}.o"
        split: {inputs: [b], outputs: ["parts/*"], run: "echo split >> $log; for p in $(cat b); do echo $p > parts/$p; done"}
        part:
          each: {files: "parts/*"}
          inputs: ["${{ item }}"]
          outputs: ["done/${{ item.name }}"]
          run: "echo part ${{ item.name }} >> $log; cp ${{ item }} done/${{ item.name }}"
        joined: {inputs: ["done/*"], outputs: [out/joined], run: "echo joined >> $log; cat done/* > out/joined"}
        axes:
          matrix: {n: [1, 2]}
          inputs: [b]
          outputs: ["out/axis${{ matrix.n }}"]
          run: "echo axis${{ matrix.n }} >> $log; cp b out/axis${{ matrix.n }}"
        edit: {workspace: tree, inputs: [f], changes: [g], run: "echo edit >> $log; cp f g"}
        look: {needs: [edit], workspace: tree, inputs: [g], changes: [h], run: "echo look >> $log; cp g h"}
        never: {when: false, inputs: [b], run: echo never >> $log}
        behind: {needs: [never], inputs: [b], run: echo behind >> $log}
        held: {ensure: [{exists: b}], run: echo held >> $log}
        tried: {ensure: [{run: "test -e ok"}], run: "echo tried >> $log; touch ok"}
        read: {needs: [top], ensure: [{exists: out/top}], run: echo read >> $log}
        effect: {needs: [use], run: echo effect >> $log}
        cleanup: {needs: [fails], always: true, inputs: [b], run: echo cleanup >> $log}
        fails: {inputs: [b], run: "echo fails >> $log; test ! -e broken"}
        blocked: {needs: [fails], inputs: [b], run: echo blocked >> $log}
        aged: {inputs: [b], outputs: [out/aged], cache: {max-age: 7d}, run: "echo aged >> $log; touch out/aged"}

        """

    static let files = [
        "a": "x y\n", "b": "1 2\n", "src/m.c": "m", "src/n.c": "n", "tree/f": "f\n", "tree/other": "o\n",
        "../tool": "#!/bin/sh\necho tool 1\n",
    ]

    struct Situation: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// What is done after a first complete run.
        let script: String
        var yaml: [(String, String)] = []
        var words: [String] = []
        var environment: [String: String] = [:]
        /// What the plan must say of some tasks, so that agreeing on nothing is not enough.
        let expected: [String: String]

        init(_ name: String, _ expected: [String: String]) { self.init(name, "", expected) }

        init(
            _ name: String, _ script: String = "", yaml: [(String, String)] = [], words: [String] = [],
            environment: [String: String] = [:], _ expected: [String: String]
        ) {
            testDescription = name
            self.script = script
            self.yaml = yaml
            self.words = words
            self.environment = environment
            self.expected = expected
        }
    }

    static let situations = [
        Situation(
            "nothing changed",
            [
                "gen": "up-to-date", "effect": "run", "tried": "may-run", "held": "satisfied", "never": "skipped",
                "part[parts/1]": "up-to-date", "joined": "up-to-date", "look": "up-to-date", "read": "satisfied",
            ]),
        Situation(
            "a changed input", "echo z > a",
            ["gen": "run", "use": "may-run", "top": "may-run", "effect": "run", "ordered": "up-to-date"]),
        Situation("an input that makes no difference", "echo 'x  y' > a", ["gen": "run", "use": "may-run"]),
        Situation(
            "another file with the same content", "cp a c; mv c a", ["gen": "up-to-date", "use": "up-to-date"]),
        Situation(
            "a changed command", yaml: [("cp out/gen out/use", "cat out/gen > out/use")],
            ["use": "run", "top": "may-run"]),
        Situation("a changed variable", words: ["--var", "flavour=sweet"], ["gen": "run", "use": "may-run"]),
        Situation("a variable that nobody reads", words: ["--var", "greeting=hi"], ["gen": "up-to-date"]),
        Situation("a passed variable", environment: ["MODE": "fast"], ["gen": "run", "globbed": "up-to-date"]),
        Situation("a changed tool", "sed -i s/1/2/ ../tool", ["tooled": "run", "gen": "up-to-date"]),
        Situation("a touched tool", "touch -d 2001-01-01 ../tool", ["tooled": "up-to-date"]),
        Situation("a deleted output", "rm out/gen", ["gen": "restore", "use": "up-to-date"]),
        Situation(
            "an edited output", "echo edited > out/gen", ["gen": "restore", "use": "up-to-date", "effect": "run"]),
        Situation(
            "all outputs deleted", "rm -r out obj parts done",
            [
                "gen": "restore", "use": "restore", "top": "restore", "part[parts/1]": "restore", "joined": "restore",
                "read": "may-run", "compile[src/m.c]": "restore",
            ]),
        Situation(
            "a new file in a pattern", "echo o > src/o.c",
            ["globbed": "run", "compile[src/o.c]": "run", "compile[src/m.c]": "up-to-date", "softly": "up-to-date"]),
        Situation("a removed file", "rm src/n.c", ["globbed": "run", "compile[src/m.c]": "up-to-date"]),
        Situation(
            "a changed file of several", "echo mm > src/m.c",
            ["compile[src/m.c]": "run", "compile[src/n.c]": "up-to-date", "globbed": "run"]),
        Situation(
            "other instances", "echo 1 3 > b",
            ["split": "run", "part": "may-run", "joined": "may-run", "axes[1]": "run", "axes[2]": "run"]),
        Situation(
            "parts that are gone", "rm parts/1 done/1",
            ["split": "restore", "part[parts/1]": "restore", "part[parts/2]": "up-to-date", "joined": "up-to-date"]),
        Situation("a changed tree", "echo ff > tree/f", ["edit": "run", "look": "may-run"]),
        Situation("an unread change in a tree", "echo oo > tree/other", ["edit": "up-to-date", "look": "up-to-date"]),
        Situation(
            "a failure before", "touch broken; echo 1 2 4 > b; $TASKGRAPH run -k -q >&2 || true",
            ["fails": "run", "blocked": "may-run", "cleanup": "may-run", "split": "up-to-date", "aged": "up-to-date"]),
        Situation(
            "an input that is gone", "rm b",
            ["fails": "failed", "blocked": "blocked", "cleanup": "failed", "ordered": "failed", "gen": "up-to-date"]),
        Situation(
            "a state that is gone", "rm -r .taskgraph/last-keys out",
            ["gen": "restore", "edit": "restore", "look": "restore", "softly": "restore"]),
        Situation("a cache that is gone", "rm -r .taskgraph", ["gen": "run", "use": "may-run", "edit": "run"]),
        Situation("back again", "echo z > a; $TASKGRAPH run -q; echo 'x y' > a", ["gen": "restore", "use": "restore"]),
        Situation("forced", words: ["--force"], ["gen": "run", "use": "run", "look": "run", "never": "skipped"]),
        Situation(
            "without cache", words: ["--no-cache"], ["gen": "run", "use": "run", "top": "run", "held": "satisfied"]),
        Situation("a gate that opens", yaml: [("when: false", "when: true")], ["never": "run", "behind": "may-run"]),
        Situation("a condition that holds", "touch ok", ["tried": "may-run"]),
        Situation("a condition that does not hold", yaml: [("{exists: b}", "{exists: nothing}")], ["held": "run"]),
        Situation(
            "a need more", yaml: [("use: {inputs", "use: {needs: [globbed], inputs")], ["use": "run", "top": "may-run"]),
        Situation(
            "a task that is new", yaml: [("effect: {", "fresh: {inputs: [a], run: echo fresh >> $log}\neffect: {")],
            ["fresh": "run"]),
    ]

    @Test(arguments: situations)
    func isWhatTheRunDoes(situation: Situation) {
        Project.with(Self.yaml, files: Self.files) { project in
            project.shell("chmod +x ../tool")
            project.environment["MODE"] = "slow"
            project.environment["TASKGRAPH"] = Binary.path
            let first = project.run("-k", "-q", "run")
            #expect(first.status == 0, "\(first)")
            _ = project.ran()
            agree(project, situation)
        }
    }

    /// The same from nothing, with a cache that another checkout has filled, and with one that is only half full.
    @Test func inAnotherCheckout() {
        Project.with(Self.yaml, files: Self.files) { project in
            project.shell("chmod +x ../tool")
            project.environment["MODE"] = "slow"
            project.environment["TASKGRAPH_CACHE"] = project.base + "/cache"
            agree(
                project, Situation("first run", ["gen": "run", "use": "may-run", "top": "may-run", "part": "may-run"]))
            project.shell("rm -r .taskgraph out obj parts done ok")
            agree(
                project,
                Situation(
                    "cached elsewhere",
                    ["gen": "restore", "use": "restore", "top": "restore", "look": "restore", "joined": "restore"]))
        }
    }

    private func agree(_ project: Project, _ situation: Situation) {
        if !situation.script.isEmpty { project.shell(situation.script) }
        var yaml = Self.yaml
        for (old, new) in situation.yaml {
            #expect(yaml.contains(old))
            yaml = yaml.replacing(old, with: new)
        }
        project.yaml(yaml)
        _ = project.ran()
        let before = project.shell(
            "find . -mindepth 1 -path ./.taskgraph -prune -o -printf '%p %y %m %s %T@\\n' | sort")
        let plan = project.run(["plan", "--json"] + situation.words, environment: situation.environment)
        #expect(project.ran() == [])
        #expect(
            project.shell("find . -mindepth 1 -path ./.taskgraph -prune -o -printf '%p %y %m %s %T@\\n' | sort")
                == before)
        let items = jsonObject(plan.out)?["tasks"] as? [[String: Any]] ?? []
        let planned = items.reduce(into: [String: RunEvent]()) {
            $0[$1["task"] as? String ?? ""] = RunEvent(members: $1)
        }
        #expect(planned.count > 20, "\(plan)")
        for (task, forecast) in situation.expected {
            #expect(planned[task]?.text("forecast") == forecast, "\(task): \(String(describing: planned[task]))")
        }
        let run = project.run(["run", "-k", "--json"] + situation.words, environment: situation.environment)
        let (outcomes, reasons) = (run.outcomes, run.reasons)
        #expect(!outcomes.isEmpty, "\(run)")
        for (task, item) in planned {
            let (forecast, outcome) = (item.text("forecast") ?? "", outcomes[task] ?? "nothing")
            let expected: Set<String> =
                switch forecast {
                case "run": ["succeeded", "failed"]
                case "restore": ["restored"]
                case "up-to-date", "satisfied", "skipped", "blocked", "failed": [forecast]
                default: ["up-to-date", "restored", "satisfied", "succeeded", "failed", "blocked"]
                }
            #expect(expected.contains(outcome), "\(task): \(forecast), but \(outcome)")
            if forecast == "run" {
                #expect(reasons[task] == item.object("reason").text("text"), "\(task)")
            } else if ["restore", "up-to-date", "skipped", "blocked", "failed"].contains(forecast) {
                #expect(reasons[task] == nil, "\(task)")
            }
            // Not knowing has a cause: something before it runs, or may, or its conditions need trying.
            if forecast == "may-run", item.text("unless") == nil {
                let open = (item.members["after"] as? [String] ?? []).contains { need in
                    planned.contains { $0.key == need || $0.key.hasPrefix(need + "[") }
                }
                #expect(open, "\(task)")
            }
        }
        // Nobody is forgotten: instances of what was left open are made by the run.
        let open = Set(planned.keys.filter { planned[$0]?.text("forecast") == "may-run" })
        for task in outcomes.keys where planned[task] == nil {
            let whole = String(task.prefix { $0 != "[" })
            #expect(open.contains(whole) || planned.keys.contains { $0.hasPrefix(task + "[") }, "\(task)")
        }
    }

    @Test func saysWhatIsBlockedAndWhatConditionsDecide() {
        let yaml = """
            broken: {inputs: [none], run: "true"}
            behind: {needs: [broken], run: "true"}
            beyond: {needs: [behind], inputs: [], run: "true"}
            softly: {needs: [{task: broken, soft: true}], run: "true"}
            tried: {ensure: [{run: "true"}], run: "true"}

            """
        Project.with(yaml) { project in
            let plan = project.run("plan")
            #expect(plan.status == 1)
            #expect(
                plan.out == """
                    broken: would fail — input "none" of "broken" does not exist, and no task makes it
                    tried: may run — unless all its conditions hold by then
                    behind: would be blocked — needs broken, which would fail
                    softly: would run — not cached: no inputs declared
                    beyond: would be blocked — needs behind, which would fail
                    1 would fail, 2 would be blocked, 1 would run, 1 may run

                    """)
        }
    }

    /// Looking waits for nobody and spoils nothing.
    @Test(arguments: [["plan"], ["why", "slow"], ["history"], ["why", "1..1"], ["cache", "stats"], ["slow", "-n"]])
    func besideARun(words: [String]) {
        let yaml = """
            slow: {inputs: [a], outputs: [o], run: "echo here > ../here; read line < ../hold; cp a o"}
            view: {workspace: tree, changes: [g], run: echo > g}

            """
        Project.with(yaml, files: ["a": "1", "tree/f": ""]) { project in
            let (here, hold) = (project.fifo("here"), project.fifo("hold"))
            let run = project.start("slow", "view")
            _ = here.line()
            let look = project.run(words)
            #expect(look.status == 0, "\(look)")
            #expect(look.err == "")
            #expect(!look.out.isEmpty)
            hold.release()
            #expect(run.wait().status == 0)
            #expect(project.run("plan", "slow", "view").out == "2 up to date\n")
        }
    }
}
