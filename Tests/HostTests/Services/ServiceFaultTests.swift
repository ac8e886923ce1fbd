// What goes wrong with servers, each time with a message that says what to do, and nothing left behind.

import CLinux
import Glibc
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite struct ServiceFaultTests {
        @Test(arguments: [
            (
                ServiceRecipe.Driver.postgres,
                """
                service "store" needs PostgreSQL, which is not installed: there is no program "postgres" in PATH or \
                /nowhere/postgresql/*/bin
                  hint: on Debian and Ubuntu: apt-get install postgresql
                """
            ),
            (
                .redis,
                """
                service "store" needs Redis, which is not installed: there is no program "redis-server" or \
                "valkey-server" in PATH
                  hint: on Debian and Ubuntu: apt-get install redis-server
                """
            ),
        ])
        func missingServers(driver: ServiceRecipe.Driver, message: String) {
            withTemporaryDirectory { directory in
                let place = ServicePlace(
                    cache: directory, runs: [directory], path: "/nowhere", installations: "/nowhere/postgresql")
                let error = #expect(throws: ServiceError.self) {
                    try HostServices(place).identity(of: ServicesRig.recipe(driver))
                }
                #expect(error?.description == message)
            }
        }

        @Test func aVersionThatIsNotThere() throws {
            try withServices { services in
                var recipe = ServicesRig.recipe(.postgres)
                recipe.version = "9.1"
                let error = #expect(throws: ServiceError.self) { try services.driver.identity(of: recipe) }
                let found = try services.driver.template(for: ServicesRig.recipe(.postgres))
                #expect(
                    error?.description == """
                        service "store" needs PostgreSQL 9.1, which is not installed: \(found.program) is \(found.version)
                          hint: on Debian and Ubuntu: apt-get install postgresql-9
                        """)
                recipe.version = String(PostgresPrograms(postgres: "", version: found.version).major)
                #expect(try services.driver.identity(of: recipe) == found.identity)
            }
        }

        @Test(arguments: [
            ("port", "5433", "the setting \"port\" is not yours to choose: each instance has its own"),
            ("no such", "1", "\"no such: 1\" is no setting of PostgreSQL"),
            ("fsync", "on\noff", "\"fsync: on\noff\" is no setting of PostgreSQL"),
        ])
        func settingsThatCannotBe(name: String, value: String, message: String) throws {
            try withServices { services in
                let recipe = ServicesRig.recipe(.postgres, settings: [(name, value)])
                let error = #expect(throws: ServiceError.self) { try services.driver.template(for: recipe) }
                #expect(error?.message == "service \"store\": \(message)")
            }
        }

        @Test func aSettingThatTheServerRefuses() throws {
            try withServices { services in
                let recipe = ServicesRig.recipe(.postgres, settings: [("no_such", "1")])
                let error = #expect(throws: ServiceError.self) { try services.driver.template(for: recipe) }
                #expect(error?.message.contains("unrecognized configuration parameter \"no_such\"") == true)
                #expect(
                    error?.message.hasPrefix("service \"store\": its server ended while the template was built") == true
                )
            }
        }

        @Test func aSetupFileThatFails() throws {
            try withServices { services in
                let file = try services.write("bad.sql", "SELECT 1;\nCREATE TABEL x;\n")
                let error = #expect(throws: ServiceError.self) {
                    try services.driver.template(for: ServicesRig.recipe(.postgres, setup: [file]))
                }
                let message = error?.message ?? ""
                #expect(
                    message.hasPrefix("service \"store\": its setup file \(file) could not be applied (exit status 3)"))
                #expect(message.contains("\(file):2: ERROR:  syntax error at or near \"TABEL\""))
                #expect(keptTemplates(in: services.rig.directory + "/cache") == [])
            }
        }

        @Test(arguments: ["changed", "shorter", "without record", "empty"])
        func aDamagedTemplateIsBuiltAgain(damage: String) throws {
            try withServices { services in
                let seed = try services.write("seed.redis", "SET a 1")
                let recipe = ServicesRig.recipe(.redis, setup: [seed])
                let template = try services.driver.template(for: recipe)
                let content = template.directory ?? ""
                let home = Staging.parent(of: content)
                let file = content + "/dump.rdb"
                let script = [
                    "changed": "printf x | dd of=\(file) conv=notrunc seek=20 bs=1 status=none",
                    "shorter": "truncate -s 20 \(file)", "without record": "rm \(home)/record",
                    "empty": "rm -r \(home)/*",
                ]
                _ = try services.client(["sh", "-c", script[damage] ?? ""])
                let again = try HostServices(services.place).template(for: recipe)
                let reasons = [
                    "changed": "its content was changed", "shorter": "its content was changed",
                    "without record": "it has no record", "empty": "it has no record",
                ]
                let note = "the template in \(home) was damaged (\(reasons[damage] ?? "")) and has been built again"
                #expect(again.notes == [note])
                #expect(again.directory == content)
                let plan = try services.start(again)
                #expect(try services.askRedis(plan, "GET", "a") == "1")
                services.stop(plan)
            }
        }

        @Test func touchingATemplateIsNoDamage() throws {
            try withServices { services in
                let recipe = ServicesRig.recipe(.postgres)
                let template = try services.driver.template(for: recipe)
                _ = try services.client(["touch", (template.directory ?? "") + "/PG_VERSION"])
                #expect(try HostServices(services.place).template(for: recipe) == template)
            }
        }

        @Test func aPortThatIsTaken() throws {
            try withServices { services in
                var port: UInt16 = 0
                guard let taken = Descriptor(tg_reserve_port(&port)), listen(taken.number, 1) == 0 else { return }
                var recipe = ServicesRig.recipe(.redis)
                recipe.port = port
                let template = try services.driver.template(for: recipe)
                let error = #expect(throws: ServiceError.self) {
                    try services.driver.instance(of: template, name: "store")
                }
                let name = (try? DiskFiles().bytes("/proc/self/comm")).map {
                    String(decoding: $0.dropLast(), as: UTF8.self)
                }
                #expect(
                    error?.description == """
                        service "store" cannot have port \(port) of 127.0.0.1: it is taken: \(name ?? "") (process \
                        \(getpid())) listens there
                          hint: stop that program, or remove `port`: then the service gets one that is free
                        """)
            }
        }

        @Test(.enabled(if: geteuid() == 0 && system("unshare -m true") == 0))
        func aDiskThatIsFullBeforeTheTemplateIsBuilt() throws {
            try withTemporaryDirectory { directory in
                chmod(directory, 0o755)
                let small = directory + "/small"
                #expect(mkdir(small, 0o755) == 0 && system("mount -t tmpfs -o size=72m,mode=755 none \(small)") == 0)
                defer { system("umount -l \(small)") }
                let seed = directory + "/seed.sql"
                let text = "CREATE TABLE big AS SELECT * FROM generate_series(1, 3000000)"
                try DiskFiles().write(Array(text.utf8), to: seed, mode: 0o644)
                let place = ServicePlace(
                    cache: directory + "/cache", runs: [small], launcher: [ViewRig.command, "__service"])
                let error = #expect(throws: ServiceError.self) {
                    try HostServices(place).template(for: ServicesRig.recipe(.postgres, setup: [seed]))
                }
                let message = error?.message ?? ""
                #expect(message.hasPrefix("service \"store\": its setup file \(seed) could not be applied"))
                #expect(message.contains("No space left on device"))
                #expect(error?.hint?.hasPrefix("make room where \(small)/taskgraph-\(geteuid())/") == true)
                #expect(DirectoryNames.list(small) == [])
                #expect(keptTemplates(in: directory + "/cache") == [])
            }
        }

        @Test func aFullDiskEndsTheStatementAndNotTheMachine() throws {
            try withServices(dataLimit: 12 << 20) { services in
                let plan = try services.start(services.driver.template(for: ServicesRig.recipe(.postgres)))
                let answer = try services.ask(plan, "CREATE TABLE big AS SELECT * FROM generate_series(1, 1000000)")
                #expect(answer.contains("No space left on device"))
                services.stop(plan)
            }
        }
    }
}
