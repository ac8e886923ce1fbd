// `taskgraph broker` with real servers: what it leases, and what is left when clients or it itself are killed.

import Testing

@Suite struct BrokerTests {
    @Test func twentyLeasesLeaveNothing() {
        succeed(
            """
            broker = Broker()
            client = Client(broker.socket)
            assert [service["name"] for service in client.hello["services"]] == ["postgres", "redis"]
            for _ in range(5):
                databases = [client.lease("postgres"), client.lease("postgres")]
                stores = [client.lease("redis"), client.lease("redis")]
                assert databases[0]["env"] == {"DATABASE_URL": databases[0]["address"]["url"]}
                for database in databases:
                    assert sql(database, "create table t (n int); select count(*) from pg_class where relname = 't'") == "1"
                for store in stores:
                    assert ping(store) == ["+OK", "+PONG"]
                for lease in databases + stores:
                    assert client.ask(op="release", lease=lease["lease"])["ok"]
            assert len({lease["lease"] for lease in databases + stores}) == 4
            assert broker.end() == 0
            assert left(broker.directory) == [], left(broker.directory)
            """)
    }

    @Test func statusSaysWhenASpareIsReady() {
        succeed(
            """
            broker = Broker("redis")
            client = Client(broker.socket)
            nothing = {"name": "redis", "leased": 0, "spare": 0, "starting": 0, "stopping": 0}
            assert client.ask(op="status")["services"] == [nothing]
            client.lease("redis")
            eventually(lambda: client.ask(op="status")["services"] == [nothing | {"leased": 1, "spare": 1}])
            assert broker.end() == 0
            """)
    }

    @Test func aClientThatIsKilledGivesBack() {
        succeed(
            """
            broker = Broker("redis")
            other = Client(broker.socket)
            child = subprocess.Popen([sys.executable, "-c",
                'from client import *; c = Client(sys.argv[1]); c.ask(op="lock", name="serial");'
                'print(c.lease("redis")["address"]["socket"], flush=True); sys.stdin.read()', broker.socket],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=os.path.dirname(__file__))
            directory = os.path.dirname(child.stdout.readline().strip())
            assert os.path.exists(directory) and processes(directory)
            lock = other.send(op="lock", name="serial")
            child.kill()
            assert other.receive() == {"id": lock, "ok": True}
            eventually(lambda: not left(directory))
            assert ping(other.lease("redis"))[1] == "+PONG"
            assert broker.end() == 0
            assert left(broker.directory) == [], left(broker.directory)
            """)
    }

    @Test func aBrokerThatIsKilledLeavesNothing() {
        succeed(
            """
            broker = Broker()
            client = Client(broker.socket)
            ping(client.lease("redis")), sql(client.lease("postgres"), "select 1")
            assert processes(broker.directory)
            broker.process.kill()
            broker.process.wait()
            assert client.lines.readline() == ""
            eventually(lambda: not left(broker.directory))
            """)
    }

    @Test func aLockIsHeldByOneConnectionAtATime() {
        succeed(
            """
            broker = Broker()
            first, second = Client(broker.socket), Client(broker.socket)
            assert first.ask(op="lock", name="serial")["ok"]
            waiting = second.send(op="lock", name="serial")
            # Had it the lock, that answer would come before this one.
            other = second.send(op="unlock", name="serial")
            assert second.receive() == {"id": other, "ok": False, "error": {
                "kind": "not-held", "message": 'this connection does not hold the lock "serial"'}}
            assert first.ask(op="unlock", name="serial")["ok"]
            assert second.receive() == {"id": waiting, "ok": True}
            assert broker.end() == 0
            """)
    }

    @Test func theProjectsServicesOfScopeModuleAreOffered() {
        let yaml = """
            services:
              db: {driver: redis, scope: module, env: {CACHE: "redis at ${{ self.port }}"}}
              other: {driver: redis}

            """
        succeed(
            """
            broker = Broker()
            client = Client(broker.socket)
            assert client.hello["services"] == [{"name": "db", "driver": "redis"}], client.hello
            lease = client.lease("db")
            assert lease["env"] == {"CACHE": f"redis at {lease['address']['port']}"}
            assert client.ask(op="lease", service="other")["error"]["kind"] == "unknown-service"
            broker.process.terminate()
            assert broker.process.wait() == -15 or broker.process.returncode == 143
            assert left(broker.directory) == [], left(broker.directory)
            assert [service["name"] for service in Client(Broker("other", "postgres").socket).hello["services"]] == [
                "other", "postgres"]
            """, yaml: yaml)
    }

    @Test func mistakesAreExplained() {
        Project.with("services: {db: {driver: redis}}\n") { project in
            #expect(
                project.execute("echo | $BINARY broker dbb")
                    == Ending(
                        status: 2, out: "",
                        err: "taskgraph: there is no service \"dbb\"\n  hint: did you mean \"db\"?\n"))
            #expect(
                project.execute("$BINARY broker < /dev/null")
                    == Ending(
                        status: 2, out: "",
                        err: """
                            taskgraph: the broker lives until its standard input ends, and that is no pipe and no terminal
                              hint: start it with a pipe as standard input, and close that

                            """))
        }
    }

    private func succeed(
        _ script: String, yaml: String = "a: {run: x}\n", _ location: SourceLocation = #_sourceLocation
    ) {
        Project.with(yaml) { project in
            let ending = LeaseClient.run(script, in: project)
            #expect(ending == Ending(status: 0, out: "", err: ""), sourceLocation: location)
        }
    }
}
