// `taskgraph services up`: servers, and where they answer; in the foreground until Ctrl-C, or in the background.

import Broker
import Host
import Ports
import Schedule
import Vocabulary

enum ServicesUp {
    static func run(_ invocation: Invocation, _ names: [String]) throws(CommandFailure) -> ExitCode {
        let catalogue = try ServiceCatalogue.load(invocation)
        var asked: [ServiceID] = []
        for name in names { asked.append(try catalogue.id(of: name)) }
        if asked.isEmpty { asked = catalogue.usual }
        if invocation.isDetached { return try detach(asked, catalogue, invocation) }
        let leases = ServiceLeases(asked, of: catalogue, invocation)
        defer { leases.end() }
        if invocation.verbosity > 0 { showLogs(of: leases.services, catalogue) }
        try leases.start()
        show(leases.granted.compactMap { $0 }, isJSON: invocation.isJSON)
        while true {
            switch leases.services.next() {
            case .news(let news): try leases.take(news)
            case .interrupted: return .done
            case .readable, .exited: break
            }
        }
    }

    /// Starts what does not stand yet in a process that goes on, and says where all of it answers.
    private static func detach(
        _ asked: [ServiceID], _ catalogue: ServiceCatalogue, _ invocation: Invocation
    ) throws(CommandFailure) -> ExitCode {
        let register = catalogue.register
        let names = asked.map { catalogue.entries[$0.index].name }
        let missing = zip(asked, names).filter { LeasedService($1, in: register) == nil }.map(\.0)
        if !missing.isEmpty {
            switch Background.detach() {
            case .there(let voice): return hold(missing, catalogue, invocation, voice)
            case .here(let report):
                Output.error(report.errors)
                guard report.status == ExitCode.done.rawValue else { return .failed }
            case nil: throw CommandFailure(.machine, "taskgraph: the system makes no more processes\n")
            }
        }
        show(names.compactMap { LeasedService($0, in: register) }, isJSON: invocation.isJSON)
        return .done
    }

    private static func hold(
        _ asked: [ServiceID], _ catalogue: ServiceCatalogue, _ invocation: Invocation, _ voice: BackgroundVoice
    ) -> ExitCode {
        do throws(ServiceError) {
            try ServiceHold(asked, of: catalogue, invocation, voice).keep()
            return .done
        } catch {
            voice.error("taskgraph: \(error)\n")
            voice.finish(ExitCode.failed.rawValue)
            return .failed
        }
    }

    private static func show(_ services: [LeasedService], isJSON: Bool) {
        if isJSON {
            let items = services.map { JSON.object([("name", .string($0.name))] + $0.members) }
            Output.write(JSON.object([("services", .array(items))]).bytes + [UInt8(ascii: "\n")])
        } else {
            Output.print(services.map(lines).joined())
        }
    }

    /// The variables that its users get; without any the URL, under the service's name.
    private static func lines(_ service: LeasedService) -> String {
        guard service.environment.isEmpty else {
            return service.environment.map { "\($0.name)=\($0.value)\n" }.joined()
        }
        let name = String(service.name.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
        return "\(name)_URL=\(service.address.url)\n"
    }

    /// Every line with the service's name before it.
    private static func showLogs(of services: StandingServices, _ catalogue: ServiceCatalogue) {
        services.keeper.logged = { service, bytes in
            for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
                Output.error("\(catalogue.entries[service.index].name) | \(String(decoding: line, as: UTF8.self))\n")
            }
        }
    }
}

extension ServiceCatalogue {
    /// What is started when nothing is named: the project's; if it has none, those of every machine.
    fileprivate var usual: [ServiceID] {
        let ids = entries.indices.map { ServiceID($0) }
        let own = ids.filter { entries[$0.index].scope != nil }
        return own.isEmpty ? ids : own
    }
}
