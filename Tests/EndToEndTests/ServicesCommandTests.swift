// `taskgraph services` and `taskgraph doctor`, with the servers of this machine.

import Glibc
import Testing

@Suite struct ServicesCommandTests {
    static let yaml = """
        services:
          cache: {driver: redis, scope: run, version: "7", env: {CACHE_URL: "${{ self.url }}"}}
          api: {driver: process, uses: [cache], run: "echo at $CACHE_URL; sleep 600", ready: {log: "at redis"}}

        """

    @Test func listShowsWhatCanBeStarted() {
        Project.with(Self.yaml) { project in
            #expect(
                project.run("services")
                    == Ending(
                        status: 0,
                        out: """
                            cache     redis 7   scope run
                            api       process   scope task         uses cache
                            postgres  postgres  not in tasks.yaml
                            redis     redis     not in tasks.yaml

                            """, err: ""))
            let json = project.execute(
                "$BINARY services list --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[\"services\"][1])'"
            )
            #expect(
                json.out == "{'name': 'api', 'driver': 'process', 'scope': 'task', 'uses': ['cache']}\n", "\(json.err)")
        }
    }

    @Test func upSaysWhereTheyAreAndEndsWithCtrlC() {
        Project.with(Self.yaml) { project in
            let child = project.start("services", "up", "cache", "api", "-v")
            eventually("both are up") { child.outputSoFar.contains("API_URL=") }
            let url = child.outputSoFar.split(separator: "\n")[0].dropFirst("CACHE_URL=".count)
            #expect(project.shell("redis-cli -u '\(url)' ping") == "PONG\n")
            child.signal(2)
            let ending = child.wait()
            #expect(ending.status == 0, "\(ending.err)")
            let masked = url.replacing(/:[^:@]+@/, with: { _ in ":***@" })
            #expect(ending.err.contains("api | at \(masked)\n"), "what is printed is what services use\n\(ending.err)")
            #expect(ending.out.contains("API_URL=http://127.0.0.1:"))
            let check = LeaseClient.run("assert processes('\(url)'[-40:]) == []", in: project)
            #expect(check.status == 0, "\(check.err)")
        }
    }

    /// One standing service that another uses; what it writes is in its log.
    @Test func servicesStandUntilTheyAreTakenDown() {
        Project.with(Self.yaml) { project in
            defer { project.run("services", "down") }
            let up = project.run("services", "up", "--detach", "cache", "api")
            #expect(up.status == 0 && up.err == "", "\(up.err)")
            let lines = up.out.split(separator: "\n")
            #expect(lines.count == 2 && lines[1].hasPrefix("API_URL=http://127.0.0.1:"), "\(up.out)")
            let url = lines[0].dropFirst("CACHE_URL=".count)
            #expect(project.shell("redis-cli -u '\(url)' set a 1") == "OK\n")
            #expect(
                project.run("services", "up", "--detach", "api", "cache").out.contains(lines[0]), "they stand already")
            #expect(project.execute("$BINARY services redis -- get a").out == "1\n", "the one that stands")
            #expect(project.run("services").out.split(separator: "\n")[0].hasSuffix("  up"))
            #expect(
                project.run("services", "logs", "api").out
                    == "at \(url.replacing(/:[^:@]+@/, with: { _ in ":***@" }))\n")
            // What uses it ends with it.
            let down = project.run("services", "down", "cache")
            #expect(down == Ending(status: 0, out: "api is down\ncache is down\n", err: ""))
            eventually("the keeper is gone") { project.processes() == [] }
            #expect(
                project.run("services", "logs", "api").out.hasSuffix("\n== api: was stopped ==\n"))
            #expect(project.run("services", "down").out == "no service is up\n")
            #expect(project.run("services", "down", "api").out == "api was not up\n")
            #expect(project.run("services", "down", "apo").status == 2)
        }
    }

    @Test func aLogIsFollowedUntilTheServiceEnds() {
        let yaml = """
            services:
              api: {driver: process, run: "echo one; read line < ../go; echo $line; exec sleep 600", ready: {log: "one"}}

            """
        Project.with(yaml) { project in
            project.shell("mkfifo ../go")
            defer { project.run("services", "down") }
            #expect(
                project.run("services", "logs", "api").err.hasPrefix("taskgraph: there is no log of service \"api\""))
            #expect(project.run("services", "up", "--detach").status == 0)
            let follower = project.start("services", "logs", "api", "--follow")
            eventually("what is there is shown") { follower.outputSoFar == "one\n" }
            project.shell("echo two > ../go")
            eventually("what comes is shown") { follower.outputSoFar == "one\ntwo\n" }
            project.yaml("services: {")
            #expect(project.run("services", "down").out == "api is down\n", "whatever the YAML says by now")
            #expect(follower.wait() == Ending(status: 0, out: "one\ntwo\n== api: was stopped ==\n", err: ""))
        }
    }

    /// Killed with its keeper; nothing says that it stands.
    @Test func aKeeperThatIsKilledLeavesNothing() throws {
        Project.with(Self.yaml) { project in
            #expect(project.run("services", "up", "--detach", "cache").status == 0)
            let keeper = project.engine()
            #expect(keeper != nil)
            if let keeper { kill(keeper.pid, SIGKILL) }
            eventually("everything is gone") { project.processes() == [] }
            #expect(!project.run("services").out.contains("up\n"))
            let again = project.run("services", "up", "--detach", "cache")
            #expect(again.status == 0, "\(again.err)")
            #expect(project.run("services", "down").out == "cache is down\n")
        }
    }

    @Test func whatDoesNotStartIsSaidAndNothingStays() {
        let yaml = """
            services:
              good: {driver: process, run: "echo up; sleep 600", ready: {log: up}}
              bad: {driver: process, run: "echo I cannot; exit 3", ready: {log: up}}

            """
        Project.with(yaml) { project in
            let up = project.run("services", "up", "--detach")
            #expect(
                up
                    == Ending(
                        status: 1, out: "",
                        err: """
                            taskgraph: service "bad" ended with exit code 3; the end of its log:
                              | I cannot

                            """))
            eventually("the keeper is gone") { project.processes() == [] }
            #expect(project.run("services", "down").out == "no service is up\n")
            #expect(project.run("services", "logs", "bad").out.contains("I cannot\n"))
        }
    }

    @Test func theLogOfAServiceThatDiedInARunIsKept() {
        let yaml = """
            services:
              api: {driver: process, run: "mkfifo $fifo; seq 100; echo up; read line < $fifo; exit 3", ready: {log: up}}
            good: {uses: [api], run: "true"}
            bad: {uses: [api], needs: [good], run: "echo > ../die-${{ service.api.port }}; sleep 600"}

            """
        Project.with(yaml.replacing("$fifo", with: "../die-${{ self.port }}")) { project in
            let numbers = (1...100).map { "\($0)\n" }.joined()
            #expect(project.run("bad", "-j1").status == 1)
            #expect(
                project.run("services", "logs", "api").out == """
                    == api, used by good: was stopped ==
                    \(numbers)up
                    == api, used by bad: ended with exit code 3 ==
                    \(numbers)up

                    """)
        }
    }

    @Test func aClientIsConnectedToAnInstanceOfItsOwn() {
        Project.with(Self.yaml) { project in
            let psql = project.execute("echo 'select 6 * 7' | $BINARY services psql -- -At")
            #expect(psql == Ending(status: 0, out: "42\n", err: ""))
            #expect(project.execute("$BINARY services redis cache -- ping").out == "PONG\n")
            #expect(project.execute("$BINARY services psql -- -c 'nonsense' 2> /dev/null").status == 1)
            #expect(
                project.run("services", "redis", "api")
                    == Ending(
                        status: 2, out: "", err: "taskgraph: the driver of service \"api\" is not redis\n"))
        }
    }

    @Test func doctorSaysWhatIsMissing() {
        Project.with("a: {run: x}\n") { project in
            let well = project.run("doctor")
            #expect(well.out.contains("ok        PostgreSQL      postgres (PostgreSQL) "), "\(well.out)")
            project.shell("mkdir ../empty")
            let ill = project.run("doctor", environment: ["PATH": project.base + "/empty"])
            #expect(ill.status == 1)
            #expect(
                ill.out.contains(
                    """
                    missing   git             there is no program git in PATH
                                              for `apply` and the phases; on Debian and Ubuntu: apt-get install git

                    """), "\(ill.out)")
            let json = project.run("doctor", "--json", environment: ["PATH": project.base + "/empty"])
            #expect(json.status == 1 && json.out.contains("\"complete\": false"))
        }
    }
}
