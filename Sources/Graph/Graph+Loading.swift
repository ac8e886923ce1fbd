// Declarations → frozen graph, in the order: walk, multiply, resolve, connect, validate, freeze.

public import Manifest
import Patterns
public import Vocabulary

extension Graph {
    /// Makes the graph of these files.
    ///
    /// - Returns: the graph unless an error was found, and all findings, warnings too.
    public static func load(_ files: [FileDeclaration], context: LoadContext) -> (Graph?, [Diagnostic]) {
        let findings = Findings()
        let draft = Draft(files: files, context: context, findings: findings)
        guard !findings.hasErrors else { return (nil, findings.diagnostics) }
        let needs = draft.connect()
        guard !findings.hasErrors else { return (nil, findings.diagnostics) }
        let graph = draft.freeze(needs)
        reportCycles(in: graph, to: findings)
        guard !findings.hasErrors else { return (nil, findings.diagnostics) }
        reportUnorderedLayers(in: graph, to: findings)
        return (findings.hasErrors ? nil : graph, findings.diagnostics)
    }
}

/// What survives of loading for templates that are resolved while running.
struct Loader: Sendable {
    let context: LoadContext
    let variables: FrozenVariables
    let index: ProducerIndex
}

/// A graph in the making.
final class Draft {
    let files: [FileDeclaration]
    let context: LoadContext
    let findings: Findings
    let variables: VariableTable
    let sites: SiteTable
    private(set) var definitions: [TaskDefinition] = []
    /// The site that each definition came from; nil for services and gates.
    private(set) var origins: [TaskSite?] = []
    private(set) var names: [String: [TaskID]] = [:]
    private(set) var groups: [Graph.Group] = []
    private(set) var index = ProducerIndex([])

    init(files: [FileDeclaration], context: LoadContext, findings: Findings) {
        self.files = files
        self.context = context
        self.findings = findings
        variables = VariableTable(files: files, context: context, findings: findings)
        sites = SiteTable(files: files, context: context, findings: findings)
        guard !findings.hasErrors else { return }
        resolve()
        refuseUnusedArguments()
    }

    private func resolve() {
        let declared = declaredOutputs()
        var resolver = Resolver(context: context, variables: variables, findings: findings)
        let sitePositions = Dictionary(sites.tasks.indices.map { (sites.tasks[$0].name, $0) }) { first, _ in first }
        resolver.outputs = { name, scope in
            for depth in stride(from: scope.count, through: 0, by: -1) {
                let candidate = (scope[..<depth] + [name]).joined(separator: "/")
                if let position = sitePositions[candidate] { return declared[position].map(\.pattern.text) }
            }
            return nil
        }
        let made = ProducerIndex(
            declared.indices.flatMap { position in
                declared[position].map { pattern in
                    ProducerIndex.Producer(
                        task: TaskID(position),
                        territory: territory(of: sites.tasks[position], resolver), pattern: pattern
                    )
                }
            }
        )
        var firstTask: [Int] = []
        for site in sites.tasks {
            firstTask.append(definitions.count)
            add(site, resolver, made)
        }
        firstTask.append(definitions.count)
        addGroups(firstTask, resolver)
        for service in sites.services {
            append(
                TaskDefinition(
                    name: "services/\(service.name)", range: service.declaration.name.range,
                    kind: .service(service.declaration)
                ), from: nil, names: ["services/\(service.name)"])
        }
        index = ProducerIndex(
            definitions.indices.flatMap { position in
                definitions[position].outputs.filter { !$0.pattern.isExcluded }.map {
                    ProducerIndex.Producer(
                        task: TaskID(position), territory: definitions[position].territory, pattern: $0.pattern
                    )
                }
            }
        )
    }

