// Services of a run: private servers for each task, in keys, in failures. Real servers throughout.

import Testing

@Suite struct ServiceTests {
    /// Two tasks that each insert into the database they get and write down what they find.
    static let databases = """
        services:
          db:
            driver: postgres
            setup: [schema.sql]
            env: {DATABASE_URL: "${{ self.url }}"}
        tests:
          uses: [db]
          first: {inputs: [query.sql], outputs: [first], run: "echo first >> $log; psql \\"$DATABASE_URL\\" -qAtf query.sql > first"}
          second: {inputs: [query.sql], outputs: [second], run: "echo second >> $log; psql ${{ service.db.url }} -qAtf query.sql > second"}

        """
    static let files = [
        "schema.sql": "create table t (n int); insert into t values (1), (2);\n",
        "query.sql": "insert into t values (3); select count(*) from t;\n",
    ]

    @Test func everyTaskHasADatabaseOfItsOwnAndIsCached() {
        Project.with(Self.databases, files: Self.files) { project in
            let ending = project.run("tests")
            #expect(ending.status == 0, "\(ending.out)\(ending.err)")
            #expect(project.text("first") == "3\n")
            #expect(project.text("second") == "3\n")
            #expect(project.ran() == ["first", "second"])
            // From cache nothing is started: there is no server to be found any more.
            #expect(project.run("tests", environment: ["PATH": "/usr/bin:/bin"]).status == 0)
            #expect(project.ran() == [])
        }
    }

    @Test func whatATaskHadOfItsServicesIsMeasuredAndTold() {
        let yaml = """
            services: {cache: {driver: redis}, other: {driver: redis}}
            task:
              uses: [cache, other]
              inputs: []
              run: "true"
              metrics: {s.count: {services: instances}, s.ready: {services: ready}, s.slowest: {services: slowest}}
              gates: {two: s.count == 2, soon: s.ready <= s.slowest, measured: s.ready > 0}
            """
        Project.with(yaml) { project in
            let run = project.run("run", "--json")
            #expect(run.status == 0, "\(run)")
            let served = run.events?.first { $0.name == "served" }?.members["services"] as? [[String: Any]]
            #expect(served?.map { $0["service"] as? String } == ["cache", "other"])
            #expect(served?.allSatisfy { $0["instances"] as? Int == 1 && ($0["waited"] as? Int ?? 0) > 0 } == true)
            let report = project.run("report", "--format", "json").out
            #expect(report.contains("\"serviceWaits\": {"))
            // From the cache: what was measured then.
            #expect(project.run("run", "-q").status == 0)
        }
    }

    @Test func whatTheServiceIsMadeOfIsInTheKeysOfItsUsers() {
        Project.with(Self.databases, files: Self.files) { project in
            project.run("tests")
            _ = project.ran()
            project.write("create table t (n int);\n", to: "schema.sql")
            let why = project.run("plan", "tests")
            #expect(why.out.contains("services/db"), "\(why.out)")
            #expect(project.run("tests").status == 0)
            #expect(project.ran() == ["first", "second"])
            #expect(project.text("first") == "1\n")
        }
    }

