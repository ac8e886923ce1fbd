// Needs: names looked up from the inside outwards, groups, patterns, kinds, and what outputs and inputs imply.

import Graph
import Testing
import Vocabulary

@Suite struct NeedTests {
    static let tree = """
        lint: {run: make}
        all: {run: make, needs: [app]}
        app:
          lint: {run: make}
          unit: {run: make, needs: [lint]}
          deep:
            unit: {run: make, needs: [NAME]}
            other: {run: make}
          late: {run: make}
        lib:
          unit: {run: make}
          late: {run: make}
        """

    /// What a need of `app/deep/unit` stands for.
    @Test(arguments: [
        ("other", ["app/deep/other"]),
        ("lint", ["app/lint"]),
        ("late", ["app/late"]),
        ("app/lint", ["app/lint"]),
        ("lib/unit", ["lib/unit"]),
        ("lib", ["lib/unit", "lib/late"]),
        ("'lib/*'", ["lib/unit", "lib/late"]),
        ("'o*'", ["app/deep/other"]),
        ("'*'", ["app/deep/other"]),
        ("'l*'", ["app/lint", "app/late"]),
        ("'**/late'", ["app/late"]),
        ("'{lint,late}'", ["app/lint", "app/late"]),
        ("{task: lint, order-only: true}", ["app/lint order-only"]),
        ("{task: lib, soft: true}", ["lib/unit soft", "lib/late soft"]),
        ("{task: lint, soft: true}, {task: lint, order-only: true}", ["app/lint order-only"]),
        ("{task: lint, order-only: true}, lint", ["app/lint"]),
    ])
    func namesAreLookedUpFromTheInsideOutwards(need: String, expected: [String]) throws {
        let text = Self.tree.split(separator: "NAME", omittingEmptySubsequences: false).joined(separator: need)
        #expect(try Plan(text).loaded().needs("app/deep/unit") == expected)
    }

    @Test func aGroupStandsForEverythingInIt() throws {
        let text = Self.tree.split(separator: "NAME", omittingEmptySubsequences: false).joined(separator: "other")
        let graph = try Plan(text).loaded()
        #expect(try graph.needs("all") == ["app/lint", "app/unit", "app/deep/unit", "app/deep/other", "app/late"])
        #expect(graph.groups.map(\.name) == ["app", "app/deep", "lib"])
        #expect(graph.tasks(named: "app/deep").map { graph[$0].name } == ["app/deep/unit", "app/deep/other"])
        #expect(graph.tasks(named: "nothing").isEmpty)
    }

    @Test func aNeedOfAGroupIsLookedUpWhereTheGroupStands() throws {
        let graph = try Plan(
            """
            first: {run: make}
            g:
              needs: [first]
              inner:
                first: {run: make}
                second: {run: make, needs: [first]}
            """
        ).loaded()
        #expect(try graph.needs("g/inner/first") == ["first"])
        #expect(try graph.needs("g/inner/second") == ["first", "g/inner/first"])
    }

    @Test func aNeedOfAGroupDoesNotBindTheTaskItNames() throws {
        let graph = try Plan(
            """
            g:
              needs: [g/first]
              first: {run: make}
              second: {run: make}
            """
        ).loaded()
        #expect(try graph.needs("g/first") == [])
        #expect(try graph.needs("g/second") == ["g/first"])
    }

    // MARK: Inferred

    /// A producer with these outputs and a consumer with these inputs: is there a need?
    @Test(arguments: [
        ("[gen.c]", "[gen.c]", true),
        ("[gen.c]", "['*.c']", true),
        ("[gen.c]", "['*.h']", false),
        ("[gen]", "['gen/**/*.c']", true),
        ("[gen]", "[gen/a/b.c]", true),
        ("['gen/*.c']", "[gen]", true),
        ("['gen/*.c']", "['src/*.c']", false),
        ("['gen/*.c']", "['**/*.c']", true),
        ("['gen/*.c']", "['**/*.c', '!gen/**']", false),
        ("['gen/*.c']", "['**/*.c', '!gen/*.c']", false),
        ("['gen/*.c']", "['**/*.c', '!gen/a*.c']", true),
        ("[gen]", "['**/*.c', '!gen/**']", false),
        ("[gen]", "['**/*.c', '!gen']", false),
        ("[gen.c]", "['*.c', '!gen.c']", false),
        ("[gen.c]", "['*.c', '!other.c']", true),
        ("[gen/a.c]", "[gen/a.c, '!gen/*']", true),
        ("[gen/a.c]", "[gen/a.c, '!gen/*', '!gen/a.c']", false),
        ("[app.d]", "['**/*.c']", false),
        ("[app.d/]", "['**/*.c']", true),
        ("[dist]", "['**/*.c']", true),
        ("[gen, '!gen/keep']", "[gen/a]", true),
        ("['${{ root }}/gen.c']", "[./gen.c]", true),
    ])
    func whatIsMadeAndReadImpliesANeed(outputs: String, inputs: String, isNeeded: Bool) throws {
        let graph = try Plan(
            """
            reader: {run: cc, inputs: \(inputs)}
            maker: {run: gen, outputs: \(outputs)}
            """
        ).loaded()
        #expect(try graph.needs("reader") == (isNeeded ? ["maker inferred"] : []))
    }

