// What engines say and are told, as text: nothing is executed.

import Ports
import Testing
import Vocabulary

@testable import Host

@Suite struct ContainerAnswersTests {
    private static let digest = String(repeating: "ab", count: 32)

    @Test(arguments: [
        (
            0,
            """
            [
                 {
                      "Id": "\(digest)",
                      "Config": {
                           "ExposedPorts": {"9300/tcp": {}, "53/udp": {}, "9200/tcp": {}},
                           "StopSignal": "SIGQUIT"
                      }
                 }
            ]
            """,
            ImageAnswer.present(ContainerImage(id: "sha256:\(digest)", ports: [9200, 9300], stopSignal: 3))
        ),
        (
            0,
            "time=\"…\" level=warning msg=\"old\"\n[\n{\"Id\": \"sha256:\(digest)\", \"Config\": {\"StopSignal\": \"15\"}}\n]\n",
            .present(ContainerImage(id: "sha256:\(digest)", stopSignal: 15))
        ),
        (0, "[{\"Id\": \"sha256:\(digest)\", \"Config\": null}]", .present(ContainerImage(id: "sha256:\(digest)"))),
        (0, "[]", .silent("it said something else than what the image is")),
        (0, "", .silent("it said something else than what the image is")),
        (125, "[]\nError: inspecting object: localhost/x: image not known", .missing),
        (1, "[]\nError response from daemon: No such image: x:latest", .missing),
        (1, "[]\nError: No such object: x", .missing),
        (
            1, "[]\nCannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
            .silent("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?")
        ),
        (
            125, "Error: configure storage: kernel does not support overlay\nmore\n",
            .silent("configure storage: kernel does not support overlay")
        ),
        (137, "", .silent("exit status 137")),
    ])
    func whatInspectSays(status: Int, output: String, answer: ImageAnswer) {
        #expect(ImageAnswer(status: Int32(status), output: output) == answer)
    }

    @Test(arguments: [
        ("postgres:17", nil), ("registry.example/a@sha256:\(digest)", "sha256:\(digest)"), ("a@sha256:1234", nil),
    ])
    func digestsInNames(image: String, found: String?) {
        #expect(ContainerImages.digest(in: image) == found)
    }

    @Test func theCommandLine() {
        var launch = ContainerLaunch(name: "n", image: "sha256:1", labels: ["a=b"])
        launch.limits = (files: 1024, processes: 512)
        let podman = ContainerEngine(kind: .podman, program: "/bin/podman")
        let docker = ContainerEngine(kind: .docker, program: "/bin/docker")
        let common = "run --rm --name n --pull=never --stop-timeout 0 --log-driver none --label a=b"
        let limits = "--ulimit nofile=1024:1024 --ulimit nproc=512:512"
        #expect(
            launch.words(for: podman).joined(separator: " ")
                == "/bin/podman \(common) \(limits) --network none sha256:1")
        launch.ports = (outside: 20001, inside: 80)
        launch.environmentFile = "/e"
        launch.mounts = [.init(source: "/s", target: "/t"), .init(source: "/u", target: "/v", isReadOnly: false)]
        launch.volumes = ["/data:/data:ro"]
        launch.memory = [(target: "/m", size: 0), (target: "/o", size: 4096)]
        launch.entryPoint = "sh"
        launch.arguments = ["-c", "a b"]
        #expect(
            launch.words(for: docker) == ["/bin/docker"] + common.split(separator: " ").map(String.init) + [
                "--publish", "127.0.0.1:20001:80", "--env-file", "/e", "--volume", "/s:/t:ro", "--volume", "/u:/v",
                "--volume", "/data:/data:ro", "--tmpfs", "/m", "--tmpfs", "/o:rw,size=4096", "--entrypoint", "sh",
                "sha256:1", "-c", "a b",
            ])
    }

    @Test func aVariableWithALineBreak() throws {
        #expect(try EnvironmentFile.text([("A", "1 2"), ("B", "\"x\"")]) == "A=1 2\nB=\"x\"\n")
        let error = #expect(throws: ServiceError.self) { try EnvironmentFile.text([("A", "1"), ("KEY", "a\nb")]) }
        #expect(
            error?.description == """
                the variable KEY has a line break, and a container cannot be given such a variable
                  hint: write the text to a file and name that in `volumes`
                """)
    }

    @Test func onlyContainersOfTheDeadAreRemoved() {
        let us = ContainerOwner(realm: "here", pid: 1, started: 7)
        let list = """
            alive here/10/100
            dead here/11/100
            reborn here/12/100
            foreign there/11/100
            odd <no value>
            none
            """
        let processes: [Int32: UInt64] = [10: 100, 12: 200]
        #expect(ContainerOwner.dead(list, among: us, start: { processes[$0] }) == ["dead", "reborn"])
        #expect(ContainerOwner(text: us.text) == us)
        #expect(ContainerOwner.dead("we \(ContainerOwner.current.text)", among: .current) == [])
    }
}
