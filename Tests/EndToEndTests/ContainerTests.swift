// Services in containers, and what goes wrong with them: the real program on the podman of this machine.

import Glibc
import TestKit
import Testing

@Suite(.enabled(if: TestContainers.images != nil, "\(TestContainers.reason)")) struct ContainerTests {
    private static let images = TestContainers.images ?? TestContainers.none

    /// A container that executes Perl. Its name tells it from those of other tests, which run at the same time.
    private static func server(_ name: String, _ perl: String, ready: String = "{tcp: {}, deadline: 60s}") -> String {
        """
        services:
          \(name):
            driver: container
            image: \(images.redis)
            port: 8000
            server-env: {GREETING: "hello from ${{ self.port }}"}
            ready: \(ready)
            run: |
              exec perl -MIO::Socket::INET -e '$| = 1; \(perl)'

        """
    }

    private static let listen = "$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 9) or die;"
    private static let answer =
        "while ($c = $s->accept) { $l = <$c>; 1 while <$c> =~ /../; print $c \"HTTP/1.0 200 OK\\r\\n\\r\\n$ENV{GREETING}\\n\"; close $c }"

    @Test func theSameYAMLMovesDatabasesIntoContainers() {
        for image in ["", "image: \(Self.images.postgres)"] {
            let yaml = ServiceTests.databases.replacing("driver: postgres", with: "driver: postgres\n    \(image)")
            Project.with(yaml, files: ServiceTests.files) { project in
                let ending = project.run("tests")
                #expect(ending.status == 0, "\(ending.out)\(ending.err)")
                #expect(project.text("first") == "3\n")
                #expect(project.text("second") == "3\n")
                #expect(project.ran() == ["first", "second"])
                #expect(project.run("tests").status == 0)
                #expect(project.ran() == [])
                #expect(project.processes() == [])
            }
        }
    }

    @Test func refusesForAWhile() {
        Project.with(
            Self.server("tardy", "sleep 1; \(Self.listen) \(Self.answer)", ready: "{http: /, deadline: 60s}")
                + "task: {uses: [tardy], run: \"curl -s ${{ service.tardy.url }} > ../answer; echo ${{ service.tardy.port }} > ../port\"}\n"
        ) { project in
            let ending = project.run("task")
            #expect(ending.status == 0, "\(ending.out)")
            #expect(Disk.text(project.base + "/answer") == "hello from " + (Disk.text(project.base + "/port") ?? ""))
            #expect(containers("tardy") == "")
        }
    }

    @Test func acceptsAndNeverAnswers() {
        Project.with(
            Self.server(
                "deaf", "\(Self.listen) print \"deaf\\n\"; sleep 1 while 1",
                ready: "{http: /, deadline: 4s, timeout: 1s}")
                + "task: {uses: [deaf], run: \"echo task >> $log\"}\n"
        ) { project in
            let ending = project.run("task")
            #expect(ending.status == 1)
            #expect(project.ran() == [])
            for part in ["service \"deaf\" did not become ready", "deaf"] {
                #expect(ending.out.contains(part), "\(ending.out)")
            }
            #expect(containers("deaf") == "")
        }
    }

    @Test func diesAfterItWasReady() {
        Project.with(
            Self.server(
                "mortal", "\(Self.listen) $s->accept; print \"I was here\\n\"; $s->accept; print \"and go\\n\"; exit 3")
                + "task: {uses: [mortal], run: \"exec 3<> /dev/tcp/127.0.0.1/${{ service.mortal.port }}; sleep 600\", shell: bash}\n"
        ) { project in
            let ending = project.run("task")
            #expect(ending.status == 1)
            let obituary = """
                service "mortal" ended with exit code 3; the end of its log:
                  | I was here
                  | and go
                """
            #expect(ending.out.contains(obituary), "\(ending.out)")
            #expect(containers("mortal") == "")
        }
    }

    @Test func theImageIsMissing() {
        let yaml = """
            services: {none: {driver: container, image: "localhost/nobody-made-this:1"}}
            task: {uses: [none], run: "echo task >> $log"}

            """
        Project.with(yaml) { project in
            let ending = project.run("task")
            #expect(ending.status == 1)
            #expect(project.ran() == [])
            #expect(
                ending.out.contains("service \"none\": the image localhost/nobody-made-this:1 is not on this machine"))
            #expect(
                ending.out.contains("hint: build it: podman build -t localhost/nobody-made-this:1 DIRECTORY"),
                "\(ending.out)")
        }
    }

    @Test(arguments: [SIGKILL, SIGINT])
    func theProgramEnds(signal: Int32) {
        let (name, base) = ("ending\(signal)", "base\(signal)")
        let db = "  \(base): {driver: postgres, image: \(Self.images.postgres)}\n"
        Project.with(
            Self.server(name, "\(Self.listen) \(Self.answer)") + db
                + "task: {uses: [\(name), \(base)], run: \"echo here > ../here; sleep 600\"}\n"
        ) { project in
            let child = project.start("task")
            eventually("the task runs") { Disk.exists(project.base + "/here") }
            #expect(containers(name) != "" && containers(base) != "")
            child.signal(signal)
            #expect(child.wait().status == 128 + signal)
            eventually("nothing is left") {
                containers(name) == "" && containers(base) == "" && project.processes() == []
            }
        }
    }

    @Test func whatTheDeadLeftTheNextRunRemoves() {
        Project.with(
            Self.server("orphan", "\(Self.listen) \(Self.answer)")
                + "task: {uses: [orphan], run: \"echo here > ../here; test -e ../go || sleep 600\"}\n"
        ) { project in
            let child = project.start("task")
            eventually("the task runs") { Disk.exists(project.base + "/here") }
            // What keeps the container first, so that it cannot remove it.
            for process in project.processes() where process.parent == child.pid || process.pid == child.pid {
                kill(process.pid, SIGSTOP)
            }
            for process in project.processes() where process.parent == child.pid { kill(process.pid, SIGKILL) }
            child.signal(SIGKILL)
            #expect(child.wait().status == 128 + SIGKILL)
            #expect(containers("orphan") != "")
            project.write("", to: "../go")
            #expect(project.run("task").status == 0)
            #expect(containers("orphan") == "")
        }
    }

    /// Names of containers of a service.
    private func containers(_ service: String) -> String {
        TestContainers.shell("podman ps --all --filter label=taskgraph.service=\(service) --format '{{.Names}}'").text
    }
}
