// What a service is, as a digest: its users' keys contain it. Starts nothing.

import Fingerprint
import Graph
import Ports
import Vocabulary

extension Worker {
    /// The identity of a service stands for its result: what it is made of, what it needs, what the driver knows of it.
    func examine(_ node: ServiceNode, _ task: TaskDefinition, _ situation: Situation) throws(WorkFailure) -> Examination
    {
        guard let drivers = ports.services else { throw WorkFailure("services cannot be run here") }
        let keyed: TaskDefinition
        do throws(ServiceError) {
            keyed = task.keyed(by: [node.identityText, try drivers.identity(of: node.recipe).description])
        } catch {
            throw WorkFailure(error.text(about: node.recipe.name))
        }
        var examination = Examination(finding: .run(.neverRan, conditionsHold: false))
        let facts = try facts(of: keyed, situation, &examination)
        let key = KeyListing(of: keyed, facts: facts, root: root, platform: options.platform).key
        examination.inputs = []
        examination.finding = .done(TaskResult(content: key))
        return examination
    }
}
