// Gates as nodes: where they stand, what they need, what waits for them, and what they claim; metrics and `repeat` resolved.

import Graph
import Testing
import Vocabulary

@Suite struct GateNodeTests {
    static let plan = """
        vars: {least: 95%, part: "0.5"}
        phase:
          gates: {enough: e2e.tests >= 100}
          unit:
            run: make
            metrics:
              unit.pass_rate: {junit: reports/*.xml, value: pass_rate}
              unit.seconds: {duration: true, max-age: 1h, same-run: true}
            gates:
              all-pass: unit.pass_rate >= ${{ least }}
              fast: unit.seconds <= 0.6 * old.seconds
          inner:
            e2e:
              dir: web
              each: [a, b]
              run: make
              metrics: {e2e.tests: {count: "*.py", pattern: "def ${{ item }}", aggregate: sum}}
              gates: {faster: {expect: e2e.tests > baseline, baseline: {task: "phase/inner/e2e[a]"}}}
        old: {run: make, repeat: {times: 3}, metrics: {old.seconds: {duration: true}}}
        after: {run: make, needs: [phase]}
        beside: {run: make, needs: [phase/inner]}
        """

    @Test func aGateIsANodeBehindItsTaskOrGroup() throws {
        let graph = try Plan(Self.plan).loaded()
        #expect(
            graph.taskNames == [
                "phase/unit", "phase/unit#all-pass", "phase/unit#fast", "phase/inner/e2e[a]", "phase/inner/e2e[b]",
                "phase/inner/e2e#faster", "phase#enough", "old", "after", "beside",
            ])
        #expect(graph.tasks(named: "phase/inner").map { graph[$0].name }.last == "phase/inner/e2e#faster")
        #expect(graph.tasks(named: "phase").map { graph[$0].name }.last == "phase#enough")
        #expect(graph.tasks(named: "phase/unit").count == 3)
        #expect(graph.tasks(named: "phase#enough").count == 1)
    }

    @Test(
        arguments: [
            ("phase/unit#all-pass", ["phase/unit"]),
            // What measures the other metric is needed, though it comes later in the file.
            ("phase/unit#fast", ["phase/unit", "old figures"]),
            ("phase/inner/e2e#faster", ["phase/inner/e2e[a]", "phase/inner/e2e[b]"]),
            ("phase#enough", ["phase/unit", "phase/inner/e2e[a]", "phase/inner/e2e[b]"]),
            // What needs the group waits for its gates, and those of its tasks.
            (
                "after",
                [
                    "phase/unit", "phase/unit#all-pass", "phase/unit#fast", "phase/inner/e2e[a]", "phase/inner/e2e[b]",
                    "phase/inner/e2e#faster", "phase#enough",
                ]
            ),
            ("beside", ["phase/inner/e2e[a]", "phase/inner/e2e[b]", "phase/inner/e2e#faster"]),
        ] as [(String, [String])])
    func needs(name: String, expected: [String]) throws {
        #expect(try Plan(Self.plan).loaded().needs(name) == expected)
    }

    @Test func aUnitIsWhatTheUserSaysWhereOnlyHeKnows() throws {
        let graph = try Plan(
            """
            a: {run: x, metrics: {m: {json: r.json, path: s, unit: seconds, better: lower}, n: {run: y, better: higher}}}
            """
        ).loaded()
        let metrics = try graph.task("a").metrics
        #expect(metrics.map(\.declaredUnit) == [.seconds, nil])
        #expect(metrics.map(\.declaredDirection) == [.lowerIsBetter, .higherIsBetter])
    }

    @Test func aTableWaitsForItsFiguresAndTakesNothingElse() throws {
        let graph = try Plan(
            """
            old: {run: make, metrics: {old.seconds: {duration: true}}, gates: {quick: old.seconds < 1}}
            new: {each: [a, b], run: make, metrics: {new.seconds: {duration: true}}}
            measure:
              run: echo "${{ table }}"
              env: {TABLE: "<${{ table }}>", OTHER: x}
              table: [{title: Time, before: old.seconds, expect: new.seconds <= 0.5 * old.seconds}]
            """
        ).loaded()
        #expect(try graph.needs("measure") == ["old figures", "new[a] figures", "new[b] figures"])
        let task = try #require(graph.tasks(named: "measure").first)
        let shown = graph[task].showing("|1|")
        #expect(shown.command == .script("echo \"|1|\""))
        #expect(shown.environment.map(\.value) == ["<|1|>", "x"])
    }

    @Test func aReaderOfOutputsWaitsForTheGatesOfWhatMadeThem() throws {
        let graph = try Plan(
            """
            make: {run: make, outputs: [out/x], metrics: {m: {duration: true}}, gates: {quick: m < 3}}
            read: {run: make, inputs: ["out/*"]}
            """
        ).loaded()
        #expect(try graph.needs("read") == ["make inferred", "make#quick order-only"])
    }

    @Test(
        arguments: [
            (
                "phase/unit#all-pass",
                Gate(
                    name: "phase/unit#all-pass", metric: "unit.pass_rate", comparison: .atLeast, limit: .share(0.95))
            ),
            (
                "phase/unit#fast",
                Gate(
                    name: "phase/unit#fast", metric: "unit.seconds", comparison: .atMost, factor: 0.6,
                    limit: .metric("old.seconds"))
            ),
            (
                "phase/inner/e2e#faster",
                Gate(
                    name: "phase/inner/e2e#faster", metric: "e2e.tests", comparison: .greater,
                    limit: .baseline(.init(.task, "phase/inner/e2e[a]")))
            ),
            (
                "phase#enough",
                Gate(name: "phase#enough", metric: "e2e.tests", comparison: .atLeast, limit: .number(100))
            ),
        ] as [(String, Gate)])
    func claims(name: String, expected: Gate) throws {
        guard case .gate(let gate) = try Plan(Self.plan).loaded().task(name).kind else {
            return #expect(Bool(false), "no gate")
        }
        #expect(gate == expected)
    }

    @Test func aCertaintyAndAVariableAsLimit() throws {
        let graph = try Plan(
            """
            vars: {part: "0.05"}
            a:
              run: make
              repeat: {times: 80, until: stable}
              metrics: {f: {junit: r.xml, value: flake_rate}}
              gates: {stable: "f < ${{ part }} at 95%"}
            """
        ).loaded()
        guard case .gate(let gate) = try graph.task("a#stable").kind else { return #expect(Bool(false), "no gate") }
        #expect(gate.limit == .number(0.05))
        #expect(gate.certainty == Certainty(percent: 95))
        #expect(try graph.task("a").repetition?.times == 80)
        #expect(try graph.task("a").repetition?.until == "a#stable")
    }

    @Test func metricsAreResolvedWhereTheyStand() throws {
        let graph = try Plan(Self.plan).loaded()
        let unit = try graph.task("phase/unit").metrics
        #expect(unit.map(\.name) == ["unit.pass_rate", "unit.seconds"])
        #expect(unit[0].source == .junit(files: ["reports/*.xml"], .passRate))
        #expect(unit[1].source == .duration)
        #expect(unit[1].maximumAge == 3_600_000_000_000 && unit[1].isSameRun)
        let instance = try #require(graph.task("phase/inner/e2e[b]").metrics.first)
        #expect(instance.source == .count(files: ["web/*.py"], expression: "def b"))
        #expect(instance.aggregate == .sum)
        #expect(try graph.task("old").repetition?.until == nil)
    }
}
