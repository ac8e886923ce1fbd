// `taskgraph services up`: servers in the foreground, and where they answer, until Ctrl-C.

import Broker
import Schedule
import Vocabulary

enum ServicesUp {
    static func run(_ invocation: Invocation, _ names: [String]) throws(CommandFailure) -> ExitCode {
        let catalogue = try ServiceCatalogue.load(invocation)
        var asked: [ServiceID] = []
        for name in names { asked.append(try catalogue.id(of: name)) }
        if asked.isEmpty { asked = catalogue.usual }
        let leases = ServiceLeases(asked, of: catalogue, invocation)
        defer { leases.end() }
        if invocation.verbosity > 0 { showLogs(of: leases.services, catalogue) }
        try leases.start()
        show(leases.granted.compactMap { $0 }, catalogue, isJSON: invocation.isJSON)
        while true {
            switch leases.services.next() {
            case .news(let news): try leases.take(news)
            case .interrupted: return .done
            case .readable, .exited: break
            }
        }
    }

    private static func show(_ services: [LeasedService], _ catalogue: ServiceCatalogue, isJSON: Bool) {
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
        var rest: [ServiceID: [UInt8]] = [:]
        services.logged = { service, bytes in
            var lines = (rest[service, default: []] + bytes).split(
                separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            rest[service] = lines.popLast().map(Array.init)
            for line in lines {
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
