// Servers that misbehave, driver by driver: programs in PATH that stand before the real ones. Each run ends with a message
// that says all, and nothing is left on the machine.

import Glibc
import Testing

@Suite struct ServiceFaultTests {
    /// What an instance does in the place of the server; `$REAL` is the server, `$BASE` the test's directory.
    static let silent = "exec /usr/bin/python3 $BASE/silent.py \"$@\""
    static let late = "sleep 0.2; exec $REAL \"$@\""
    static let refusing = "echo I will not >&2; exit 5"
    static func dying(_ end: String) -> String {
        "$REAL \"$@\" & server=$!; read line < $BASE/die; kill -KILL $server; wait $server || :; \(end)"
    }

    /// Listens on the port that it is told, as the servers are, and never answers.
    static let silentServer = """
        import re, socket, sys
        last = sys.argv[-1]
        port = int(last if last.isdigit() else re.search(r"^port (\\d+)", open(last).read(), re.M)[1])
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        print("accepting", flush=True)
        held = []
        while True: held.append(listener.accept())

        """

    static let quick = "ready: {%: {}, deadline: 3s, timeout: 100ms}"
    static let patient = "ready: {%: {}, deadline: 60s}"
    static func neverAnswers(_ subject: String) -> String {
        """
        service "db" did not become ready: \(subject) was not ready within TIME (N attempts)
          last error: the connection was accepted, but no answer came
          port PORT: PROGRAM (pid N) listens on it
          the log ends with:
            accepting

        """
    }

    /// Driver, the rest of the service, what its program does, and the message; nil: the task succeeds.
    static let cases: [(driver: String, rest: String, program: String, message: String?)] = [
        ("postgres", patient, late, nil), ("redis", patient, late, nil),
        ("postgres", quick, silent, neverAnswers("postgres at 127.0.0.1:PORT")),
        ("redis", quick, silent, neverAnswers("redis at 127.0.0.1:PORT")),
        ("postgres", patient, refusing, "service \"db\" ended with exit code 5; the end of its log:\n  | I will not"),
        ("redis", patient, refusing, "service \"db\" ended with exit code 5; the end of its log:\n  | I will not"),
        ("postgres", patient, dying("exit 7"), "service \"db\" ended with exit code 7; the end of its log:\n  | …"),
        ("redis", patient, dying("exit 7"), "service \"db\" ended with exit code 7; the end of its log:\n  | …"),
        (
            "postgres", patient, dying("kill -KILL $$"),
            "service \"db\" was ended by signal 9; the end of its log:\n  | …"
        ),
        ("redis", patient, dying("kill -KILL $$"), "service \"db\" was ended by signal 9; the end of its log:\n  | …"),
    ]

    @Test(arguments: cases.indices)
    func anInstalledServerMisbehaves(index: Int) throws {
        let (driver, rest, program, message) = Self.cases[index]
        let dies = program.contains("/die")
        let yaml = """
            services: {db: {driver: \(driver), \(rest.replacing("%", with: driver))}}
            task: {uses: [db], run: "echo task >> $log; \(dies ? "echo > ../die; sleep 600" : ":")"}

            """
        Project.with(yaml) { project in
            put(program, before: driver, in: project)
            let (ending, left) = project.runAndLook("task", "--json")
            #expect(left == [])
            #expect(ending.status == (message == nil ? 0 : 1), "\(ending)")
            let said = plain(ending.causes["task"], in: project)
            #expect(said == message, "\(ending)")
            #expect(project.ran() == (message == nil || dies ? ["task"] : []))
        }
    }

    /// What a process does, the rest of the service, and the message.
    static let processes: [(run: String, rest: String, message: String?)] = [
        ("sleep 0.2; exec /usr/bin/python3 $BASE/silent.py ${{ self.port }}", "ready: {tcp: {}, deadline: 60s}", nil),
        (
            "exec /usr/bin/python3 $BASE/silent.py ${{ self.port }}",
            "ready: {http: /health, deadline: 3s, timeout: 100ms}",
            """
            service "db" did not become ready: http://127.0.0.1:PORT/health was not ready within TIME (N attempts)
              last error: the connection was accepted, but no answer came
              port PORT: PROGRAM (pid N) listens on it
              the log ends with:
                accepting

            """
        ),
        (
            "printf 'half of a line'; exec sleep 600", "ready: {tcp: {}, deadline: 1s}",
            """
            service "db" did not become ready: tcp at 127.0.0.1:PORT was not ready within TIME (N attempts)
              last error: Connection refused
              port PORT: nobody listens on it
              the log ends with:
                half of a line

            """
        ),
        ("exit 9", "", "service \"db\" ended with exit code 9; it wrote nothing"),
        ("kill -SEGV $$", "", "service \"db\" was ended by signal 11; it wrote nothing"),
    ]

