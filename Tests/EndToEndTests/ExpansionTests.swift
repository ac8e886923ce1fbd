// `each` and `matrix`: over files, lists, combinations, and over files that only a run makes.

import Testing

@Suite struct ExpansionTests {
    @Test func instancesOfFilesAreCachedOneByOne() {
        let yaml = """
            compile:
              each: {files: "src/*.c"}
              inputs: ["${{ item }}"]
              outputs: ["build/${{ item.stem }}.o"]
              run: echo ${{ item.name }} >> $log; mkdir -p build; tr a-z A-Z < ${{ item }} > build/${{ item.stem }}.o
            link:
              inputs: ["build/*.o"]
              outputs: [app]
              run: echo link >> $log; cat build/*.o > app
            """
        Project.with(yaml, files: ["src/a.c": "a", "src/b.c": "b", "src/not.h": "h"]) { project in
            #expect(project.run("link").status == 0)
            #expect(project.ran() == ["a.c", "b.c", "link"])
            #expect(project.text("app") == "AB")
            project.write("c", to: "src/b.c")
            #expect(
                project.run("link", "--json").outcomes == [
                    "compile[src/a.c]": "up-to-date", "compile[src/b.c]": "succeeded", "link": "succeeded",
                ])
            #expect(project.ran() == ["b.c", "link"])
            project.write("d", to: "src/d.c")
            project.run("link")
            #expect(project.ran() == ["d.c", "link"])
            #expect(project.run("compile[src/d.c]", "--json").outcomes == ["compile[src/d.c]": "up-to-date"])
        }
    }

    @Test func listsAndCombinations() {
        let yaml = """
            vars: {colours: [red, green]}
            list: {each: "${{ colours }}", run: "echo list-${{ item }} >> $log"}
            grid:
              matrix: {size: [small, large], colour: "${{ colours }}"}
              run: echo ${{ matrix.size }}-${{ matrix.colour }} >> $log
            all: {needs: [list, grid], run: echo all >> $log}
            """
        Project.with(yaml) { project in
            let run = project.run("all")
            #expect(run.status == 0, "\(run)")
            let order = project.ranInOrder()
            #expect(order.last == "all")
            #expect(
                order.dropLast().sorted() == [
                    "large-green", "large-red", "list-green", "list-red", "small-green", "small-red",
                ])
            project.run("list[red]")
            #expect(project.ran() == ["list-red"])
            let one = project.run("grid*large*")
            #expect(one.status == 0, "\(one)")
            #expect(project.ran() == ["large-green", "large-red"])
        }
    }

    static let made = """
        split:
          inputs: [words]
          outputs: [parts]
          run: |
            echo split >> $log
            mkdir -p parts
            while read word; do echo $word > parts/$word.txt; done < words
        upper:
          each: {files: "parts/*.txt"}
          inputs: ["${{ item }}"]
          outputs: ["upper/${{ item.stem }}.txt"]
          run: echo ${{ item.stem }} >> $log; mkdir -p upper; tr a-z A-Z < ${{ item }} > upper/${{ item.stem }}.txt
        join:
          needs: [upper]
          inputs: ["upper/*.txt"]
          outputs: [joined]
          run: echo join >> $log; cat upper/*.txt > joined || test ! -e upper

        """

    @Test func filesThatTheRunMakes() {
        Project.with(Self.made, files: ["words": "one\ntwo\n"]) { project in
            let first = project.run("join")
            #expect(first.status == 0, "\(first)")
            #expect(project.ran() == ["join", "one", "split", "two"])
            #expect(project.text("joined") == "ONE\nTWO\n")
            #expect(project.run("join", "--json").events?.last?.count("succeeded") == 0)
            #expect(project.ran() == [])
            project.write("one\nthree\ntwo\n", to: "words")
            project.run("join")
            #expect(project.ran() == ["join", "split", "three"])
        }
    }

    @Test func failingInstanceBlocksWhatNeedsAll() {
        let yaml = Self.made.replacing(
            "echo ${{ item.stem }} >> $log;", with: "test ${{ item.stem }} != two; echo ${{ item.stem }} >> $log;")
        Project.with(yaml, files: ["words": "one\ntwo\n"]) { project in
            let run = project.run("join", "-k", "--json")
            #expect(run.status == 1)
            #expect(run.outcomes["upper[parts/one.txt]"] == "succeeded")
            #expect(run.outcomes["upper[parts/two.txt]"] == "failed")
            #expect(run.outcomes["join"] == "blocked")
            #expect(project.ran() == ["one", "split"])
        }
    }

    /// The mistake exists only once the files do; it is told like one in the YAML.
    @Test func secondProducerThatAppearsWhileRunning() {
        let yaml = """
            split: {inputs: [], outputs: [parts], run: "mkdir parts; echo > parts/x.a; echo > parts/x.b"}
            upper:
              each: {files: "parts/*"}
              inputs: ["${{ item }}"]
              outputs: ["out/${{ item.stem }}"]
              run: mkdir -p out; cp ${{ item }} out/${{ item.stem }}; echo ran >> $log
            """
        Project.with(yaml) { project in
            let run = project.run("upper")
            #expect(run.status == 1)
            #expect(project.ran() == [])
            let text = run.out.withoutTimes
            #expect(text.contains("upper failed: "), "\(text)")
            #expect(text.contains("\"upper[parts/x.a]\""), "\(text)")
            #expect(text.contains("\"upper[parts/x.b]\""), "\(text)")
            #expect(text.contains("tasks.yaml:6:14"), "\(text)")
        }
    }

    @Test func cycleThatAppearsWhileRunning() {
        let yaml = """
            split: {inputs: [], outputs: [parts], run: "mkdir parts; echo a > parts/a; echo b > parts/b"}
            turn:
              each: {files: "parts/*"}
              inputs: ["${{ item }}", "out/*", "!out/${{ item.name }}"]
              outputs: ["out/${{ item.name }}"]
              run: mkdir -p out; cp ${{ item }} out/; echo ran >> $log
            """
        Project.with(yaml) { project in
            let run = project.run("turn")
            #expect(run.status == 1)
            #expect(project.ran() == [])
            #expect(
                run.out.contains(
                    """
                      tasks.yaml:5:28: error: tasks need each other in a circle: turn[parts/a] → turn[parts/b] → turn[parts/a]
                    """), "\(run)")
        }
    }

    @Test func instanceThatReadsWhatAnotherMakes() {
        let yaml = """
            split: {inputs: [], outputs: [parts], run: "mkdir parts; echo a > parts/a; echo b > parts/b"}
            turn:
              each: {files: "parts/*"}
              inputs: ["${{ item }}", "out/a", "!out/${{ item.name }}"]
              outputs: ["out/${{ item.name }}"]
              run: mkdir -p out; cp ${{ item }} out/; echo ran >> $log
            """
        Project.with(yaml) { project in
            let run = project.run("turn")
            #expect(run.status == 1)
            #expect(project.ran() == [])
            #expect(run.out.contains("error: \"turn[parts/b]\" reads what \"turn[parts/a]\" makes"), "\(run)")
        }
    }

    @Test func noFileMeansNoInstanceAndAWarning() {
        Project.with(Self.made, files: ["words": ""]) { project in
            let run = project.run("join")
            #expect(run.status == 0, "\(run)")
            #expect(run.out.contains("warning: upper: no file matches, so it has no instances\n"))
            #expect(project.ran() == ["join", "split"])
        }
    }

    @Test func madeFilesMakeInstancesAlsoWhereGitIgnoresThem() {
        Project.with(Self.made, files: ["words": "one\n", ".gitignore": "parts/\nupper/\n"]) { project in
            project.shell("git init -q")
            project.yaml(
                Self.made.replacing("parts/*.txt", with: "p*/*.txt").replacing("upper/*.txt\"", with: "u*/*.txt\""))
            let run = project.run("join")
            #expect(run.status == 0, "\(run)")
            #expect(project.ran() == ["join", "one", "split"])
            project.write("two\n", to: "words")
            project.run("join")
            #expect(project.ran() == ["join", "split", "two"])
        }
    }
}
