// Services of scope `module`: leased by a task's own processes while it runs. Real servers throughout.

import Testing

@Suite struct LeaseTests {
    static let yaml = """
        services:
          db: {driver: postgres, scope: module, setup: [schema.sql]}
        test: {uses: [db], inputs: [x], run: "echo test >> $log; echo $TASKGRAPH_LEASES > ../socket; python3 ../scripts/script.py"}

        """
    static let files = ["schema.sql": "create table t (n int); insert into t values (1), (2);\n", "x": ""]

    @Test func aTaskLeasesDatabasesSideBySide() {
        Project.with(Self.yaml, files: Self.files) { project in
            let ending = run(
                """
                from threading import Thread
                counts = {}
                def module(rows):
                    client = Client(os.environ["TASKGRAPH_LEASES"])
                    assert client.hello["services"] == [{"name": "db", "driver": "postgres"}]
                    lease = client.lease("db")
                    sql(lease, f"insert into t select generate_series(1, {rows})")
                    counts[rows] = (sql(lease, "select count(*) from t"), lease["address"]["port"])
                threads = [Thread(target=module, args=(rows,)) for rows in (10, 20)]
                for thread in threads: thread.start()
                for thread in threads: thread.join()
                assert [counts[10][0], counts[20][0]] == ["12", "22"], counts
                assert counts[10][1] != counts[20][1], counts
                """, project)
            #expect(ending.status == 0, "\(ending.out)\(ending.err)")
            #expect(project.ran() == ["test"])
            #expect(Disk.exists(directory(project)) == false)
            // Where the socket was is in no key.
            #expect(project.run("test").out.contains("1 up to date"))
            #expect(project.ran() == [])
            project.write("create table t (n int);\n", to: "schema.sql")
            #expect(project.run("test").status == 1, "the counts are others")
            #expect(project.ran() == ["test"])
        }
    }

    @Test func whatATaskHoldsWhenItEndsIsGivenBack() {
        Project.with(Self.yaml, files: Self.files) { project in
            let ending = run(
                """
                client = Client(os.environ["TASKGRAPH_LEASES"])
                sql(client.lease("db"), "select 1")
                client.send(op="lease", service="db")
                os.kill(os.getpid(), 9)
                """, project)
            #expect(ending.status == 1)
            #expect(ending.out.contains("signal 9") || ending.out.contains("KILL") || ending.out.contains("137"))
            let check = LeaseClient.run("assert left(\"\(directory(project))\") == []", in: project)
            #expect(check == Ending(status: 0, out: "", err: ""))
        }
    }

    @Test func aServiceThatCannotStartIsTheAnswer() {
        let yaml = """
            services: {api: {driver: process, scope: module, run: "echo no; exit 3", ready: {log: ready}}}
            test: {uses: [api], run: "python3 ../scripts/script.py"}

            """
        Project.with(yaml) { project in
            let ending = run(
                """
                answer = Client(os.environ["TASKGRAPH_LEASES"]).ask(op="lease", service="api")
                assert answer["error"] == {"kind": "service-failed", "message":
                    'service "api" ended with exit code 3; the end of its log:\\n  | no'}, answer
                """, project)
            #expect(ending.status == 0, "\(ending.out)\(ending.err)")
        }
    }

    @Test func anInstanceThatDiesIsTold() {
        let yaml = """
            services: {api: {driver: process, scope: module, run: "echo ready; read line < ../die || :; exit 4", ready: {log: ready}}}
            test: {uses: [api], run: "python3 ../scripts/script.py"}

            """
        Project.with(yaml) { project in
            project.shell("mkfifo ../die")
            let ending = run(
                """
                client = Client(os.environ["TASKGRAPH_LEASES"])
                lease = client.lease("api")["lease"]
                with open("../die", "w") as file: file.write("now\\n")
                lost = client.receive()
                assert (lost["event"], lost["lease"]) == ("lost", lease), lost
                assert 'service "api" ended with exit code 4' in lost["message"], lost
                """, project, "-j1")
            #expect(ending.status == 0, "\(ending.out)\(ending.err)")
        }
    }

    private func run(_ script: String, _ project: Project, _ options: String...) -> Ending {
        project.write(LeaseClient.python, to: "../scripts/client.py")
        project.write("from client import *\n" + script, to: "../scripts/script.py")
        return project.run(["test", "-v"] + options)
    }

    /// That of the run's services.
    private func directory(_ project: Project) -> String {
        let socket = Disk.text(project.base + "/socket") ?? "//"
        return socket.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
    }
}
