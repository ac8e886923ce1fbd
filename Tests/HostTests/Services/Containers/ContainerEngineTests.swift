// Engines that are missing, broken, or have no such image: programs of a few lines stand in for those that ail.

import Glibc
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite struct ContainerEngineTests {
        private static let docker =
            "case $1 in --version) echo Docker version 1 ;; *) echo 'Cannot connect' >&2; exit 1 ;; esac"
        private static let podman =
            "case $1 in --version) echo podman version 4 ;; *) echo Error: no overlay >&2; exit 125 ;; esac"
        private static let empty =
            "case $1 in --version) echo podman version 4 ;; image) echo image not known >&2; exit 125 ;; *) echo $* >&2; exit 2 ;; esac"

        @Test(arguments: [
            (
                [:], "localhost/x:1",
                """
                it runs a container, and there is no program podman or docker in PATH
                  hint: on Debian and Ubuntu: apt-get install podman
                """
            ),
            (
                ["podman": podman, "docker": docker], "localhost/x:1",
                """
                it runs a container, and no container engine answers: podman (BIN/podman): no overlay; docker (BIN/docker): \
                Cannot connect
                  hint: `podman info` or `docker info` must succeed; TASKGRAPH_CONTAINER_ENGINE names the one to use
                """
            ),
            (
                ["podman": empty, "docker": docker], "localhost/x:1",
                """
                the image localhost/x:1 is not on this machine: podman (BIN/podman) does not have it
                  hint: build it: podman build -t localhost/x:1 DIRECTORY
                """
            ),
            (
                ["podman": empty], "x:1",
                """
                the image x:1 is not on this machine, and podman (BIN/podman) cannot pull it
                    pull --quiet x:1
                  hint: `podman pull x:1` must succeed; is the name right, and are you logged in?
                """
            ),
        ])
        func whatIsSaid(programs: [String: String], image: String, message: String) throws {
            try withTemporaryDirectory { directory in
                let bin = directory + "/bin"
                #expect(mkdir(bin, 0o755) == 0)
                for (name, script) in programs {
                    try DiskFiles().write(Array("#!/bin/sh\n\(script)\n".utf8), to: "\(bin)/\(name)", mode: 0o755)
                }
                var recipe = ServicesRig.recipe(.container)
                recipe.image = image
                let place = ServicePlace(cache: directory, runs: [directory], path: bin)
                let error = #expect(throws: ServiceError.self) { try HostServices(place).identity(of: recipe) }
                #expect(error?.description.replacing(bin, with: "BIN") == message)
            }
        }

        @Test func anEngineThatIsChosenAndMissing() {
            withTemporaryDirectory { directory in
                var recipe = ServicesRig.recipe(.redis)
                recipe.image = "redis"
                let place = ServicePlace(cache: directory, runs: [directory], engine: "nerdctl")
                let error = #expect(throws: ServiceError.self) { try HostServices(place).identity(of: recipe) }
                #expect(
                    error?.description == """
                        it runs a container, and there is no program nerdctl in PATH
                          hint: TASKGRAPH_CONTAINER_ENGINE names the container engine; without it podman and docker are tried
                        """)
            }
        }

        @Test func aDigestNeedsNoEngine() throws {
            try withTemporaryDirectory { directory in
                var recipe = ServicesRig.recipe(.container)
                recipe.image = "x@sha256:" + String(repeating: "0", count: 64)
                let place = ServicePlace(cache: directory, runs: [directory], path: "/nowhere")
                _ = try HostServices(place).identity(of: recipe)
            }
        }

        @Test func anEngineThatSaysNothing() throws {
            try withTemporaryDirectory { directory in
                let program = directory + "/podman"
                try DiskFiles().write(Array("#!/bin/sh\nexec sleep 600\n".utf8), to: program, mode: 0o755)
                let place = ServicePlace(cache: directory, path: directory + ":/bin:/usr/bin")
                let engines = ContainerEngines(place: place, programs: ServerPrograms(place))
                let engine = ContainerEngine(kind: .podman, program: program)
                #expect(try engines.ask(engine, ["info"], patience: 50_000_000)?.status == nil)
                #expect(processes(mentioning: program) == [])
            }
        }
    }
}
