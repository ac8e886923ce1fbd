// `each` and `matrix`: the instances known at load, those that appear while running, and templates in them.

import Graph
import Patterns
import TestKit
import Testing
import Vocabulary

@Suite struct InstanceTests {
    static let disk = ["backend/a/x.c", "backend/b.c", "src/a.c", "src/b.c", "src/sub/c.c", "src/test.c"]

    /// The tasks that a declaration becomes, with their scripts.
    @Test(arguments: [
        ("each: [one, 'two words']\n  run: echo ${{ item }}", ["a[one]: echo one", "a[two words]: echo two words"]),
        ("each: ['${{ list }}', c]\n  run: echo ${{ item }}", ["a[x]: echo x", "a[y]: echo y", "a[c]: echo c"]),
        ("each: ${{ list }}\n  run: echo ${{ item }}", ["a[x]: echo x", "a[y]: echo y"]),
        ("each: ${{ empty }}\n  run: echo ${{ item }}", []),
        (
            "each: {files: ['src/**/*.c', '!src/test.c']}\n  run: ${{ item.dir }} ${{ item.name }} ${{ item.stem }}",
            ["a[src/a.c]: src a.c a", "a[src/b.c]: src b.c b", "a[src/sub/c.c]: src/sub c.c c"]
        ),
        ("each: {files: [b.c]}\n  dir: backend\n  run: cc ${{ item }}", ["a[b.c]: cc b.c"]),
        (
            "each: {files: ['src/*/*.c', 'backend/*/*']}\n  dir: ${{ item.dir }}\n  run: cc ${{ item.name }}",
            ["a[backend/a/x.c]: cc x.c", "a[src/sub/c.c]: cc c.c"]
        ),
        (
            "matrix: {os: [linux, mac], db: ['${{ list }}']}\n  run: ${{ matrix.os }}-${{ matrix.db }}",
            ["a[linux,x]: linux-x", "a[linux,y]: linux-y", "a[mac,x]: mac-x", "a[mac,y]: mac-y"]
        ),
        ("matrix: {v: \"${{ list }}\"}\n  run: ${{ matrix.v }}", ["a[x]: x", "a[y]: y"]),
    ])
    func areMadeAtLoad(yaml: String, expected: [String]) throws {
        let graph = try Plan("vars: {list: [x, y], empty: []}\na:\n  \(yaml)", disk: Self.disk).loaded()
        #expect(try graph.taskNames.map { try "\($0): \(graph.script($0) ?? "")" } == expected)
        #expect(graph.tasks(named: "a").count == expected.count)
    }

    @Test func aNeedOnTheNameMeansAll() throws {
        let graph = try Plan(
            """
            compile: {run: cc, each: [a.c, b.c], inputs: ["${{ item }}"], outputs: ["out/${{ item.stem }}.o"]}
            link: {run: ld, inputs: ["out/*.o"]}
            one: {run: x, needs: ["compile[a.c]"]}
            all: {run: x, needs: [compile]}
            """
        ).loaded()
        #expect(try graph.needs("link") == ["compile[a.c] inferred", "compile[b.c] inferred"])
        #expect(try graph.needs("one") == ["compile[a.c]"])
        #expect(try graph.needs("all") == ["compile[a.c]", "compile[b.c]"])
        #expect(try graph.task("compile[a.c]").instance.text == ["item=a.c"])
    }

    // MARK: Templates

