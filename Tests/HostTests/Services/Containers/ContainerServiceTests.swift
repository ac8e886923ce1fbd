// Servers in containers, on the podman of this machine.

import CLinux
import Glibc
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite(.enabled(if: TestContainers.images != nil, "\(TestContainers.reason)")) struct ContainerServiceTests {
        /// A server of a few lines; `ready to accept connections` is what the rig waits for.
        private static func recipe(_ perl: String, port: UInt16? = 8000) throws -> ServiceRecipe {
            var recipe = ServicesRig.recipe(.container)
            recipe.image = try #require(TestContainers.images).redis
            recipe.port = port
            recipe.command = .script(
                ServiceText(
                    "exec perl -MIO::Socket::INET -e '$| = 1; $SIG{TERM} = sub { print \"bye\\n\"; exit 7 }; \(perl)'"))
            return recipe
        }

        private static let listening =
            "$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 1) or die; print \"ready to accept connections\\n\"; "

        @Test func anImageIsPublishedOnLoopbackAndStoppedInOrder() throws {
            try withServices { services in
                var recipe = try Self.recipe(
                    Self.listening + "$c = $s->accept; print $c \"$ENV{WHERE}\\n\"; close $c; sleep 1 while 1")
                recipe.environment = [ServiceRecipe.Variable("WHERE", ServiceText([.literal("at "), .own("url")]))]
                let plan = try services.start(services.driver.template(for: recipe))
                let port = plan.address.port ?? 0
                let answer = try services.client([
                    "perl", "-MIO::Socket::INET", "-e", "print IO::Socket::INET->new('127.0.0.1:\(port)')->getline",
                ])
                #expect(answer == "at http://127.0.0.1:\(port)")
                // Asked of the kernel: podman itself must not be called within the warden, whose processes are numbered anew.
                let hex = String(port, radix: 16, uppercase: true)
                let padded = String(repeating: "0", count: 4 - hex.count) + hex
                let listeners = "awk '$4 == \"0A\" && $2 ~ /:\(padded)$/ {print $2}' /proc/net/tcp /proc/net/tcp6"
                #expect(try services.client(["sh", "-c", listeners]) == "0100007F:\(padded)")
                services.stop(plan)
                #expect(services.log(of: plan).hasSuffix("bye\n"))
                #expect(containersOfOurs() == "")
            }
        }

        @Test func postgresFromAnImageIsAsTheInstalledOne() throws {
            try withServices { services in
                let schema = try services.write("schema.sql", "CREATE TABLE t (n int); INSERT INTO t VALUES (1), (2);")
                let more = try services.write("more", "#!/bin/sh\npsql -c 'INSERT INTO t VALUES (3)'\n", mode: 0o755)
                var recipe = ServicesRig.recipe(.postgres, settings: [("max_connections", "7")], setup: [schema, more])
                recipe.image = try #require(TestContainers.images).postgres
                let template = try services.driver.template(for: recipe)
                let plan = try services.start(template)
                try services.waitForTheSecond(plan)
                #expect(try services.ask(plan, "SELECT count(*) FROM t") == "3")
                #expect(try services.askLocally(plan, "SHOW max_connections") == "7")
                #expect(
                    try services.ask(plan, "SELECT current_user || current_database() || current_setting('fsync')")
                        == "postgresappoff")
                let password = plan.address.password ?? ""
                #expect(password.count == 24)
                let stranger = "postgresql://postgres:guess@127.0.0.1:\(plan.address.port ?? 0)/app"
                #expect(try services.client(["psql", stranger, "-c", "SELECT 1"]).contains("authentication failed"))
                #expect(!services.rig.survivors().joined().contains(password))
                services.stop(plan)
                #expect(containersOfOurs() == "")
            }
        }

        @Test func redisFromAnImageBeginsWithADump() throws {
            try withServices { services in
                let seed = try services.write("seed.redis", "# numbers\nSET a 5\n")
                var recipe = ServicesRig.recipe(.redis, setup: [seed])
                recipe.image = try #require(TestContainers.images).redis
                let template = try services.driver.template(for: recipe)
                let plan = try services.start(template)
                #expect(try services.askRedis(plan, "GET", "a") == "5")
                let wrong = try services.client(["redis-cli", "-p", "\(plan.address.port ?? 0)", "GET", "a"])
                #expect(wrong.contains("NOAUTH"))
                services.stop(plan)
                #expect(try services.driver.template(for: recipe) == template)
                let bad = try services.write("bad.redis", "SET a\n")
                recipe.setup = [bad]
                let error = #expect(throws: ServiceError.self) { try services.driver.template(for: recipe) }
                #expect(error?.message.contains("\(bad):1: Redis refuses \"SET a\"") == true)
                #expect(containersOfOurs() == "")
            }
        }

        @Test func whatIsInTheIdentity() throws {
            try withServices { services in
                let images = try #require(TestContainers.images)
                var recipes = [ServicesRig.recipe(.redis)]
                recipes[0].image = images.redis
                for change: (inout ServiceRecipe) -> Void in [
                    { $0.image = images.postgres }, { $0.settings = [.init("maxmemory", "1mb")] },
                    { $0.environment = [.init("A", "1")] },
                    { $0.image = "x@sha256:" + String(repeating: "0", count: 64) },
                ] {
                    recipes.append(recipes[0])
                    change(&recipes[recipes.count - 1])
                }
                #expect(try Set(recipes.map { try services.driver.identity(of: $0) }).count == recipes.count)
                #expect(
                    try services.driver.identity(of: recipes[0])
                        == HostServices(services.place).identity(of: recipes[0]))
            }
        }

        @Test func aServerThatIsKilledIsRemoved() throws {
            try withServices { services in
                let plan = try services.start(
                    services.driver.template(for: Self.recipe(Self.listening + "sleep 1 while 1")))
                // As the reactor does it when a server does not end in time.
                kill(services.pid(of: plan), SIGKILL)
                services.driver.discard(plan)
                #expect(containersOfOurs() == "")
            }
        }

        @Test func itsEndIsTheInstancesEnd() throws {
            try withServices { services in
                let plan = try services.start(
                    services.driver.template(for: Self.recipe(Self.listening + "print \"enough\\n\"; exit 3")))
                let transcript = services.rig.end(of: services.tokens[plan.id]!)
                #expect(transcript.status == .exited(3))
                #expect(transcript.text.hasSuffix("enough\n"))
                services.driver.discard(plan)
                #expect(containersOfOurs() == "")
            }
        }

        @Test func aPlanThatIsNeverStartedLeavesNothing() throws {
            try withServices { services in
                let template = try services.driver.template(for: Self.recipe("sleep"))
                services.driver.discard(try services.driver.instance(of: template, name: "store"))
                _ = try services.driver.instance(of: template, name: "forgotten")
            }
        }

        @Test func aVolumeThatIsNotThere() throws {
            try withServices { services in
                var recipe = try Self.recipe("sleep")
                recipe.volumes = ["/nowhere/data:/data"]
                let error = #expect(throws: ServiceError.self) { try services.driver.template(for: recipe) }
                #expect(
                    error?.description == """
                        its volume /nowhere/data:/data cannot be mounted: there is no /nowhere/data
                          hint: `volumes` are HOST:CONTAINER, the former relative to the root
                        """)
            }
        }
    }
}

extension ServicesRig {
    /// Waits for the server that everybody reaches: the first one that is ready makes the cluster.
    fileprivate func waitForTheSecond(_ plan: InstancePlan) throws {
        while log(of: plan).ranges(of: "ready to accept connections").count < 2 {
            rig.note(rig.reactor.next(until: nil))
            if let token = tokens[plan.id], rig.order.contains(token) { throw RigError("it ended:\n" + log(of: plan)) }
        }
    }
}

/// Containers of this process that are there.
private func containersOfOurs() -> String {
    let filter = "label=\(ContainerOwner.label)=\(ContainerOwner.current.text)"
    return TestContainers.shell("podman ps --all --filter \(filter) --format '{{.Names}}'").text
}
