// Servers where namespaces and mounts are forbidden, as in most containers.

import Glibc
import Ports
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    /// Root without the right to mount may not make a namespace either.
    @Suite(.enabled(if: geteuid() == 0)) struct ServiceFallbackTests {
        static let confined = ["/usr/bin/setpriv", "--bounding-set=-sys_admin", "--"]

        @Test func instancesAreCopies() throws {
            try withServices(launcher: ServiceFallbackTests.confined) { services in
                let seed = try services.write("seed.sql", "CREATE TABLE a AS SELECT 7 AS b")
                let template = try services.driver.template(for: ServicesRig.recipe(.postgres, setup: [seed]))
                let one = try services.start(template)
                let two = try services.start(template)
                // In a mount the data would not be seen from here.
                #expect(DirectoryNames.list((one.directory ?? "") + "/data").contains("PG_VERSION"))
                _ = try services.ask(one, "UPDATE a SET b = 8")
                #expect(try services.ask(one, "SELECT b FROM a") == "8")
                #expect(try services.ask(two, "SELECT b FROM a") == "7")
                services.stop(one)
                // Killed, it leaves a segment of shared memory: discarding removes that too.
                kill(services.pid(of: two), SIGKILL)
                if let token = services.tokens[two.id] { _ = services.rig.end(of: token) }
                services.driver.discard(two)
            }
        }
    }
}
