// Any command as a service: it is told its port and is otherwise left alone.

internal import Glibc
internal import Ports
internal import Vocabulary

struct ProcessDriver: Sendable {
    /// Version and settings of whatever is executed are the business of `inputs`, which are not known here.
    func identity(of recipe: ServiceRecipe) throws(ServiceError) -> Digest {
        var identity = ServiceIdentity("process 1")
        switch recipe.command {
        case .script(let script): identity.add("script", script.written)
        case .arguments(let words): for word in words { identity.add("word", word.written) }
        case nil: break
        }
        for word in recipe.shell { identity.add("shell", word) }
        for variable in recipe.environment { identity.add("variable " + variable.name, variable.value.written) }
        return identity.digest
    }

    func template(for recipe: ServiceRecipe) throws(ServiceError) -> ServiceTemplate {
        ServiceTemplate(recipe: recipe, identity: try identity(of: recipe))
    }

    /// - Parameter port: reserved.
    func instance(of template: ServiceTemplate, port: UInt16) throws(ServiceError) -> InstancePlan {
        let recipe = template.recipe
        let address = ServiceAddress(scheme: "http", port: port)
        let arguments: [String]
        switch recipe.command {
        case .script(let script): arguments = recipe.shell + [try resolve(script, "run", recipe, address)]
        case .arguments(let words):
            arguments = try words.map { (word) throws(ServiceError) in try resolve(word, "run", recipe, address) }
        case nil: throw ServiceError("service \"\(recipe.name)\" has no `run`", hint: "say what it executes")
        }
        let environment = try recipe.environment.map { (variable) throws(ServiceError) in
            "\(variable.name)=" + (try resolve(variable.value, "the variable \(variable.name)", recipe, address))
        }
        return InstancePlan(
            id: "\(recipe.name):\(port)",
            request: ProcessRequest(arguments: arguments, environment: environment, directory: recipe.directory),
            address: address,
            stop: StopPlan(
                signal: recipe.shutdown.signal ?? SIGTERM, grace: recipe.shutdown.timeout ?? 10_000_000_000,
                // Who says how it is to be ended has something to clear up.
                killsUnready: recipe.shutdown.signal == nil && recipe.shutdown.timeout == nil),
            directory: nil, template: template)
    }

    private func resolve(
        _ text: ServiceText, _ place: String, _ recipe: ServiceRecipe, _ address: ServiceAddress
    ) throws(ServiceError) -> String {
        if let resolved = text.resolved(with: address) { return resolved }
        let fields = text.fields.filter { address.value(of: $0) == nil }.map { "self.\($0)" }.joined(separator: ", ")
        throw ServiceError(
            "service \"\(recipe.name)\": \(place) names \(fields), which a process does not have",
            hint: "a process has self.host, self.port and self.url")
    }
}
