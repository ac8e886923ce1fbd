// The loop around services that no run has: `broker` and `services`. Does not know what they are used for.

import Broker
import Engine
import Host
import Ports
import Report
import Schedule
import Vocabulary

/// Something the loop waited for.
enum StandingEvent {
    /// What became of leases.
    case news([LeaseNews])
    /// A descriptor that the command watches.
    case readable(SourceToken)
    /// A process that the command started has ended.
    case exited(ProcessToken, ExitStatus)
    /// SIGINT, SIGTERM or SIGHUP.
    case interrupted(Int32)
}

/// Starts, probes and ends services. When it is let go of, nothing of them is left; the same holds when the program is
/// killed.
final class StandingServices {
    static let probes = SourceToken(0)

    let reactor: LinuxReactor<ServiceMessage>
    let keeper: ServiceKeeper<LinuxReactor<ServiceMessage>>
    let drivers: HostServices
    private let tokens: Tokens

    init(_ services: [KeptService], cache: String, _ invocation: Invocation) {
        let environment = Project.environment
        // Before any thread is started: it takes the program's signals.
        let reactor = LinuxReactor<ServiceMessage>(guarding: Session.guarding(environment, invocation))
        let prober = Prober()
        let tokens = Tokens()
        self.reactor = reactor
        self.tokens = tokens
        drivers = HostServices(ServicePlace(cache: cache, path: environment["PATH"])) { Output.error($0 + "\n") }
        keeper = ServiceKeeper(
            services, drivers: drivers, prober: prober, reactor: reactor,
            surroundings: surroundings(of: environment), message: { $0 },
            nextToken: { tokens.next() }, explain: \.text)
        reactor.watch(prober.descriptor, as: Self.probes)
    }

    func nextToken() -> ProcessToken { tokens.next() }

    func next() -> StandingEvent {
        switch reactor.next(until: keeper.nextDeadline) {
        case .message(let message): return .news(keeper.handle(message))
        case .readable(Self.probes), .deadline: return .news(keeper.turn())
        case .readable(let source): return .readable(source)
        case .output(let token, let bytes):
            return .news(keeper.output(bytes, of: token))
        case .exited(let token, let status, _):
            guard keeper.owns(token) else { return .exited(token, status) }
            return .news(keeper.exited(token, status))
        case .interrupted(let signal): return .interrupted(signal)
        }
    }

    /// Stops everything and waits until nothing is left.
    func close() {
        _ = keeper.close()
        while !keeper.isIdle { _ = next() }
    }
}

private final class Tokens {
    private var last: UInt32 = 0

    func next() -> ProcessToken {
        last += 1
        return ProcessToken(last)
    }
}
