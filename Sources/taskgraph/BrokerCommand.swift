// `taskgraph broker [SERVICE…]`: leases services to test runners that no run has started (docs/leases.md), until standard
// input ends.

import Broker
import Host
import Ports
import Schedule
import Vocabulary

final class BrokerCommand {
    private static let input = SourceToken(.max)

    private let services: StandingServices
    private let office: LeaseOffice<LinuxReactor<ServiceMessage>>

    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        guard Machine.canWait(for: 0) else {
            throw CommandFailure(
                .usage,
                "taskgraph: the broker lives until its standard input ends, and that is no pipe and no terminal\n"
                    + "  hint: start it with a pipe as standard input, and close that\n")
        }
        let catalogue = try ServiceCatalogue.load(invocation)
        var offered: [ServiceID] = []
        for name in invocation.operands { offered.append(try catalogue.id(of: name)) }
        if offered.isEmpty { offered = catalogue.leasable }
        let broker = try BrokerCommand(catalogue, offered, invocation)
        return try broker.serve()
    }

    private init(_ catalogue: ServiceCatalogue, _ offered: [ServiceID], _ invocation: Invocation) throws(CommandFailure)
    {
        let slots = JobBudget(invocation, Project.environment).slots
        let spares = ServiceTraits.sparesOfEach(of: offered.count, slots: slots, memory: SpareMemory.instances)
        services = StandingServices(
            catalogue.kept(leasing: offered, spares: spares), cache: catalogue.cache, invocation)
        let offers = offered.map { id in
            LeaseOffer(catalogue.entries[id.index].name, catalogue.entries[id.index].recipe.driver, id)
        }
        let logs = ServiceLogFiles(directory: catalogue.records)
        services.keeper.ended = { logs.keep($0) }
        do throws(ServiceError) {
            office = LeaseOffice(
                number: 1, offers: offers, server: try services.drivers.leaseServer(), keeper: services.keeper,
                reactor: services.reactor)
        } catch {
            throw CommandFailure(.machine, "taskgraph: \(error)\n")
        }
    }

    private func serve() throws(CommandFailure) -> ExitCode {
        services.reactor.watch(0, as: Self.input)
        Output.write(JSON.object([("socket", .string(office.path))]).bytes + [UInt8(ascii: "\n")])
        var signal: Int32?
        var isOver = false
        while !isOver {
            switch services.next() {
            case .news(let news): take(news)
            case .readable(Self.input): isOver = Machine.discardInput(0)
            case .readable: take(office.turn())
            case .interrupted(let number):
                signal = number
                isOver = true
            case .exited: break
            }
        }
        take(office.close())
        services.close()
        if let signal { throw CommandFailure(signal: signal) }
        return .done
    }

    private func take(_ news: [LeaseNews]) {
        for item in news {
            if item.office != nil { take(office.take(item)) }
            if case .noted(let text) = item { Output.error("warning: \(text)\n") }
        }
    }
}