    @Test func aServiceThatDiesFailsItsTaskWithItsLog() {
        let yaml = """
            services:
              api:
                driver: process
                run: "echo I was here; read line < ../die; echo and now I go >&2; exit 3"
                ready: {log: "was here"}
            task: {uses: [api], run: "echo > ../die; sleep 600"}

            """
        Project.with(yaml) { project in
            project.shell("mkfifo ../die")
            let ending = project.run("task")
            #expect(ending.status == 1)
            #expect(
                ending.out.contains(
                    """
                    service "api" ended with exit code 3; the end of its log:
                      | I was here
                      | and now I go
                    """), "\(ending.out)")
        }
    }

    /// In `ensure` as well, before the task and after it.
    @Test(arguments: ["", "test -e made &&"])
    func aServiceThatDiesUnderAConditionIsTheReason(before: String) {
        let yaml = """
            services:
              api: {driver: process, run: "echo up; read line < ../die; echo I go >&2; exit 3", ready: {log: up}}
            task: {uses: [api], run: "touch made", ensure: [{run: "\(before) echo > ../die && sleep 600"}]}

            """
        Project.with(yaml) { project in
            project.shell("mkfifo ../die")
            let ending = project.run("task")
            #expect(ending.status == 1)
            let message = "service \"api\" ended with exit code 3; the end of its log:\n"
            #expect(ending.out.contains(message), "\(ending.out)")
            #expect(ending.out.contains("| up\n") && ending.out.contains("| I go\n"), "\(ending.out)")
            #expect(project.exists("made") == !before.isEmpty)
        }
    }

    /// What tasks print, as it is shown, as it is kept, and as it is shown again from the cache.
    @Test func passwordsAreShownToNobody() {
        let yaml = """
            services:
              cache: {driver: redis, env: {CACHE_URL: "${{ self.url }}"}}
              module: {driver: redis, scope: module}
            own: {uses: [cache], inputs: [x], outputs: [own], run: "echo $CACHE_URL; echo ${{ service.cache.password }} | tee own"}
            leased: {uses: [module], inputs: [x], run: "python3 ../scripts/script.py"}
            failing: {uses: [cache], run: "true", ensure: [{run: "echo $CACHE_URL; test -e z"}]}

            """
        Project.with(yaml, files: ["x": ""]) { project in
            project.write(LeaseClient.python, to: "../scripts/client.py")
            project.write(
                """
                from client import *
                lease = Client(os.environ["TASKGRAPH_LEASES"]).lease("module")
                print("leased", lease["address"]["password"], flush=True)
                open("../leased", "w").write(lease["address"]["password"])

                """, to: "../scripts/script.py")
            let ending = project.run("own", "leased", "failing", "-k", "-v")
            #expect(ending.status == 1)
            #expect(ending.out.count(of: "redis://default:***@127.0.0.1:") >= 2, "\(ending.out)")
            #expect(ending.out.contains("leased ***\n"), "\(ending.out)")
            let passwords = [project.text("own"), Disk.text(project.base + "/leased")].compactMap { $0 }
            #expect(passwords.count == 2)
            project.shell("rm own")
            let again = project.run("own", "-v")
            #expect(again.out.contains("restored") && again.out.contains("redis://default:***@"), "\(again.out)")
            for password in passwords {
                let word = password.split(separator: "\n").first.map(String.init) ?? ""
                #expect(word.count == 24)
                #expect(!(ending.out + again.out).contains(word))
                // The output that has it is content like any other.
                #expect(project.execute("! grep -rlF '\(word)' .taskgraph --exclude-dir=cache").status == 0)
            }
        }
    }

    @Test func aServiceThatNeverBecomesReadySaysWhatWasTried() {
        let yaml = """
            services:
              api: {driver: process, run: "echo starting; sleep 600", ready: {log: "listening", deadline: 300ms}}
            task: {uses: [api], run: "echo task >> $log"}

            """
        Project.with(yaml) { project in
            let ending = project.run("task")
            #expect(ending.status == 1)
            #expect(project.ran() == [])
            for part in ["service \"api\" did not become ready", "log line /listening/", "starting"] {
                #expect(ending.out.contains(part), "\(ending.out)")
            }
        }
    }

    @Test func aServiceMayUseAnother() {
        let yaml = """
            services:
              db: {driver: postgres, env: {DATABASE_URL: "${{ self.url }}"}}
              api:
                driver: process
                uses: [db]
                run: "psql \\"$DATABASE_URL\\" -qAtc 'select 6 * 7'; sleep 600"
                ready: {log: "^42$"}
            task: {uses: [api], run: "echo task >> $log"}

            """
        Project.with(yaml) { project in
            let ending = project.run("task")
            #expect(ending.status == 0, "\(ending.out)")
            #expect(project.ran() == ["task"])
        }
    }

    @Test func tasksThatShareAServiceGetOneInstanceAndAreNotCached() {
        let yaml = """
            services:
              log: {driver: process, scope: run, run: "echo up >> $log; echo up; sleep 600", ready: {log: "up"}}
            tests:
              uses: [log]
              a: {inputs: [x], run: "echo a >> $log"}
              b: {inputs: [x], needs: [a], run: "echo b >> $log"}

            """
        Project.with(yaml, files: ["x": ""]) { project in
            #expect(project.run("tests").status == 0)
            #expect(project.ranInOrder() == ["up", "a", "b"])
            #expect(project.run("tests").out.contains("not cached: it shares a service"))
            #expect(project.ranInOrder() == ["up", "a", "b"])
        }
    }

    @Test func unknownNamesAreFoundWhenTheFileIsRead() {
        let yaml = """
            services:
              db: {driver: redis}
            vars: {address: "${{ service.db.url }}"}
            task: {uses: [db], run: "echo ${{ service.bd.url }} ${{ service.db.uri }} ${{ self.url }} ${{ address }}"}

            """
        Project.with(yaml) { project in
            let ending = project.run("list")
            #expect(ending.status == 3)
            for message in [
                "\"service.db.url\" has no value here", "did you mean \"service.db.url\"?",
                "a service has no \"uri\"", "\"self.url\" has a value only inside of a service",
            ] {
                #expect(ending.err.contains(message), "\(ending.err)")
            }
        }
    }
}
