// Completion in a real bash, and the words that every shell asks for.

import Testing

@Suite struct CompletionTests {
    private static let yaml = """
        build:
          compile: {run: x}
          link: {run: x}
        bare: {run: x, hidden: true}
        test: {each: [a b, "$(touch hit)"], run: x}
        """

    /// What bash offers for a command line whose last word is being typed.
    private static func offered(_ project: Project, _ words: String...) -> [String] {
        let script = """
            eval "$(\(Binary.path) completions bash)"
            complete -p taskgraph > /dev/null
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            _taskgraph
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        project.write(script, to: "../complete.bash")
        let quoted = ([Binary.path] + words).map { "'\($0)'" }.joined(separator: " ")
        return project.shell("bash ../complete.bash \(quoted)").split(separator: "\n").map(String.init)
    }

    @Test func bashCompletes() {
        Project.with(Self.yaml) { project in
            #expect(Self.offered(project, "bu") == ["build", "build/compile", "build/link"])
            #expect(Self.offered(project, "build/l") == ["build/link"])
            #expect(Self.offered(project, "gr") == ["graph"])
            #expect(Self.offered(project, "ba") == [])
            #expect(Self.offered(project, "graph", "--f") == ["--file", "--force", "--format"])
            #expect(Self.offered(project, "run", "--format") == [])
            #expect(Self.offered(project, "graph", "--format", "=", "m") == ["mermaid"])
            #expect(Self.offered(project, "-k", "build/c") == ["build/compile"])
            #expect(Self.offered(project, "build", "--", "bu") == [])
            #expect(Self.offered(project, "completions", "z") == ["zsh"])
            #expect(Self.offered(project, "test[a") == ["test\\[a\\ b\\]"])
            #expect(Self.offered(project, "test[$").count == 1)
            #expect(!project.exists("hit"))
        }
    }

    @Test func aBrokenPlanOffersTheRest() {
        Project.with("a: [") { project in
            #expect(Self.offered(project, "pl") == ["plan"])
            #expect(Self.offered(project, "why", "a") == [])
        }
    }

    @Test(arguments: [("bash", "complete "), ("zsh", "compdef "), ("fish", "complete ")])
    func scripts(shell: String, command: String) {
        Project.with("a: {run: x}") { project in
            let ending = project.run("completions", shell)
            #expect(ending.status == 0 && ending.out.contains(command) && ending.out.contains("completions words --"))
        }
    }

    @Test func otherShellsAreRefused() {
        Project.with("a: {run: x}") { project in
            let ending = project.run("completions", "csh")
            let message = "taskgraph: completions wants a shell: taskgraph completions bash, zsh or fish\n"
            #expect(ending == Ending(status: 2, out: "", err: message))
        }
    }
}
