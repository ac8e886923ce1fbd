// What the end of a service means for the task that uses it, and how services are ended. On a pretended clock.

import Ports
import TestKit
import Testing
import Vocabulary

@testable import Engine

@Suite struct ServiceEndTests {
    private static let services = "services: {api: {driver: process, run: print I go; hang}}\n"

    /// The service dies while one thing or the other runs, or a moment after that failed because of it.
    @Test(arguments: [
        ("a: {uses: [api], ensure: [{run: hang}]}", 1), ("a: {uses: [api], run: hang}", 1),
        ("a: {uses: [api], ensure: [{run: exit 1}]}", 2), ("a: {uses: [api], run: exit 1}", 1),
        ("a: {uses: [api], run: nothing, ensure: [{run: hang}]}", 1),
        ("a: {uses: [api], run: write x y, ensure: [{exists: x}, {run: hang}]}", 2),
        ("a: {uses: [api], run: write x y, ensure: [{exists: x}, {run: exit 1}]}", 2),
    ])
    func aDeadServiceIsTheReason(plan: String, commands: Int) throws {
        let rig = Rig()
        rig.services = PretendedServices()
        rig.whenIdle = { reactor in
            let api = reactor.running { $0.arguments.last == "print I go; hang" }
            guard reactor.requests.count > commands, let api else { return }
            reactor.exit(api, .exited(3))
        }
        let run = try rig.run(Self.services + plan, ["a"])
        #expect(
            run.lines.last == """
                a: service "api" ended with exit code 3; the end of its log:
                  | I go
                """, "\(run.lines)")
        #expect(run.reactor.running == [])
    }

    @Test func aTaskThatFailsByItselfSaysSo() throws {
        let rig = Rig()
        rig.services = PretendedServices()
        #expect(try rig.run(Self.services + "a: {uses: [api], run: exit 4}", ["a"]).lines.last == "a: exits with 4")
        let run = try rig.run(
            Self.services + "a: {uses: [api], run: nothing, ensure: [{run: print no; exit 1}]}", ["a"])
        #expect(run.lines.last == "a: `print no; exit 1` exited with 1 | no")
    }

    @Test func aTaskThatIsInterruptedWhileTheNewsAreAwaitedIsCancelled() throws {
        let rig = Rig()
        rig.services = PretendedServices()
        rig.whenIdle = { reactor in
            if reactor.requests.count == 2, reactor.running.count == 1 { reactor.interrupt() }
        }
        let run = try rig.run(Self.services + "a: {uses: [api], run: exit 1}", ["a"])
        #expect(run.lines.last == "a: cancelled", "\(run.lines)")
        #expect(run.reactor.running == [])
    }

    @Test func passwordsAreMaskedInOutputAndLogsAndFindings() throws {
        let rig = Rig()
        rig.services = PretendedServices()
        let plan = "a: {uses: [api], run: 'print it is open-sesame; exit 1'}"
        let run = try rig.run(Self.services + plan, ["a"])
        #expect(run.output == "it is ***\n")
        #expect(run.logs["a"] == "it is ***\n")
        let condition = try rig.run(
            Self.services + "a: {uses: [api], run: nothing, ensure: [{run: print open-sesame it is; exit 1}]}", ["a"])
        #expect(condition.lines.last == "a: `print open-sesame it is; exit 1` exited with 1 | *** it is")
    }

    @Test func aServicesOwnLogDoesNotShowItsPassword() throws {
        let rig = Rig()
        rig.services = PretendedServices()
        rig.whenIdle = { reactor in
            guard reactor.requests.count == 2, let api = reactor.running({ $0.arguments.last != "hang" }) else {
                return
            }
            reactor.exit(api, .exited(3))
        }
        let run = try rig.run(
            "services: {api: {driver: process, run: print with open-sesame; hang}}\na: {uses: [api], run: hang}", ["a"])
        #expect(run.lines.last?.hasSuffix("\n  | with ***") == true, "\(run.lines)")
    }

    /// What is not ready has nothing to lose, unless its driver says otherwise; what is ready gets its time.
    @Test(arguments: [
        (false, true, UInt64(0)), (false, false, PretendedServices.grace), (true, true, PretendedServices.grace),
    ])
    func whatIsNotReadyIsKilled(isReady: Bool, killsUnready: Bool, grace: UInt64) throws {
        let rig = Rig()
        rig.services = PretendedServices(isReady: isReady, killsUnready: killsUnready)
        rig.whenIdle = { reactor in
            if reactor.requests.count == (isReady ? 2 : 1) { reactor.interrupt() }
        }
        let run = try rig.run(Self.services + "a: {uses: [api], run: hang}", ["a"])
        let api = run.reactor.traffic.compactMap { traffic in
            if case .spawned(let token, let request) = traffic, request.arguments.last != "hang" { token } else { nil }
        }
        let stops = run.reactor.traffic.compactMap { traffic in
            if case .stopped(let token, let grace) = traffic, api.contains(token) { grace } else { nil }
        }
        #expect(stops == [grace])
        #expect(run.lines.last == "a: cancelled", "\(run.lines)")
    }
}
