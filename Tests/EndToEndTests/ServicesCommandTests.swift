// `taskgraph services` and `taskgraph doctor`, with the servers of this machine.

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
            #expect(ending.err.contains("api | at \(url)\n"), "what is printed is what services use\n\(ending.err)")
            #expect(ending.out.contains("API_URL=http://127.0.0.1:"))
            let check = LeaseClient.run("assert processes('\(url)'[-40:]) == []", in: project)
            #expect(check.status == 0, "\(check.err)")
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
