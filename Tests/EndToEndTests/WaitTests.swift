// `taskgraph wait` with real servers, and what it says when they do not come.

import Glibc
import TestKit
import Testing

@Suite(.serialized, .timeLimit(.minutes(3))) struct WaitTests {
    private static func with(_ body: (Project) throws -> Void) rethrows {
        try Project.with("a: {run: x}") { try body($0) }
    }

    private static func server(_ project: Project, _ words: String...) -> Child {
        Child(words, in: project.path, environment: project.environment, scratch: project.base + "/" + words[0])
    }

    /// How the command line of a process is shown.
    private static func commandLine(of pid: Int32) -> String {
        let words = (Disk.text("/proc/\(pid)/cmdline") ?? "").split(separator: "\0")
        let text = words.joined(separator: " ")
        return text.count > 80 ? text.prefix(77) + "..." : text
    }

    // MARK: Ready

    @Test func everyKindAtOnceWhileTheyStart() {
        Self.with { project in
            let (http, redis) = (freePort(), freePort())
            project.write("", to: "there")
            let words = [
                "wait", "http://localhost:\(http)/there", "redis://127.0.0.1:\(redis)", "tcp://127.0.0.1:\(http)",
                "file:there", "exec:test -e there", "log:../log of it:^up \\d+$",
            ]
            let waiting = project.start(words)
            let servers = [
                Self.server(
                    project, "python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory", project.path,
                    "\(http)"),
                Self.server(project, "redis-server", "--port", "\(redis)", "--bind", "127.0.0.1", "--save", ""),
            ]
            Disk.write("going up\nup 12\n", to: project.base + "/log of it")
            let ending = waiting.wait()
            #expect(ending.status == 0 && ending.err == "")
            #expect(
                ending.lines.sorted() == [
                    "command `test -e there` is ready after TIME", "file there is ready after TIME",
                    "http://localhost:\(http)/there is ready after TIME",
                    "log line /^up \\d+$/ in ../log of it is ready after TIME",
                    "redis at 127.0.0.1:\(redis) is ready after TIME", "tcp at 127.0.0.1:\(http) is ready after TIME",
                ])
            #expect(project.run(words + ["--quiet"]) == Ending(status: 0, out: "", err: ""))
            withExtendedLifetime(servers) {}
        }
    }

    @Test func postgresWhileItStartsAndInRecovery() {
        Self.with { project in
            let postgres = PostgresServer(project)
            let address = "127.0.0.1:\(postgres.port)"
            let tcp = "postgres://owner@\(address)/postgres"
            // Whether there is such a user and database is none of its business.
            let words = [
                "wait", tcp, "postgres:///nosuch?host=\(postgres.directory)&port=\(postgres.port)&user=nosuch",
            ]
            let waiting = project.start(words)
            postgres.start()
            let ending = waiting.wait()
            #expect(ending.status == 0)
            #expect(
                ending.lines.sorted() == [
                    "postgres at \(postgres.directory) is ready after TIME",
                    "postgres at \(address) is ready after TIME",
                ])
            postgres.stop()

            // A server that is there and says "not now" is not ready, whatever else it says.
            postgres.makeStandby()
            postgres.start("hot_standby=off")
            let refused = project.run("wait", tcp, "--deadline", "4s")
            #expect(refused.status == 4)
            let lines = refused.err.split(separator: "\n").map(String.init)
            #expect(lines.first?.hasPrefix("taskgraph: postgres at \(address) was not ready within 4.0 s (") == true)
            #expect(lines.dropFirst().first?.hasSuffix("(SQLSTATE 57P03)") == true, "\(lines)")
            let patient = project.start("wait", tcp)
            postgres.promote()
            #expect(patient.wait().lines == ["postgres at \(address) is ready after TIME"])
        }
    }

    // MARK: Not ready

    @Test func nobodyListens() {
        Self.with { project in
            let port = freePort()
            let ending = project.run("wait", "tcp://127.0.0.1:\(port)", "--deadline", "50ms")
            #expect(
                ending.withoutAttempts
                    == Ending(
                        status: 4, out: "",
                        err: """
                            taskgraph: tcp at 127.0.0.1:\(port) was not ready within 50 ms (N attempts)
                              last error: Connection refused
                              port \(port): nobody listens on it

                            """))
        }
    }

    @Test(arguments: ["http://127.0.0.1:PORT/", "redis://127.0.0.1:PORT", "postgres://127.0.0.1:PORT"])
    func somebodyAcceptsAndNeverAnswers(probe: String) {
        Self.with { project in
            let listener = Listener()
            let word = probe.replacing("PORT", with: "\(listener.port)")
            let subject =
                word.hasPrefix("http")
                ? word : word.prefix { $0 != ":" } + " at 127.0.0.1:\(listener.port)"
            #expect(
                project.run("wait", word, "--deadline", "1s")
                    == Ending(
                        status: 4, out: "",
                        err: """
                            taskgraph: \(subject) was not ready within 1.0 s (1 attempt)
                              last error: the connection was accepted, but no answer came
                              port \(listener.port): \(Self.commandLine(of: getpid())) (pid \(getpid())) listens on it

                            """))
        }
    }

    @Test func thePortIsTakenByAnother() {
        Self.with { project in
            let port = freePort()
            let redis = Self.server(project, "redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--save", "")
            #expect(project.run("wait", "redis://127.0.0.1:\(port)").status == 0)
            let ending = project.run("wait", "http://127.0.0.1:\(port)/", "--deadline", "1s")
            #expect(
                ending.withoutAttempts
                    == Ending(
                        status: 4, out: "",
                        err: """
                            taskgraph: http://127.0.0.1:\(port)/ was not ready within 1.0 s (N attempts)
                              last error: the connection was closed without an answer
                              port \(port): redis-server 127.0.0.1:\(port) (pid \(redis.pid)) listens on it

                            """))
        }
    }

    @Test func commandsFilesAndLogsThatDoNotCome() {
        Self.with { project in
            project.write("one\ntwo\n", to: "log")
            let ending = project.run(
                "wait", "exec:echo sorry; exit 3", "file:nosuch", "log:log:three", "--deadline", "1s")
            #expect(
                ending.withoutAttempts
                    == Ending(
                        status: 4, out: "",
                        err: """
                            taskgraph: command `echo sorry; exit 3` was not ready within 1.0 s (N attempts)
                              last error: it exited with 3: sorry
                            taskgraph: file nosuch was not ready within 1.0 s (N attempts)
                              last error: No such file or directory
                            taskgraph: log line /three/ in log was not ready within 1.0 s (N attempts)
                              last error: no line matches yet
                              the log ends with:
                                one
                                two

                            """))
        }
    }

    /// A library that cannot be loaded is as good as none.
    @Test func withoutLibpqItSaysWhatToInstall() {
        Self.with { project in
            project.write("", to: "lib/libpq.so.5")
            let ending = project.run(
                ["wait", "postgres://127.0.0.1:1"], environment: ["LD_LIBRARY_PATH": project.at("lib")])
            #expect(
                ending
                    == Ending(
                        status: 4, out: "",
                        err: """
                            taskgraph: postgres at 127.0.0.1:1 cannot be tried
                              last error: PostgreSQL's client library cannot be loaded: \(project.at("lib"))/libpq.so.5: file too short
                              hint: install the Debian package libpq5: apt-get install libpq5

                            """))
        }
    }

    // MARK: Commands

    @Test func nothingOfACommandIsLeft() {
        Self.with { project in
            let running = project.fifo("running")
            let script = "sleep 1000 & echo $! >> ../pids; echo $$ >> ../pids; echo running > \(running.path); wait"
            let pids = { (Disk.text(project.base + "/pids") ?? "").split(separator: "\n").count }
            let late = project.run("wait", "exec:" + script, "--deadline", "1500ms")
            #expect(late.status == 4 && late.err.contains("last error: the command had not ended\n"))
            #expect(pids() == 2)
            _ = running.line()
            let stopped = project.start("wait", "exec:" + script)
            _ = running.line()
            stopped.signal(SIGINT)
            #expect(stopped.wait().status == 130)
            let mine = project.at("")  // What runs in the project's directory.
            eventually("no process is left") {
                Disk.names(in: "/proc").allSatisfy {
                    Int32($0) == nil || Disk.link("/proc/\($0)/cwd").map { $0 + "/" } != mine
                }
            }
        }
    }

    // MARK: Many

    /// However many wait, it is one thread.
    @Test func aThousandProbesNeedNoThreadEach() {
        Self.with { project in
            let (listener, port, marks) = (Listener(), freePort(), project.fifo("marks"))
            var words = ["wait", "exec:echo on > \(marks.path); false", "--period", "20ms"]
            for index in 0..<1_000 {
                let kinds = [
                    "tcp://127.0.0.1:\(port)", "redis://127.0.0.1:\(port)", "file:nosuch-\(index)",
                    index < 400 ? "http://127.0.0.1:\(listener.port)/" : "http://127.0.0.1:\(port)/",
                ]
                words.append(kinds[index % 4])
            }
            let waiting = project.start(words)
            // Three rounds of the command: by then everything was tried more than once.
            for _ in 0..<3 { #expect(marks.line() == "on") }
            #expect(Disk.names(in: "/proc/\(waiting.pid)/task") == ["\(waiting.pid)"])
            waiting.signal(SIGTERM)
            #expect(waiting.wait() == Ending(status: 143, out: "", err: ""))
        }
    }

    // MARK: Usage

    @Test(arguments: [
        ([], "wait wants probes: taskgraph wait postgres://user:password@host:port/database\n"),
        (["tpc://a:1"], "wait does not know the probe tpc://a:1\n  hint: did you mean tcp?\n"),
        (["a.example:80"], "wait does not know the probe a.example:80\n  hint: did you mean tcp://a.example:80?\n"),
        (["tcp://a"], "wait tcp://a: a probe of this kind is written tcp://host:port\n"),
        (["tcp://a:0"], "wait tcp://a:0: a probe of this kind is written tcp://host:port\n"),
        (["redis://[::1:6379"], "wait redis://[::1:6379: a probe of this kind is written redis://host:port\n"),
        (["log:file"], "wait log:file: a probe of this kind is written log:FILE:REGEX\n"),
        (["http://u:p@a/"], "wait http://u:p@a/: users and passwords are not sent over http\n"),
        (
            ["https://a/"],
            """
            wait does not know the probe https://a/
              hint: did you mean http?

            """
        ),
        (
            ["nonsense"],
            """
            wait does not know the probe nonsense
              hint: probes are postgres://user:password@host:port/database, redis://host:port, tcp://host:port, \
            http://host:port/path, file:PATH, exec:COMMAND, log:FILE:REGEX

            """
        ),
        (
            ["tcp://a:1", "--deadline", "soon"],
            "--deadline SPAN: \"soon\" will not do\n  hint: Give up after SPAN: 500ms, 20s (default: 60s)\n"
        ),
    ])
    func whatIsNoProbe(words: [String], message: String) {
        Self.with { project in
            #expect(project.run(["wait"] + words) == Ending(status: 2, out: "", err: "taskgraph: " + message))
        }
    }
}

extension Ending {
    /// With `N` for how often something was tried: that depends on how busy the machine is.
    fileprivate var withoutAttempts: Ending {
        Ending(status: status, out: out, err: err.replacing(/\(\d+ attempts?\)/) { _ in "(N attempts)" })
    }
}