    @Test func aDeclaredNeedIsStrongerThanAnInferredOne() throws {
        let graph = try Plan(
            """
            maker: {run: gen, outputs: [gen.c]}
            declared: {run: cc, inputs: [gen.c], needs: [maker]}
            ordered: {run: cc, inputs: [gen.c], needs: [{task: maker, order-only: true}]}
            itself: {run: gen, inputs: ["**"], outputs: [x.txt]}
            """
        ).loaded()
        #expect(try graph.needs("declared") == ["maker"])
        #expect(try graph.needs("ordered") == ["maker inferred"])
        #expect(try graph.needs("itself") == ["maker inferred"])
    }

    @Test func anItemIsNeededThoughTheOthersAreExcluded() throws {
        let graph = try Plan(
            """
            reader: {each: {files: "gen/*.c"}, run: cc, inputs: ["${{ item }}", "**/*.h", "!gen/*"]}
            maker: {run: gen, outputs: [gen/a.c]}
            """
        ).loaded()
        #expect(try graph.needs("reader") == ["maker inferred"])
    }

    @Test func tasksExchangeFilesOnlyWithinOneTree() throws {
        let graph = try Plan(
            """
            outside: {run: gen, outputs: [gen.c]}
            view:
              workspace: tree
              inside: {run: gen, outputs: [gen.c]}
              reader: {run: cc, inputs: [gen.c]}
              both: {run: cc, inputs: [gen.c, "${{ root }}/gen.c"]}
            other: {run: cc, workspace: second, inputs: [gen.c]}
            """
        ).loaded()
        #expect(try graph.needs("view/reader") == ["view/inside inferred"])
        #expect(try graph.needs("view/both") == ["view/inside inferred", "outside inferred"])
        #expect(try graph.needs("other") == [])
    }

    @Test func servicesAreNeeds() throws {
        let graph = try Plan(
            """
            services:
              db: {driver: postgres}
              api: {driver: process, run: serve, uses: [db], needs: [build]}
            build: {run: make}
            test: {run: make, uses: [api]}
            """
        ).loaded()
        #expect(try graph.needs("test") == ["services/api"])
        #expect(try graph.needs("services/api") == ["build", "services/db"])
    }

    @Test func closureAndOrder() throws {
        let graph = try Plan(
            """
            d: {run: make, needs: [b, {task: e, soft: true}]}
            c: {run: make, needs: [{task: a, order-only: true}]}
            b: {run: make, needs: [c]}
            a: {run: make}
            e: {run: make}
            """
        ).loaded()
        let wanted = graph.closure(of: [try graph.id("d")])
        #expect(graph.topologicalOrder(of: wanted).map { graph[$0].name } == ["a", "c", "b", "d"])
        let all = graph.closure(of: try ["d", "e"].map(graph.id))
        #expect(graph.topologicalOrder(of: all).map { graph[$0].name } == ["a", "e", "c", "b", "d"])
        #expect(graph.dependents(of: try graph.id("a")).map { graph[$0].name } == ["c"])
    }

    /// What the command line selects.
    @Test(arguments: [
        (["app"], ["app/unit", "app/compile[a.c]", "app/compile[b.c]", "app/none"]),
        (["app/"], ["app/unit", "app/compile[a.c]", "app/compile[b.c]", "app/none"]),
        (["app/compile"], ["app/compile[a.c]", "app/compile[b.c]"]),
        (["app/compile[b.c]", "lint"], ["lint", "app/compile[b.c]"]),
        (["*/u*"], ["app/unit"]),
        (["empty"], []),
    ])
    func targetsAreSelected(targets: [String], expected: [String]) throws {
        let plan = Plan(
            """
            vars: {nothing: []}
            lint: {run: make}
            app:
              unit: {run: make}
              compile: {run: cc, each: [a.c, b.c]}
              none: {run: make}
            empty: {run: make, each: "${{ nothing }}"}
            """)
        let graph = try plan.loaded()
        #expect(try graph.select(targets).map { graph[$0].name } == expected)
    }

    @Test func anUnknownTargetIsRefusedWithTheNearestName() throws {
        let graph = try Plan("lint: {run: make}\nsecret: {run: make, hidden: true}").loaded()
        #expect(throws: UnknownTarget.self) { try graph.select(["nothing"]) }
        do {
            _ = try graph.select(["lnit"])
        } catch {
            #expect(error.name == "lnit" && error.suggestion == "lint")
        }
    }
}
