// The services that can be used outside of a run: the project's, and two that every machine with the servers has. Starts
// none.

import Broker
import Graph
import Host
import Ports
import Schedule
import Vocabulary

/// What `broker` and `services` choose from.
struct ServiceCatalogue {
    struct Entry {
        let recipe: ServiceRecipe
        let environment: [ServiceRecipe.Variable]
        let ready: ProbeSpec?
        let live: ProbeSpec?
        let uses: [String]
        let isPrivate: Bool
        /// As in the YAML; nil: no project says anything about it.
        let scope: ServiceNode.Scope?

        var name: String { recipe.name }
    }

    let entries: [Entry]
    /// Absolute path of the directory that templates are kept in.
    let cache: String
    /// Absolute path of the directory that says which services stand, and has the logs of those that ended.
    let records: String

    var register: ServiceRegister { ServiceRegister(directory: records) }

    static func load(_ invocation: Invocation) throws(CommandFailure) -> ServiceCatalogue {
        let hasProject = invocation.file != nil || (try? Project.rootFile(invocation)) != nil
        let project = hasProject ? try Project.load(invocation) : nil
        let own = project.map { project in
            project.graph.ids.compactMap { id in
                if case .service(let node) = project.graph[id].kind { Entry(node) } else { nil }
            }
        }
        let names = Set((own ?? []).map(\.name))
        return ServiceCatalogue(
            entries: (own ?? []) + Entry.everywhere.filter { !names.contains($0.name) },
            cache: try cache(project), records: try records(invocation))
    }

    /// What is leased by default: the project's services of scope `module`; if it has none, those of every machine.
    var leasable: [ServiceID] {
        let ids = entries.indices.map { ServiceID($0) }
        let own = ids.filter { entries[$0.index].scope == .module }
        return own.isEmpty ? ids.filter { entries[$0.index].scope == nil } : own
    }

    func id(of name: String) throws(CommandFailure) -> ServiceID {
        if let index = entries.firstIndex(where: { $0.name == name }) { return ServiceID(index) }
        let names = entries.map(\.name)
        let near = suggestion(for: name, among: names).map { "did you mean \"\($0)\"?" }
        throw CommandFailure(
            .usage,
            "taskgraph: there is no service \"\(name)\"\n"
                + "  hint: \(near ?? "there are " + names.joined(separator: ", "))\n")
    }

    /// For a broker.
    /// - Parameters:
    ///   - leased: every lease of these gets an instance of its own, whatever their scope.
    ///   - spares: most instances of each that wait for leases.
    func kept(leasing leased: [ServiceID], spares: Int) -> [KeptService] {
        entries.enumerated().map { index, entry in
            let isLeased = leased.contains(ServiceID(index))
            return kept(entry, isPrivate: isLeased || entry.isPrivate, spares: isLeased ? spares : 0)
        }
    }

    /// For one user: what services use is what the user sees.
    var shared: [KeptService] { entries.map { kept($0, isPrivate: false, spares: 0) } }

    private func kept(_ entry: Entry, isPrivate: Bool, spares: Int) -> KeptService {
        let uses = entry.uses.compactMap { name in
            entries.firstIndex { $0.name == name }.map { ServiceID($0) }
        }
        return KeptService(
            recipe: entry.recipe, environment: entry.environment, ready: entry.ready, live: entry.live,
            traits: ServiceTraits(isPrivate: isPrivate, uses: uses, mostSpares: spares))
    }

    /// Whether a service uses another, or uses one that does.
    func uses(_ id: ServiceID, _ name: String) -> Bool {
        entries[id.index].uses.contains { used in
            used == name || entries.firstIndex { $0.name == used }.map { uses(ServiceID($0), name) } ?? false
        }
    }

    /// Of the project, whatever its YAML says; without a project of the user.
    static func records(_ invocation: Invocation) throws(CommandFailure) -> String {
        guard invocation.file != nil || (try? Project.rootFile(invocation)) != nil else {
            return try cache(nil) + "/standing"
        }
        let root = parentDirectory(of: try Project.rootFile(invocation))
        do throws(FileError) { return try StateDirectory(beside: root).path + "/services" } catch {
            throw CommandFailure(
                .machine,
                "taskgraph: the state directory cannot be used: \(error)\n  hint: make \(root)/.taskgraph writable\n")
        }
    }

    /// The project's cache; without a project the user's.
    private static func cache(_ project: Project?) throws(CommandFailure) -> String {
        let environment = Project.environment
        if let project { return Session.cachePath(environment, root: project.root) }
        func named(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        if let path = named("TASKGRAPH_CACHE") { return path }
        if let path = named("XDG_CACHE_HOME") { return path + "/taskgraph" }
        if let path = named("HOME") { return path + "/.cache/taskgraph" }
        throw CommandFailure(
            .machine,
            "taskgraph: there is no place for templates of services: HOME is not set\n"
                + "  hint: TASKGRAPH_CACHE names a directory\n")
    }
}

extension ServiceCatalogue.Entry {
    init(_ node: ServiceNode) {
        recipe = node.recipe
        environment = node.environment
        ready = node.ready
        live = node.live
        uses = node.uses
        isPrivate = node.isPrivate
        scope = node.scope
    }

    /// The server that is installed, with the driver's own settings.
    private init(_ driver: ServiceRecipe.Driver, variable: String) {
        recipe = ServiceRecipe(name: driver.rawValue, driver: driver)
        environment = [ServiceRecipe.Variable(variable, ServiceText([.own("url")]))]
        ready = nil
        live = nil
        uses = []
        isPrivate = true
        scope = nil
    }

    static var everywhere: [Self] { [Self(.postgres, variable: "DATABASE_URL"), Self(.redis, variable: "REDIS_URL")] }
}
