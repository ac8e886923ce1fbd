// What a task sees of its caller's environment, what of that decides its result, and that secrets stay secret.

import Testing

@Suite struct EnvironmentTests {
    @Test func undeclaredVariableIsInvisibleAndNotKeyed() {
        let yaml =
            #"show: {inputs: [], outputs: [seen], run: "echo show >> $log; echo \"<${SECRET_SAUCE-unset}>\" > seen"}"#
        Project.with(yaml) { project in
            project.run("show", environment: ["SECRET_SAUCE": "1"])
            #expect(project.text("seen") == "<unset>\n")
            #expect(project.run("show", environment: ["SECRET_SAUCE": "2"]).lines == ["1 done: 1 up to date in TIME"])
            #expect(project.ran() == ["show"])
        }
    }

    @Test func taskSeesTheFixedBaseAndNothingElse() {
        let yaml =
            "show: {env: {OWN: mine}, pass-env: [GIVEN], run: env -u _ -u PWD -u SHLVL -u OLDPWD | cut -d= -f1 | sort > seen}"
        Project.with(yaml) { project in
            project.environment = [:]
            project.run(
                "show",
                environment: [
                    "PATH": "/usr/bin:/bin", "HOME": "/nowhere", "USER": "me", "TERM": "vt100", "TMPDIR": "/tmp",
                    "LANG": "C", "LC_ALL": "C", "TZ": "UTC", "XDG_CACHE_HOME": "/x", "SSL_CERT_FILE": "/y",
                    "https_proxy": "z", "GIVEN": "1", "NOT_GIVEN": "1", "LD_PRELOAD": "", "PYTHONPATH": "/p",
                ])
            #expect(
                project.text("seen")?.split(separator: "\n") == [
                    "GIVEN", "HOME", "LANG", "LC_ALL", "MAKEFLAGS", "OWN", "PATH", "PYTEST_XDIST_AUTO_NUM_WORKERS",
                    "SSL_CERT_FILE", "TASKGRAPH_JOBS", "TASKGRAPH_TASK", "TERM", "TMPDIR", "TZ", "USER",
                    "XDG_CACHE_HOME", "https_proxy",
                ])
        }
    }

    @Test(arguments: [
        ("pass-env: [MODE]", ["MODE": "a"], ["MODE": "b"], "environment variable MODE changed"),
        ("pass-env: [MODE]", [:], ["MODE": "b"], "environment variable MODE changed"),
        ("cache: true", ["LC_ALL": "C"], ["LC_ALL": "C.UTF-8"], "environment variable LC_ALL changed"),
    ])
    func passedVariableIsKeyed(key: String, before: [String: String], after: [String: String], reason: String) {
        Project.with("show: {inputs: [], outputs: [seen], \(key), run: 'echo ${MODE-} > seen'}") { project in
            project.run("show", environment: before)
            #expect(project.run("show", "--json", environment: before).outcomes == ["show": "up-to-date"])
            let run = project.run("show", "--json", environment: after)
            #expect(run.reasons == ["show": reason])
            #expect(project.text("seen") == (after["MODE"] ?? "") + "\n")
        }
    }

    /// They say where things are on this machine, not what comes out.
    @Test(arguments: ["HOME", "USER", "TERM", "TMPDIR", "XDG_DATA_HOME", "SSL_CERT_DIR", "HTTP_PROXY"])
    func machineSettingIsVisibleAndNotKeyed(name: String) {
        Project.with("show: {inputs: [], outputs: [seen], run: 'echo $\(name) > seen'}") { project in
            project.run("show", environment: [name: "/one"])
            #expect(project.text("seen") == "/one\n")
            #expect(project.run("show", "--json", environment: [name: "/two"]).outcomes == ["show": "up-to-date"])
        }
    }

    @Test func declaredVariableIsKeyed() {
        let yaml =
            "group:\n  env: {WHO: world}\n  hi: {inputs: [], outputs: [seen], run: echo $WHO > seen; echo hi >> $log}"
        Project.with(yaml) { project in
            project.run("group")
            #expect(project.text("seen") == "world\n")
            project.yaml(yaml.replacing("world", with: "moon"))
            #expect(project.run("group", "--json").reasons == ["group/hi": "environment variable WHO changed"])
            #expect(project.text("seen") == "moon\n")
        }
    }

    @Test func variablesFromAFileAreSeenAndKeyed() {
        let yaml = "show: {inputs: [], outputs: [seen], env-file: .env, env: {B: yaml}, run: 'echo $A $B > seen'}"
        Project.with(yaml, files: [".env": "# settings\nexport A='one two'\nB=file\n"]) { project in
            project.run("show")
            #expect(project.text("seen") == "one two yaml\n")
            project.write("A=three\n", to: ".env")
            #expect(project.run("show", "--json").reasons["show"]?.contains("changed") == true)
            #expect(project.text("seen") == "three yaml\n")
            project.shell("rm .env")
            #expect(project.run("show").status == 1)
        }
    }

    @Test func secretsAreMaskedEverywhereAndNotKeyed() {
        let yaml = """
            login:
              inputs: []
              outputs: [o]
              secrets: [TOKEN]
              run: |
                echo login >> $log
                printf 'the to'; printf 'ken is %s' "$TOKEN"; echo "! $TOKEN$TOKEN"
                echo "again $TOKEN" >&2
                echo > o
            """
        Project.with(yaml) { project in
            let secret = ["TOKEN": "hunter2-hunter2"]
            let live = project.run("login", environment: secret)
            #expect(live.status == 0)
            #expect(live.out.contains("the token is ***! ******\n"))
            #expect(live.out.contains("again ***\n"))
            project.shell("rm o")
            // Another value gives the same result.
            let replayed = project.run("login", "--json", environment: ["TOKEN": "other-value"])
            #expect(replayed.outcomes == ["login": "restored"])
            #expect(replayed.out.contains("the token is ***! ******\\n"))
            #expect(project.ran() == ["login"])
            for run in [live, replayed] { #expect(!(run.out + run.err).contains("hunter2")) }
            #expect(project.shell("grep -rla hunter2 .taskgraph || true") == "")
            let why = project.run("why", "login", environment: secret)
            #expect(!why.out.contains("hunter2"))
        }
    }

    @Test func secretsOfFailedTasksAreMasked() {
        let yaml = "login: {secrets: [TOKEN], run: 'echo \"$TOKEN\"; exit 1'}\nother: {needs: [login], run: 'true'}"
        Project.with(yaml) { project in
            for arguments in [["other"], ["other", "--json"], ["other", "-v"], ["other", "-q"]] {
                let run = project.run(arguments, environment: ["TOKEN": "hunter2-hunter2"])
                #expect(run.status == 1)
                #expect(!(run.out + run.err).contains("hunter2"))
                #expect(run.out.contains("***"))
            }
        }
    }

    @Test func callersVariablesInBraces() {
        let yaml = "show: {inputs: [], outputs: [seen], run: \"echo ${{ env.PLACE }} > seen\"}"
        Project.with(yaml) { project in
            project.run("show", environment: ["PLACE": "here"])
            #expect(project.text("seen") == "here\n")
            let unset = project.run("show")
            #expect(unset.status == 3)
            #expect(unset.err.contains("PLACE"))
        }
    }

    @Test func toolsAreKeyedByTheirVersion() {
        let yaml =
            "use: {inputs: [], outputs: [o], cache: {tools: [gadget]}, run: gadget --version > o; echo use >> $log}"
        Project.with(yaml) { project in
            let path = ["PATH": project.at("bin") + ":/usr/bin:/bin"]
            project.write("#!/bin/sh\necho gadget 1\n", to: "bin/gadget", mode: 0o755)
            project.run("use", environment: path)
            project.shell("touch bin/gadget")
            project.run("use", environment: path)
            #expect(project.ran() == ["use"])
            project.write("#!/bin/sh\necho gadget 2\n", to: "bin/gadget", mode: 0o755)
            #expect(project.run("use", "--json", environment: path).reasons == ["use": "tool gadget changed"])
            #expect(project.text("o") == "gadget 2\n")
        }
    }
}
