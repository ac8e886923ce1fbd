// Redis instances as users see them.

import Glibc
import Ports
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite struct RedisServiceTests {
        @Test func instancesAreApartAndKeepNothing() throws {
            try withServices { services in
                let template = try services.driver.template(
                    for: ServicesRig.recipe(.redis, settings: [("maxmemory", "10mb")]))
                let one = try services.start(template), two = try services.start(template)
                #expect(try services.askRedis(one, "SET", "a", "1") == "OK")
                #expect(try services.askRedis(one, "GET", "a") == "1")
                #expect(try services.askRedis(two, "GET", "a") == "")
                #expect(try services.askRedis(two, "CONFIG", "GET", "maxmemory") == "maxmemory\n10485760")
                #expect(try services.askRedis(two, "CONFIG", "GET", "bind") == "bind\n127.0.0.1")
                #expect(one.address.password != two.address.password)
                let refused = try services.client(["redis-cli", "-p", "\(two.address.port ?? 0)", "GET", "a"])
                #expect(refused.hasPrefix("NOAUTH"))
                let socket = two.address.socket ?? ""
                let local = try services.client([
                    "redis-cli", "--no-auth-warning", "-a", two.address.password ?? "", "-s", socket, "PING",
                ])
                #expect(local == "PONG")
                services.stop(one)
                services.stop(two)
                #expect(DirectoryNames.list(one.directory ?? "") == [])
            }
        }

        @Test func setupIsAppliedOnceAndEveryInstanceBeginsWithIt() throws {
            try withServices { services in
                let seed = try services.write("seed.redis", "# users\nSET user:1 \"Ada L\"\n\nRPUSH list a b\nLRANGE list 0 -1\n")
                let template = try services.driver.template(for: ServicesRig.recipe(.redis, setup: [seed]))
                for _ in 0..<2 {
                    let plan = try services.start(template)
                    #expect(try services.askRedis(plan, "GET", "user:1") == "Ada L")
                    #expect(try services.askRedis(plan, "RPOP", "list") == "b")
                    services.stop(plan)
                }
                let dump = (template.directory ?? "") + "/dump.rdb"
                try DiskFiles().write(try DiskFiles().bytes(dump), to: services.rig.directory + "/given.rdb", mode: 0o644)
                let recipe = ServicesRig.recipe(.redis, setup: [services.rig.directory + "/given.rdb"])
                let plan = try services.start(services.driver.template(for: recipe))
                #expect(try services.askRedis(plan, "GET", "user:1") == "Ada L")
                services.stop(plan)
            }
        }

        @Test func aRefusedCommandIsShownWithItsPlace() throws {
            try withServices { services in
                let seed = try services.write("seed.redis", "SET a b\nSETT a b\n")
                let error = #expect(throws: ServiceError.self) {
                    try services.driver.template(for: ServicesRig.recipe(.redis, setup: [seed]))
                }
                let text = "service \"store\": \(seed):2: Redis refuses \"SETT a b\": ERR unknown command 'SETT', "
                #expect(error?.message.hasPrefix(text) == true)
            }
        }
    }
}
