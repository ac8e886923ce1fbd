// PostgreSQL instances as users see them.

import Glibc
import Ports
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite struct PostgresServiceTests {
        @Test func instancesOfOneTemplateHaveTheirOwnData() throws {
            try withServices { services in
                let schema = try services.write(
                    "schema.sql", "CREATE TABLE item (name text);\nINSERT INTO item VALUES ('given');")
                let recipe = ServicesRig.recipe(.postgres, settings: [("work_mem", "3MB")], setup: [schema])
                let template = try services.driver.template(for: recipe)
                let one = try services.start(template)
                let two = try services.start(template)

                #expect(try services.ask(one, "INSERT INTO item VALUES ('one')") == "INSERT 0 1")
                #expect(try services.ask(one, "SELECT name FROM item") == "given\none")
                #expect(try services.askLocally(two, "SELECT name FROM item") == "given")
                #expect(try services.ask(two, "SHOW work_mem") == "3MB")
                #expect(try services.ask(two, "SHOW listen_addresses") == "127.0.0.1")
                #expect(try services.ask(two, "SHOW lc_collate") == "C.UTF-8")
                #expect(one.address.port != two.address.port)

                services.stop(one)
                services.stop(two)
                #expect(DirectoryNames.list(one.directory ?? "") == [])
            }
        }

        @Test func theTemplateIsBuiltOnceAndItsIdentitySaysWhatIsInIt() throws {
            try withServices { services in
                let seed = try services.write("seed.sql", "CREATE TABLE a (b int)")
                let recipe = ServicesRig.recipe(.postgres, setup: [seed])
                let first = try services.driver.template(for: recipe)
                #expect(first.identity == (try services.driver.identity(of: recipe)))
                let other = HostServices(services.place)
                let again = try other.template(for: recipe)
                #expect(again == first)
                _ = try services.write("seed.sql", "CREATE TABLE a (b text)")
                #expect(try services.driver.identity(of: recipe) != first.identity)
                var tuned = ServicesRig.recipe(.postgres, settings: [("jit", "on")], setup: [])
                let plain = try services.driver.identity(of: ServicesRig.recipe(.postgres))
                #expect(try services.driver.identity(of: tuned) != plain)
                tuned.name = "another"
                tuned.settings = []
                #expect(try services.driver.identity(of: tuned) == plain)
            }
        }

        /// A segment of the log is a megabyte, and so are the statistics when they are a file.
        @Test func whatAnInstanceBeginsWithIsSmall() throws {
            try withServices { services in
                let template = try services.driver.template(for: ServicesRig.recipe(.postgres))
                let logs = DirectoryNames.list((template.directory ?? "") + "/pg_wal").filter { $0.utf8.count == 24 }
                #expect(logs.count == 1)
                let plan = try services.start(template)
                let largest = "SELECT max((pg_stat_file('pg_dynshmem/' || f)).size) FROM pg_ls_dir('pg_dynshmem') AS f"
                let bytes = try #require(try Int(services.ask(plan, largest)))
                #expect(bytes < 1 << 16)
                services.stop(plan)
            }
        }

        /// Each connection would pay for hashes that protect a password of 142 random bits no better.
        @Test func connectionsCostNoStretchingOfThePassword() throws {
            try withServices { services in
                let plan = try services.start(services.driver.template(for: ServicesRig.recipe(.postgres)))
                let verifier = "SELECT split_part(rolpassword, ':', 1) FROM pg_authid WHERE rolname = 'postgres'"
                #expect(try services.ask(plan, verifier) == "SCRAM-SHA-256$1")
                let methods = "SELECT string_agg(DISTINCT auth_method, ' ') FROM pg_hba_file_rules"
                #expect(try services.ask(plan, methods) == "password")
                services.stop(plan)
            }
        }

        /// RFC 5802 with one iteration; the numbers are another implementation's (Python's hashlib and hmac).
        @Test func aVerifierIsWhatPostgreSQLExpects() {
            let verifier = PostgresVerifier(of: "pencil", salt: Array(0..<16))
            #expect(
                verifier.text == "SCRAM-SHA-256$1:AAECAwQFBgcICQoLDA0ODw==$ulPBEMD7pdxjBcsUkN1eHH+6PaNEw+VlbDgOlKfXVz0="
                    + ":FLxfly9TUma+46jkj8QyTfQMWRqeNyK1YOt6NKVPr/I=")
        }

        @Test func databasesAreClonedInARunningInstance() throws {
            try withServices { services in
                let seed = try services.write("seed.sql", "CREATE TABLE a AS SELECT 7 AS b")
                let plan = try services.start(
                    services.driver.template(for: ServicesRig.recipe(.postgres, setup: [seed])))
                let lease = try services.driver.database("lease_1", on: plan)
                #expect(lease.database == "lease_1")
                _ = try services.ask(plan, "UPDATE a SET b = 8", database: "lease_1")
                #expect(try services.ask(plan, "SELECT b FROM a", database: "lease_1") == "8")
                #expect(try services.ask(plan, "SELECT b FROM a") == "7")
                services.stop(plan)
            }
        }

        @Test func nobodyGetsInWithoutThePassword() throws {
            try withServices { services in
                let plan = try services.start(services.driver.template(for: ServicesRig.recipe(.postgres)))
                var stranger = plan.address
                stranger.password = "guess"
                let psql = Staging.parent(of: plan.template.program) + "/psql"
                let answer = try services.client([psql, "-X", "-w", stranger.url, "-c", "SELECT 1"])
                #expect(answer.contains("password authentication failed"))
                var status = stat()
                #expect(stat(plan.directory ?? "", &status) == 0 && status.st_mode & 0o777 == 0o700)
                if geteuid() == 0 {
                    #expect(status.st_uid != 0)
                    let own = try services.client([
                        "sh", "-c", "stat -c %u /proc/$(pgrep -n -f '^[^ ]*postgres -D \(plan.directory ?? "")')",
                    ])
                    #expect(own == "\(status.st_uid)")
                }
                services.stop(plan)
            }
        }
    }
}