    @Test(arguments: processes.indices)
    func aProcessMisbehaves(index: Int) throws {
        let (run, rest, message) = Self.processes[index]
        Project.with("") { project in
            let command = run.replacing("$BASE", with: project.base)
            project.yaml(
                """
                services: {db: {driver: process, run: "\(command)"\(rest.isEmpty ? "" : ", " + rest)}}
                task: {uses: [db], run: "echo task >> $log"}

                """)
            project.write(Self.silentServer, to: "../silent.py")
            let (ending, left) = project.runAndLook("task", "--json")
            #expect(left == [])
            #expect(plain(ending.causes["task"], in: project) == message, "\(ending)")
            #expect(ending.status == (message == nil ? 0 : 1))
        }
    }

    @Test func aProgramThatIsNotThereIsNamed() {
        let yaml = """
            services:
              store: {driver: redis}
              old: {driver: postgres, version: "9.1"}
              none: {driver: process, run: [no-such-program]}
            a: {uses: [store], run: "true"}
            b: {uses: [old], run: "true"}
            c: {uses: [none], run: "true"}

            """
        Project.with(yaml) { project in
            project.shell("mkdir ../empty")
            let (ending, left) = project.runAndLook(
                "-k", "a", "b", "c", "--json", environment: ["PATH": project.base + "/empty"])
            #expect(left == [] && ending.status == 1)
            #expect(
                ending.causes["services/store"] == """
                    service "store" needs Redis, which is not installed: there is no program "redis-server" or \
                    "valkey-server" in PATH
                      hint: on Debian and Ubuntu: apt-get install redis-server
                    """, "\(ending)")
            let old = ending.causes["services/old"] ?? ""
            #expect(old.hasPrefix("service \"old\" needs PostgreSQL 9.1, which is not installed: /"), "\(old)")
            #expect(old.hasSuffix("\n  hint: on Debian and Ubuntu: apt-get install postgresql-9"), "\(old)")
            #expect(
                ending.causes["c"] == """
                    service "none": cannot start no-such-program: no such program in PATH (\(project.base)/empty)
                    """, "\(ending)")
        }
    }

    @Test func aPortThatIsTakenIsNamedWithWhoHasIt() {
        let listener = Listener()
        let yaml = """
            services: {db: {driver: process, port: \(listener.port), run: "sleep 600"}}
            task: {uses: [db], run: "true"}

            """
        Project.with(yaml) { project in
            let (ending, left) = project.runAndLook("task", "--json")
            #expect(left == [] && ending.status == 1)
            #expect(
                plain(ending.causes["task"], in: project) == """
                    service "db" cannot have port \(listener.port) of 127.0.0.1: it is taken: PROGRAM (process N) listens there
                      hint: stop that program, or remove `port`: then the service gets one that is free
                    """, "\(ending)")
        }
    }

    @Test(arguments: ["postgres", "redis"])
    func aTemplateThatIsDamagedIsMadeAgain(driver: String) {
        let yaml = """
            services: {db: {driver: \(driver), setup: [seed]}}
            task: {uses: [db], run: "echo task >> $log"}

            """
        let seed = driver == "postgres" ? "create table t (n int);\n" : "SET a 1\n"
        Project.with(yaml, files: ["seed": seed]) { project in
            #expect(project.run("task").status == 0)
            let name = driver == "postgres" ? "PG_VERSION" : "dump.rdb"
            let file = project.shell("ls .taskgraph/cache/services/*/*/content/\(name)").filter { $0 != "\n" }
            project.shell("printf x >> \(file)")
            let (ending, left) = project.runAndLook("task", "--json")
            #expect(left == [] && ending.status == 0, "\(ending)")
            let home = project.at(file).split(separator: "/content/")[0]
            let warnings = (ending.events ?? []).filter { $0.name == "warned" }.map { $0.text("message") }
            #expect(
                warnings == ["the template in \(home) was damaged (its content was changed) and has been built again"])
            #expect(project.ran() == ["task", "task"])
        }
    }

    @Test func aTemplateThatCannotBeMadeSaysWhy() {
        let yaml = "services: {db: {driver: postgres}}\ntask: {uses: [db], run: \"true\"}\n"
        Project.with(yaml) { project in
            put("exec $REAL \"$@\"", before: "postgres", in: project)
            project.shell("rm ../bin/initdb")
            project.write("#!/bin/sh\necho no cluster for you\nexit 1\n", to: "../bin/initdb", mode: 0o755)
            let (ending, left) = project.runAndLook("task", "--json")
            #expect(left == [] && ending.status == 1)
            #expect(
                ending.causes["task"] == """
                    service "db": its cluster could not be initialised with \(project.base)/bin/initdb (exit status 1)
                        no cluster for you
                    """, "\(ending)")
            #expect(project.shell("find .taskgraph/cache/services -mindepth 2 -name 'content'") == "")
        }
    }

    @Test func aDiskThatIsFullWhenTheTemplateIsToBeKept() throws {
        try #require(Mounting.isPossible, "needs the right to mount a tmpfs")
        let yaml = "services: {db: {driver: postgres}}\ntask: {uses: [db], run: \"echo task >> $log\"}\n"
        Project.with(yaml) { project in
            Mounting.tmpfs(project.base + "/small", size: "8m") {
                let (ending, left) = project.runAndLook(
                    "task", "--json", environment: ["TASKGRAPH_CACHE": project.base + "/small/cache"])
                #expect(left.filter { !$0.hasPrefix("none \(project.base)/small ") } == [])
                #expect(ending.status == 1)
                let cause = ending.causes["task"] ?? ""
                #expect(
                    cause.hasPrefix("service \"db\": the template of a service cannot be kept: cannot copy "),
                    "\(ending)")
                #expect(
                    cause.hasSuffix(
                        """
                        : No space left on device
                          hint: make room on that disk, or let TASKGRAPH_CACHE name a directory on another one
                        """), "\(cause)")
                #expect(project.shell("find ../small -name content") == "")
            }
            #expect(project.run("task").status == 0, "with room it goes on")
        }
    }

    /// Puts a program before the server of a driver: what it says holds for instances; templates are made by the server.
    private func put(_ program: String, before driver: String, in project: Project) {
        let name = driver == "postgres" ? "postgres" : "redis-server"
        // Debian has PostgreSQL's beside each other out of PATH. What is behind the link redis-server goes by its name.
        let find =
            driver == "postgres"
            ? "readlink -f \"$(command -v postgres || ls /usr/lib/postgresql/*/bin/postgres | tail -n 1)\""
            : "command -v \(name)"
        let real = project.shell(find).filter { $0 != "\n" }
        let isInstance = driver == "postgres" ? "*'-h 127.0.0.1'*" : "*redis.conf*"
        let text = program.replacing("$REAL", with: real).replacing("$BASE", with: project.base)
        project.write(
            "#!/bin/sh\ncase \"$*\" in \(isInstance)) ;; *) exec \(real) \"$@\";; esac\n\(text)\n",
            to: "../bin/\(name)",
            mode: 0o755)
        if driver == "postgres" {
            project.shell("for name in initdb psql; do ln -s $(dirname \(real))/$name ../bin/$name; done")
        }
        project.write(Self.silentServer, to: "../silent.py")
        // The servers' user has to get there.
        project.shell("chmod 755 .. ../bin; mkfifo ../die; chmod 666 ../die")
        project.environment["PATH"] = project.base + "/bin:" + (project.environment["PATH"] ?? "")
    }

    /// Without what differs from run to run: ports, processes, numbers of attempts, and the logs of real servers.
    private func plain(_ text: String?, in project: Project) -> String? {
        guard let text else { return nil }
        var lines = text.withoutTimes.replacing(/127\.0\.0\.1:\d+/) { _ in "127.0.0.1:PORT" }
            .replacing(/\ \ port \d+:/) { _ in "  port PORT:" }
            .replacing(/\d+ attempts?/) { _ in "N attempts" }
            .replacing(/: [^:]+ \((pid|process) \d+\)/) { ": PROGRAM (\($0.output.1) N)" }
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.contains(where: { $0.contains("eady to accept connections") }) {
            lines = lines.filter { !$0.hasPrefix("  |") } + ["  | …"]
        }
        return lines.joined(separator: "\n")
    }
}

extension Ending {
    /// Why tasks failed, whole: `["task": "service …"]`.
    fileprivate var causes: [String: String] {
        var causes: [String: String] = [:]
        for event in events ?? [] where event.text("outcome") == "failed" {
            causes[event.task ?? ""] = event.object("cause").text("message")
        }
        return causes
    }
}
