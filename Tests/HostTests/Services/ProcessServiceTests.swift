// Any command as a service.

import Glibc
import Ports
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite struct ProcessServiceTests {
        private static func recipe(_ script: ServiceText) -> ServiceRecipe {
            var recipe = ServicesRig.recipe(.process)
            recipe.command = .script(script)
            recipe.environment = [
                ServiceRecipe.Variable("PATH", "/usr/local/bin:/usr/bin:/bin"),
                ServiceRecipe.Variable("WHERE", ServiceText([.own("host"), .literal(":"), .own("port")])),
            ]
            return recipe
        }

        /// The plainest server there is: it sets no option on its socket.
        @Test func itListensOnThePortItIsTold() throws {
            try withServices { services in
                let script = """
                    perl -MIO::Socket::INET -e '$| = 1; \
                    $s = IO::Socket::INET->new(LocalAddr => $ENV{WHERE}, Listen => 1) or die "no: $@"; \
                    print "ready to accept connections\\n"; $c = $s->accept; print $c "hello\\n"; close $c; sleep'
                    """
                let template = try services.driver.template(for: ProcessServiceTests.recipe(ServiceText(script)))
                let plan = try services.start(template)
                let other = try services.driver.instance(of: template, name: "other")
                #expect(other.address.port != plan.address.port)
                let port = plan.address.port ?? 0
                let answer = try services.client([
                    "perl", "-MIO::Socket::INET", "-e", "print IO::Socket::INET->new('127.0.0.1:\(port)')->getline",
                ])
                #expect(answer == "hello")
                #expect(plan.address.url == "http://127.0.0.1:\(port)")
                services.stop(plan)
            }
        }

        @Test func aFieldThatItDoesNotHave() throws {
            try withServices { services in
                let text = ServiceText([.literal("serve "), .own("password")])
                let template = try services.driver.template(for: ProcessServiceTests.recipe(text))
                let error = #expect(throws: ServiceError.self) {
                    try services.driver.instance(of: template, name: "store")
                }
                #expect(
                    error?.description == """
                        service "store": run names self.password, which a process does not have
                          hint: a process has self.host, self.port and self.url
                        """)
            }
        }

        @Test func identitiesSayWhatIsExecuted() throws {
            try withServices { services in
                let identities = try [
                    ServiceText("serve"), ServiceText([.literal("serve "), .own("port")]),
                    ServiceText([.literal("serve "), .own("url")]),
                ].map { try services.driver.identity(of: ProcessServiceTests.recipe($0)) }
                #expect(Set(identities).count == 3)
            }
        }
    }
}
