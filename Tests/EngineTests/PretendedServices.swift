// Services of an engine on pretended processes: each is a script of the rig. Starts nothing.

import Hashing
import Ports
import Vocabulary

/// A driver whose instances answer at once, or never.
struct PretendedServices: ServiceDriving {
    static let password = "open-sesame"
    static let grace: UInt64 = 7_000_000_000

    var isReady = true
    var killsUnready = true

    func identity(of recipe: ServiceRecipe) throws(ServiceError) -> Digest { Digest(of: recipe.name) }

    func template(for recipe: ServiceRecipe) throws(ServiceError) -> ServiceTemplate {
        ServiceTemplate(recipe: recipe, identity: try identity(of: recipe))
    }

    func instance(of template: ServiceTemplate, name: String) throws(ServiceError) -> InstancePlan {
        guard case .script(let script)? = template.recipe.command else { throw ServiceError("no script") }
        return InstancePlan(
            id: name,
            request: ProcessRequest(
                arguments: ["/bin/sh", "-eu", "-c", script.written], environment: [], directory: "/project"),
            address: ServiceAddress(scheme: "http", port: 1, password: PretendedServices.password),
            stop: StopPlan(signal: 15, grace: PretendedServices.grace, killsUnready: killsUnready), directory: nil,
            template: template)
    }

    func database(_ name: String, on instance: InstancePlan) throws(ServiceError) -> ServiceAddress { instance.address }
    func discard(_ instance: InstancePlan) {}
}

/// Probes that succeed at once, or never.
final class PretendedProber: Probing {
    private let isReady: Bool
    private var waiting: [ProbeID] = []
    private var last: UInt32 = 0

    init(isReady: Bool) {
        self.isReady = isReady
    }

    let descriptor: Int32 = -1
    var nextDeadline: UInt64? { isReady && !waiting.isEmpty ? 0 : nil }

    func add(_ spec: ProbeSpec, at address: ProbeAddress, for purpose: ProbePurpose, now: UInt64) -> ProbeID {
        last += 1
        waiting.append(ProbeID(last))
        return ProbeID(last)
    }

    func remove(_ id: ProbeID) { waiting.removeAll { $0 == id } }
    func tell(_ id: ProbeID, _ news: ProbeNews) {}

    func turn(now: UInt64) -> [ProbeOutcome] {
        guard isReady else { return [] }
        defer { waiting = [] }
        return waiting.map { .ready($0, after: 0) }
    }
}
