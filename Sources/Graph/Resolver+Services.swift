// From a declared service to its node: templates resolved but those that name the instance, paths anchored.

import Manifest
import Patterns
import Vocabulary

extension Resolver {
    /// The node of a service, with its inputs as a task has them: their contents are part of its identity.
    func definition(of site: SiteTable.ServiceSite) -> TaskDefinition {
        let service = site.declaration
        var scope = Scope(
            context: context, variables: variables, findings: findings, fileDirectory: site.fileDirectory)
        scope.services = Set(service.uses.map(\.value))
        scope.isInService = true
        var task = TaskFields(
            name: "services/\(site.name)", range: service.name.range,
            kind: .service(node(of: site, scope)))
        task.title = service.title.flatMap(scope.text)
        task.description = service.description.flatMap(scope.text)
        task.inputs = patterns(service.inputs, scope, directory: "")
        return TaskDefinition(task)
    }

    private func node(of site: SiteTable.ServiceSite, _ scope: Scope) -> ServiceNode {
        let service = site.declaration
        var node = ServiceNode(
            recipe: recipe(of: site, scope),
            scope: service.scope.flatMap { ServiceNode.Scope(rawValue: $0.value.rawValue) } ?? .task)
        node.isSharedReadOnly = service.isSharedReadOnly
        node.uses = service.uses.map(\.value)
        node.environment = service.environment.compactMap { entry in
            serviceText(entry.value, scope).map { ServiceRecipe.Variable(entry.name.value, $0) }
        }
        node.ready = service.ready.flatMap { spec(of: $0, for: .startup, scope) }
        node.live = service.live.flatMap { spec(of: $0, for: .liveness, scope) }
        return node
    }

    private func spec(of probe: ProbeDeclaration, for purpose: ProbePurpose, _ scope: Scope) -> ProbeSpec? {
        switch probe.spec(for: purpose, { scope.text($0) ?? "" }) {
        case .success(let spec): return spec
        case .failure(let mistake):
            findings.report(mistake.diagnostic)
            return nil
        }
    }

    private func recipe(of site: SiteTable.ServiceSite, _ scope: Scope) -> ServiceRecipe {
        let service = site.declaration
        var recipe = ServiceRecipe(name: site.name, driver: service.driver.value.kind)
        recipe.settings = service.settings.compactMap { setting in
            scope.text(setting.value).map { ServiceRecipe.Setting(setting.name.value, $0) }
        }
        recipe.setup = service.setup.compactMap { template in
            scope.text(template).map { Paths.absolute($0, from: site.fileDirectory) }
        }
        recipe.directory = Paths.absolute(service.directory.flatMap(scope.text) ?? "", from: context.root)
        recipe.environment = service.passedEnvironment.compactMap { name in
            context.environment[name.value].map { ServiceRecipe.Variable(name.value, ServiceText($0)) }
        }
        recipe.environment += service.serverEnvironment.compactMap { entry in
            serviceText(entry.value, scope).map { ServiceRecipe.Variable(entry.name.value, $0) }
        }
        if let shell = service.shell.flatMap({ self.shell($0, scope) }) { recipe.shell = shell + ["-c"] }
        switch service.run {
        case .script(let template): recipe.command = serviceText(template, scope).map { .script($0) }
        case .arguments(let templates, _):
            recipe.command = .arguments(templates.compactMap { serviceText($0, scope) })
        case nil: break
        }
        for option in service.options { apply(option, to: &recipe, scope) }
        return recipe
    }

    private func apply(_ option: OptionDeclaration, to recipe: inout ServiceRecipe, _ scope: Scope) {
        guard let text = scope.text(option.value) else { return }
        switch option.name.value {
        case "version": recipe.version = text
        case "image": recipe.image = text
        case "volumes": recipe.volumes.append(volume(text))
        case "port":
            recipe.port = UInt16(text)
            if recipe.port ?? 0 == 0 {
                findings.error(
                    "`port` wants a number from 1 to 65535, got \"\(text)\"", at: option.value.range,
                    hint: "leave it out for a free port")
            }
        case "shutdown.signal": recipe.shutdown.signal = Resolver.signals[text]
        case "shutdown.timeout":
            recipe.shutdown.timeout = Duration(text: text)?.nanoseconds
        default: break
        }
    }

    /// `HOST:CONTAINER`, the host's part anchored at the root.
    private func volume(_ text: String) -> String {
        guard let colon = text.firstIndex(of: ":") else { return text }
        return Paths.absolute(String(text[..<colon]), from: context.root) + text[colon...]
    }

    private static let signals: [String: Int32] = ["HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "TERM": 15]

    /// The text with `${{ self.FIELD }}` left for later; nil after an error was reported.
    private func serviceText(_ template: Template, _ scope: Scope) -> ServiceText? {
        var parts: [ServiceText.Part] = []
        for segment in template.segments {
            switch segment {
            case .literal(let text): parts.append(.literal(text))
            case .reference(let reference) where reference.path[0] == "self":
                guard let field = scope.ownField(reference) else { return nil }
                parts.append(.own(field))
            case .reference:
                guard let text = scope.text(Template(segments: [segment], range: template.range)) else { return nil }
                parts.append(.literal(text))
            }
        }
        return ServiceText(parts)
    }
}

extension ServiceDeclaration.Driver {
    fileprivate var kind: ServiceRecipe.Driver {
        switch self {
        case .postgres: .postgres
        case .redis: .redis
        case .process: .process
        case .container: .container
        }
    }
}
