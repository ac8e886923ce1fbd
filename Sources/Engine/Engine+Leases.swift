// Services that a task's processes lease while they run (docs/leases.md): the task's socket, and how long spares are kept.
// What is said on the socket is the room Broker's.

import Broker
import Graph
import Ports
import Schedule
import Vocabulary

extension Engine {
    /// Opens a socket for a task that uses services of scope `module`.
    /// - Returns: why it cannot be opened.
    func openOffice(of task: ActiveTask) -> String? {
        guard let services else { return nil }
        let offers = task.definition.uses.compactMap { name in
            services.ids[name].flatMap { id in
                services.offered.contains(id)
                    ? LeaseOffer(name, services.keeper.services[id.index].recipe.driver, id) : nil
            }
        }
        guard !offers.isEmpty else { return nil }
        guard let makeServer = ports.makeLeaseServer else { return "services cannot be leased here" }
        do throws(ServiceError) {
            let server = try makeServer()
            services.lastOffice += 1
            services.offices[services.lastOffice] = LeaseOffice(
                number: services.lastOffice, offers: offers, server: server, keeper: services.keeper, reactor: reactor,
                owner: task.definition.name)
            task.office = services.lastOffice
            return nil
        } catch {
            return error.description
        }
    }

    /// The path of its socket, if it has one.
    func leasePath(of task: ActiveTask) -> String? { office(of: task)?.path }

    /// The task whose office has this number.
    func task(of office: UInt32) -> ActiveTask? { active.values.first { $0.office == office } }

    private func office(of task: ActiveTask) -> LeaseOffice<Machinery>? {
        task.office.flatMap { services?.offices[$0] }
    }

    /// The task's processes are gone, and with them who leased.
    func closeOffice(of task: ActiveTask) {
        guard let office = office(of: task) else { return }
        task.office = nil
        take(office.close())
        services?.offices[office.number] = nil
    }

    // MARK: Spares

    /// Nobody knows how often a task will lease; so spares are kept as long as there is one that may.
    func expectLeases(of id: TaskID) {
        for service in offered(to: id) {
            if services?.clients[service]?.isEmpty ?? true { expect(.max, of: service) }
            services?.clients[service, default: []].insert(id)
        }
    }

    func expectNoLeases(of id: TaskID) {
        for service in offered(to: id) {
            guard services?.clients[service]?.remove(id) != nil, services?.clients[service]?.isEmpty ?? true else {
                continue
            }
            expect(0, of: service)
        }
    }

    private func expect(_ leases: Int, of service: ServiceID) {
        if let news = services?.keeper.expect(leases, of: service, sharing: "") { take(news) }
    }

    private func offered(to id: TaskID) -> [ServiceID] {
        guard let services else { return [] }
        return definitions[id.index].uses.compactMap { services.ids[$0] }.filter { services.offered.contains($0) }
    }
}

extension Preparation {
    /// With the path of the task's socket. No key contains it: it says where things are, not what they are.
    mutating func add(leases path: String?) {
        guard let path else { return }
        environment.removeAll { $0.hasPrefix("TASKGRAPH_LEASES=") }
        environment.append("TASKGRAPH_LEASES=\(path)")
        environment.sort { $0.utf8Precedes($1) }
    }
}