    /// A script, and what becomes of it.
    @Test(arguments: [
        ("$${{ x }}", "${{ x }}"),
        ("${{ root }} ${{ file.dir }}", "/project /project"),
        ("${{ vars.text }}${{ text }}", "a ba b"),
        ("x ${{ list }} y", "x x 'it'\\''s' '' y"),
        ("${{ args }}", "-k 'a b' '$HOME'"),
        ("${{ path }}", "/project/sub dir"),
        ("${{ env.CI }}", "true"),
        ("${{ task.gen.outputs }}", "gen.c out/*.h"),
        ("${{ task.many.outputs }}", "x.o y.o"),
        ("${{ task.over.outputs }}", "out/*.txt"),
        ("${{ repeat.index }}", "${{ repeat.index }}"),
    ])
    func templatesAreResolved(script: String, expected: String) throws {
        let plan = Plan(
            """
            vars:
              text: a b
              list: [x, it's, ""]
              path: {path: ./sub dir}
            a: {run: '\(script)'}
            gen: {run: x, outputs: [gen.c, "out/*.h"]}
            many: {run: x, each: [x, y], outputs: ["${{ item }}.o"]}
            over: {run: x, each: {files: ["src/*.c"]}, outputs: ["out/${{ item.stem }}.txt"]}
            """, disk: Self.disk
        ) {
            $0.environment = ["CI": "true"]
            $0.arguments = ["-k", "a b", "$HOME"]
        }
        if script.contains("args") {
            #expect(try plan.loaded().script("a") == expected)
        } else {
            #expect(plan.diagnostics.map(\.message) == ["arguments after `--` are given, but no task uses them"])
            let without = Plan(
                String(decoding: plan.sources.texts[0].bytes.dropFirst(11), as: UTF8.self), disk: Self.disk
            ) {
                $0.environment = ["CI": "true"]
            }
            #expect(try without.loaded().script("a") == expected)
        }
    }