    private func add(_ site: TaskSite, _ resolver: Resolver, _ made: ProducerIndex) {
        let territory = territory(of: site, resolver)
        switch resolver.multiply(site, isMade: { !made.meeting($0, in: territory).isEmpty }) {
        case .instances(let instances):
            if instances.isEmpty { names[site.name] = [] }
            for instance in instances {
                let definition = resolver.definition(of: site, instance: instance)
                append(definition, from: site, names: unique([site.name, definition.name]))
            }
        case .later(let patterns):
            // Resolved once with a wildcard for the item: errors are found now, and what it will make is known.
            var definition = resolver.definition(of: site, instance: Instance(item: "*"))
            definition.kind = .expansion(Expansion(patterns: patterns, site: site))
            definition.inputs = patterns + (definition.inputs ?? [])
            append(definition, from: site, names: [site.name])
        }
        for gate in site.declaration.gates {
            append(
                TaskDefinition(name: "\(site.name)#\(gate.name.value)", range: gate.name.range, kind: .gate(gate)),
                from: nil, names: unique([site.name, "\(site.name)#\(gate.name.value)"]))
        }
    }

    private func unique(_ pair: [String]) -> [String] { pair[0] == pair[1] ? [pair[0]] : pair }

    private func append(_ definition: TaskDefinition, from site: TaskSite?, names own: [String]) {
        let id = TaskID(definitions.count)
        definitions.append(definition)
        origins.append(site)
        for name in own { names[name, default: []].append(id) }
    }

    private func addGroups(_ firstTask: [Int], _ resolver: Resolver) {
        for group in sites.groups {
            let range = UInt32(firstTask[group.members.lowerBound])..<UInt32(firstTask[group.members.upperBound])
            let scope = Scope(
                context: context, variables: variables, findings: findings, fileDirectory: group.fileDirectory
            )
            groups.append(
                Graph.Group(
                    name: group.name, title: group.declaration.title.flatMap(scope.text),
                    isHidden: group.declaration.hidden?.value ?? false, range: group.declaration.name.range,
                    members: range
                )
            )
            names[group.name] = range.map { TaskID($0) }
        }
    }

    /// The outputs of every site, an item or an axis of it replaced by `*`.
    private func declaredOutputs() -> [[FilePattern]] {
        let quiet = Findings()
        let resolver = Resolver(context: context, variables: variables, findings: quiet)
        return sites.tasks.map { site in
            let axes = site.declaration.matrix.map { EnvironmentEntry(name: $0.name.value, value: "*") }
            let scope = resolver.scope(of: site, instance: Instance(item: "*", axes: axes))
            let directory = resolver.directory(of: site, scope)
            return resolver.patterns(site.declaration.outputs.map(\.pattern), scope, directory: directory)
        }
    }

    private func territory(of site: TaskSite, _ resolver: Resolver) -> Territory {
        guard let workspace = site.inherited.keys.workspace,
            let tree = resolver.scope(of: site, instance: Instance(item: "*")).text(workspace.tree)
        else { return .root }
        return .view(tree: Paths.absolute(tree, from: context.root))
    }

    private func refuseUnusedArguments() {
        guard !context.arguments.isEmpty, !files.contains(where: { $0.mentionsArguments }) else { return }
        findings.error(
            "arguments after `--` are given, but no task uses them", at: nil,
            hint: "write `${{ args }}` where a task's `run` takes them"
        )
    }

    func freeze(_ needs: [[Need]]) -> Graph {
        var needStart: [UInt32] = [0]
        var needList: [Need] = []
        var counts = [UInt32](repeating: 0, count: definitions.count + 1)
        for row in needs {
            needList += row
            needStart.append(UInt32(needList.count))
            for need in row { counts[need.task.index + 1] += 1 }
        }
        for position in 1..<counts.count { counts[position] += counts[position - 1] }
        var next = counts
        var dependents = [TaskID](repeating: TaskID(0), count: needList.count)
        for (position, row) in needs.enumerated() {
            for need in row {
                dependents[Int(next[need.task.index])] = TaskID(position)
                next[need.task.index] += 1
            }
        }
        return Graph(
            root: context.root, title: files.first?.name?.value, tasks: IDMap(definitions), groups: groups,
            pools: pools(), needStart: needStart, needList: needList, dependentStart: counts,
            dependentList: dependents, names: names,
            loader: Loader(context: context, variables: variables.frozen, index: index)
        )
    }

    private func pools() -> [String: Int] {
        Dictionary(files.flatMap(\.pools).map { ($0.name.value, $0.size.value) }) { first, _ in first }
    }
}
