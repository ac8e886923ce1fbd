// `cache gc` and templates of services: what a process uses stays, what nobody used for long goes.

import Glibc
import Ports
import TestKit
import Testing
import Vocabulary

@testable import Host

extension ProcessTests {
    @Suite struct ServiceTemplateCollectionTests {
        @Test func aTemplateInUseStays() throws {
            try withServices { services in
                let seed = try services.write("seed.redis", "SET a 1")
                let template = try services.driver.template(for: ServicesRig.recipe(.redis, setup: [seed]))
                let cache = services.rig.directory + "/cache"
                let store = try ContentStore(directory: cache)
                #expect(store.stats().templates == 1)
                #expect(store.stats().templateBytes > 0)
                #expect(store.sizeOnDisk >= store.stats().templateBytes)
                #expect(try store.collect(CollectionLimits(maximumSize: 0)).templates == 0)
                let plan = try services.start(template)
                #expect(try services.askRedis(plan, "GET", "a") == "1")
                services.stop(plan)
                services.services = nil
                let result = try store.collect(CollectionLimits(maximumSize: 0))
                #expect(result.templates == 1 && result.records == 0)
                #expect(result.bytesBefore - result.bytesAfter > 0)
                #expect(keptTemplates(in: cache) == [])
                services.services = HostServices(services.place)
                #expect(try services.driver.template(for: ServicesRig.recipe(.redis, setup: [seed])) == template)
            }
        }

        @Test func theLongestUnusedGoes() throws {
            try withServices { services in
                let seeds = try ["a", "b", "c"].map { try services.write($0, "SET x \($0)") }
                let templates = try seeds.map {
                    try services.driver.template(for: ServicesRig.recipe(.redis, setup: [$0]))
                }
                services.services = nil
                let cache = services.rig.directory + "/cache"
                let store = try ContentStore(directory: cache)
                let day: UInt64 = 86_400_000_000_000
                for (days, template) in zip([40, 3, 20], templates) { age(template, by: UInt64(days) * day) }
                #expect(try store.collect(CollectionLimits(maximumAge: 30 * day)).templates == 1)
                #expect(keptTemplates(in: cache).sorted() == templates[1...].map(\.identity.hex).sorted())
                let size = store.stats().templateBytes
                #expect(try store.collect(CollectionLimits(maximumSize: size)).templates == 0)
                #expect(try store.collect(CollectionLimits(maximumSize: size - 1)).templates == 1)
                #expect(keptTemplates(in: cache) == [templates[1].identity.hex])
                // A use is noted.
                age(templates[1], by: 40 * day)
                _ = try HostServices(services.place).template(for: ServicesRig.recipe(.redis, setup: [seeds[1]]))
                #expect(try store.collect(CollectionLimits(maximumAge: 30 * day)).templates == 0)
            }
        }

        private func age(_ template: ServiceTemplate, by nanoseconds: UInt64) {
            let time = Machine.wallTime - nanoseconds
            let spec = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: 0)
            utimensat(AT_FDCWD, Staging.parent(of: template.directory ?? "") + "/record", [spec, spec], 0)
        }

        @Test func copiesGoWithTheirSnapshotOrWhenTheyAreOld() throws {
            try withTemporaryDirectory { directory in
                let state = StateDirectory(existing: directory)
                for name in ["kept", "old", "orphan"] {
                    for path in ["copies/\(name)/view/deep", "snapshots/\(name)"] where path != "snapshots/orphan" {
                        try makeDirectories("\(directory)/\(path)")
                    }
                    try DiskFiles().write([1, 2, 3], to: "\(directory)/copies/\(name)/index", mode: 0o644)
                }
                #expect(state.copiesSize == (3, 9))
                let past = timespec(tv_sec: time(nil) - 100, tv_nsec: 0)
                utimensat(AT_FDCWD, "\(directory)/copies/old/index", [past, past], 0)
                // A run goes on here.
                let lock = try RunLock.acquire(in: state) { _ in }
                #expect(state.collectCopies(maximumAge: 50_000_000_000) == 0)
                _ = consume lock
                #expect(state.collectCopies(maximumAge: nil) == 1)
                #expect(DirectoryNames.list(directory + "/copies").sorted() == ["kept", "old"])
                #expect(state.collectCopies(maximumAge: 50_000_000_000) == 1)
                #expect(DirectoryNames.list(directory + "/copies") == ["kept"])
            }
        }
    }
}