    @Test func aListIsWordsOfACommandWithoutAShell() throws {
        let plan = Plan("vars: {list: [x, a b]}\na: {run: [prog, \"${{ list }}\", \"-${{ list }}\", \"${{ args }}\"]}")
        {
            $0.arguments = ["$HOME"]
        }
        guard case .arguments(let words)? = try plan.loaded().task("a").command else { return #expect(Bool(false)) }
        #expect(words == ["prog", "x", "a b", "-x a b", "$HOME"])
    }

    @Test func overridesReplaceDefaults() throws {
        let plan = Plan(
            """
            include: [phases/one.yaml]
            vars: {text: "${{ undefined }}", list: [x], here: {path: a}}
            a: {run: "${{ text }} ${{ list }} ${{ here }} ${{ there }} ${{ kept }}"}
            """, files: ["phases/one.yaml": "vars: {there: {path: ../b}, kept: {path: c}}\n"]
        ) { $0.overrides = ["text": "new", "list": "p,q r", "here": "../x", "there": "/abs/./y"] }
        #expect(try plan.loaded().script("a") == "new p 'q r' /project/x /abs/y /project/phases/c")
    }

    // MARK: While running

    static let made = """
        split: {run: split, outputs: [parts]}
        compile:
          each: {files: [parts/*.c, "!parts/skip.c"]}
          inputs: ["${{ item }}", "*.h"]
          outputs: ["out/${{ item.stem }}.o"]
          when: ${{ item.stem }} != never
          ensure: [{exists: "out/${{ item.stem }}.o"}]
          run: cc ${{ item }} ${{ task.split.outputs }}
        link: {run: ld, inputs: ["out/*.o"], outputs: [app]}
        """

    @Test func filesThatATaskMakesWaitForIt() throws {
        let graph = try Plan(Self.made).loaded()
        let expansion = try graph.task("compile")
        guard case .expansion(let each) = expansion.kind else { return #expect(Bool(false), "no expansion") }
        #expect(each.patterns.spellings == ["parts/*.c", "!parts/skip.c"])
        #expect(expansion.outputs.map(\.pattern).spellings == ["out/*.o"])
        #expect(expansion.conditions.isEmpty && expansion.skipReason == nil)
        #expect(try graph.needs("compile") == ["split inferred"])
        #expect(try graph.needs("link") == ["compile inferred"])

        let (instances, diagnostics) = graph.instances(
            of: try graph.id("compile"), files: ["parts/a.c", "parts/never.c"])
        #expect(diagnostics.isEmpty)
        #expect(instances.map(\.name) == ["compile[parts/a.c]", "compile[parts/never.c]"])
        #expect(instances[0].command == .script("cc parts/a.c parts"))
        #expect(instances[0].outputs.map(\.pattern).spellings == ["out/a.o"])
        #expect(instances[0].conditions.count == 1)
        #expect(instances.map(\.skipReason) == [nil, "`when: never != never` does not hold"])
    }

    @Test func whatAnExpansionMayMakeIsKnownBefore() throws {
        let graph = try Plan(
            """
            split: {run: split, outputs: [lib]}
            one: {run: x, each: {files: [lib]}, outputs: ["out/${{ item }}.o"]}
            two: {run: x, each: {files: ["lib/**"]}, outputs: ["two/${{ item.dir }}/x.txt"]}
            three: {run: x, each: {files: ["**/*.p", "lib/*.q"]}, dir: lib, outputs: ["../three/${{ item.name }}"]}
            read: {run: x, inputs: [out/lib/deep/x.c.o, two/lib/deep/x.txt, three/z.q]}
            """
        ).loaded()
        #expect(try graph.task("one").outputs.map(\.pattern).spellings == ["out/lib/**/*.o"])
        #expect(try graph.task("two").outputs.map(\.pattern).spellings == ["two/lib/**/x.txt"])
        #expect(try graph.task("three").outputs.map(\.pattern).spellings == ["three/*.p", "three/*.q"])
        #expect(try graph.needs("read") == ["one inferred", "two inferred", "three inferred"])
        let (instances, _) = graph.instances(of: try graph.id("three"), files: ["lib/lib/a.q"])
        #expect(instances.map(\.name) == ["three[lib/a.q]"])
    }

    @Test func filesOfAWorkspaceWaitForTheView() throws {
        let graph = try Plan("a: {run: x, workspace: tree, each: {files: ['*.c']}}", disk: ["x.c"]).loaded()
        guard case .expansion(let each) = try graph.task("a").kind else { return #expect(Bool(false), "no expansion") }
        #expect(each.patterns.spellings == ["*.c"])
    }

    @Test func aSecondProducerAmongInstancesIsReported() throws {
        let plan = Plan(Self.made)
        let graph = try plan.loaded()
        let (_, found) = graph.instances(of: try graph.id("compile"), files: ["parts/a.c", "parts/x/a.c"])
        #expect(
            found.text(in: plan.sources) == """
                tasks.yaml:6:14: error: "compile[parts/x/a.c]" makes "out/a.o", and so does "compile[parts/a.c]"
                  6 |   outputs: ["out/${{ item.stem }}.o"]
                    |              ^~~~~~~~~~~~~~~~~~~~~~
                tasks.yaml:6:14: note: "compile[parts/a.c]" declares "out/a.o" here
                  6 |   outputs: ["out/${{ item.stem }}.o"]
                    |              ^~~~~~~~~~~~~~~~~~~~~~
                  hint: let one task make it, or give each its own path

                """)
    }

    @Test func aCircleThatOnlyAnInstanceClosesIsReported() throws {
        let plan = Plan(
            """
            split: {run: split, outputs: [gen/a.c]}
            compile:
              run: cc
              each: {files: [gen/a.c, "src/*", "!src/*/*.h"]}
              inputs: ["${{ item.dir }}/dep.h"]
              outputs: ["out/${{ item.name }}"]
            link: {run: ld, inputs: [out], outputs: [src/d/dep.h]}
            """)
        let graph = try plan.loaded()
        let (_, found) = graph.instances(of: try graph.id("compile"), files: ["gen/a.c", "src/d/x.c"])
        #expect(
            found.text(in: plan.sources) == """
                tasks.yaml:6:13: error: tasks need each other in a circle: compile[src/d/x.c] → link → compile
                  6 |   inputs: ["${{ item.dir }}/dep.h"]
                    |             ^~~~~~~~~~~~~~~~~~~~~
                tasks.yaml:8:42: note: "link" makes "src/d/dep.h" here
                  8 | link: {run: ld, inputs: [out], outputs: [src/d/dep.h]}
                    |                                          ^~~~~~~~~~~
                  hint: remove one of these needs, or split a task in two

                """)
    }
}
