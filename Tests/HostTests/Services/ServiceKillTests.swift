// Whatever is killed, nothing is left: the program dies in a process of its own, and the test looks.

import Glibc
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite struct ServiceKillTests {
        @Test func aKilledRunLeavesNothing() async throws {
            let memory = abandonedMemory()
            await withTemporaryDirectory { directory in
                await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory as String] in
                    let rig = ReactorRig(directory: directory, workers: 2, leftoverGrace: 1)
                    let services = ServicesRig(rig)
                    for driver in [ServiceRecipe.Driver.postgres, .redis] {
                        let template = try services.driver.template(for: ServicesRig.recipe(driver))
                        for _ in 0..<2 { _ = try services.start(template) }
                    }
                    kill(getpid(), SIGKILL)
                }
                waitUntil { processes(mentioning: directory) == [] && leftovers(in: directory) == [] }
                #expect(processes(mentioning: directory) == [])
                #expect(leftovers(in: directory) == [])
                #expect(access("\(directory)/taskgraph-\(geteuid())", F_OK) != 0)
                #expect(abandonedMemory().subtracting(memory) == [])
            }
        }

        @Test func whatASweeperCouldNotClearTheNextRunClears() async throws {
            try await withTemporaryDirectory { directory in
                await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory as String] in
                    let rig = ReactorRig(directory: directory, workers: 2, leftoverGrace: 1)
                    let services = ServicesRig(rig)
                    _ = try services.start(services.driver.template(for: ServicesRig.recipe(.redis)))
                    system("pkill -KILL -f '__service -s \(directory)'")
                    kill(getpid(), SIGKILL)
                }
                waitUntil { processes(mentioning: directory) == [] }
                #expect(leftovers(in: directory).count == 1)
                let place = ServicePlace(
                    cache: directory + "/cache", runs: [directory], launcher: [ViewRig.command, "__service"])
                let next = HostServices(place)
                _ = try next.template(for: ServicesRig.recipe(.redis))
                #expect(leftovers(in: directory).count == 1)
                #expect(leftovers(in: directory).allSatisfy { $0.contains("/\(getpid())-") })
            }
        }

        @Test func killedWhileBuilding() async throws {
            await withTemporaryDirectory { directory in
                await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory as String] in
                    chmod(directory, 0o755)
                    let place = ServicePlace(
                        cache: directory + "/cache", runs: [directory], launcher: [ViewRig.command, "__service"])
                    let services = HostServices(place)
                    let slow = directory + "/slow.sql"
                    let text = "\\! touch \(directory)/building\nSELECT pg_sleep(60);"
                    try DiskFiles().write(Array(text.utf8), to: slow, mode: 0o644)
                    async let template = services.template(for: ServicesRig.recipe(.postgres, setup: [slow]))
                    waitUntil { access(directory + "/building", F_OK) == 0 }
                    kill(getpid(), SIGKILL)
                    _ = try await template
                }
                waitUntil { processes(mentioning: directory) == [] && leftovers(in: directory) == [] }
                #expect(processes(mentioning: directory) == [])
                #expect(leftovers(in: directory) == [])
            }
        }

        @Test func twoBuildersMakeOneTemplate() async throws {
            try await withTemporaryDirectory { directory in
                chmod(directory, 0o755)
                let place = ServicePlace(
                    cache: directory + "/cache", runs: [directory], launcher: [ViewRig.command, "__service"])
                async let one = HostServices(place).template(for: ServicesRig.recipe(.postgres))
                async let two = HostServices(place).template(for: ServicesRig.recipe(.postgres))
                let (first, second) = try await (one, two)
                // Each building has a password of its own.
                #expect(first == second)
            }
        }
    }
}

/// Waits for a condition that nothing announces; gives up after half a minute.
private func waitUntil(_ condition: () -> Bool) {
    let deadline = Machine.monotonicTime + 30_000_000_000
    while !condition(), Machine.monotonicTime < deadline { usleep(5000) }
}
