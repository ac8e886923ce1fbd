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
        let needs = draft.connect()
        let graph = draft.freeze(needs)
        // A need on a name that two tasks have may close a circle that nobody meant.
        if !draft.sites.hasDuplicates { reportCycles(in: graph, to: findings) }
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
    /// Declared outputs of tasks by full name.
    let outputs: [String: [String]]
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
    private var outputs: [String: [String]] = [:]
    /// In the order of their ids.
    private(set) var gateSites: [GateSite] = []
    /// Tasks without instances, which are looked at nevertheless, with a stand-in for one.
    private(set) var emptySites: [(site: TaskSite, definition: TaskDefinition)] = []

    init(files: [FileDeclaration], context: LoadContext, findings: Findings) {
        self.files = files
        self.context = context
        self.findings = findings
        variables = VariableTable(files: files, context: context, findings: findings)
        sites = SiteTable(files: files, context: context, findings: findings)
        resolve()
        refuseUnusedArguments()
        variables.resolveAll()
    }

    private func resolve() {
        let declared = declaredOutputs()
        for (site, patterns) in zip(sites.tasks, declared) where outputs[site.name] == nil {
            outputs[site.name] = patterns.map(\.pattern.text)
        }
        let resolver = Resolver(
            context: context, variables: variables, findings: findings, outputs: outputs,
            leasedByModules: sites.leasedByModules)
        let made = ProducerIndex(
            declared.indices.flatMap { position in
                // In a workspace all of `each` waits for the view.
                guard sites.tasks[position].inherited.keys.workspace == nil else { return [ProducerIndex.Producer]() }
                return declared[position].map {
                    ProducerIndex.Producer(task: TaskID(position), territory: .root, pattern: $0)
                }
            }
        )
        var firstTask: [Int] = []
        var groupEnds = [Int](repeating: 0, count: sites.groups.count)
        let endingGroups = Dictionary(grouping: sites.groups.indices) { sites.groups[$0].members.upperBound }
        for (position, site) in sites.tasks.enumerated() {
            firstTask.append(definitions.count)
            add(site, resolver, made)
            // From the inside outwards: a group's gates are its own, and not those of a group in it that ends here too.
            for group in (endingGroups[position + 1] ?? []).reversed() {
                addGates(of: sites.groups[group], resolver)
                groupEnds[group] = definitions.count
            }
        }
        // Where a group begins that has no task at all, which is an error of its own.
        firstTask.append(definitions.count)
        addGroups(firstTask, groupEnds)
        for service in sites.services {
            append(resolver.definition(of: service), from: nil, names: ["services/\(service.name)"])
        }
        noteSharedServices()
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
        switch resolver.multiply(site, isMade: { !made.meeting($0, in: .root).isEmpty }) {
        case .instances(let instances):
            if instances.isEmpty {
                names[site.name] = []
                emptySites.append((site, resolver.definition(of: site, instance: resolver.standIn(for: site))))
            }
            for instance in instances {
                let definition = resolver.definition(of: site, instance: instance)
                append(
                    definition, from: site, names: instance.label == nil ? [site.name] : [site.name, definition.name])
            }
        case .later(let patterns):
            // Errors are found now, and what it will make is known.
            append(resolver.definition(of: site, over: patterns), from: site, names: [site.name])
        }
        for declaration in site.declaration.gates {
            guard let gate = resolver.gate(declaration, of: site.name, resolver.scope(of: site)) else { continue }
            append(gate, declaration, of: site.name, scope: site.scope, task: site)
        }
    }

    private func addGates(of group: SiteTable.GroupSite, _ resolver: Resolver) {
        let scope = Scope(
            context: context, variables: variables, findings: findings, fileDirectory: group.fileDirectory
        )
        let path = group.name.split(separator: "/").map(String.init)
        for declaration in group.declaration.gates {
            guard let gate = resolver.gate(declaration, of: group.name, scope) else { continue }
            append(gate, declaration, of: group.name, scope: path, task: nil)
        }
    }

    private func append(
        _ gate: Gate, _ declaration: GateDeclaration, of owner: String, scope: [String], task: TaskSite?
    ) {
        gateSites.append(
            GateSite(
                id: TaskID(definitions.count), gate: gate, declaration: declaration, owner: owner, scope: scope,
                task: task))
        let fields = TaskFields(name: gate.name, range: declaration.name.range, kind: .gate(gate))
        append(TaskDefinition(fields), from: nil, names: task == nil ? [gate.name] : [owner, gate.name])
    }

    func switchCacheOff(of position: Int, _ reason: NotCachedReason) {
        guard definitions[position].cache.offReason == nil else { return }
        var fields = definitions[position].fields
        fields.cache.offReason = reason
        definitions[position] = TaskDefinition(fields)
    }

    private func append(_ definition: TaskDefinition, from site: TaskSite?, names own: [String]) {
        let id = TaskID(definitions.count)
        definitions.append(definition)
        origins.append(site)
        for name in own { names[name, default: []].append(id) }
    }

    private func addGroups(_ firstTask: [Int], _ ends: [Int]) {
        for (group, end) in zip(sites.groups, ends) {
            let first = firstTask[group.members.lowerBound]
            let range = UInt32(first)..<UInt32(max(first, end))
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

    /// The outputs of every site, over all its instances, each once. Files of `each` are taken by their patterns.
    private func declaredOutputs() -> [[FilePattern]] {
        // What is wrong is reported when the definitions are made.
        let resolver = Resolver(context: context, variables: variables, findings: Findings())
        return sites.tasks.map { site in
            guard !site.declaration.outputs.isEmpty else { return [] }
            let instances: [Instance]
            switch resolver.multiply(site, isMade: { _ in true }) {
            case .instances(let known): instances = known
            case .later(let patterns): instances = resolver.openInstances(of: site, over: patterns)
            }
            var seen: Set<FilePattern> = []
            return instances.flatMap { instance in
                let scope = resolver.scope(of: site, instance: instance)
                let directory = resolver.directory(of: site, scope)
                return resolver.patterns(site.declaration.outputs.map(\.pattern), scope, directory: directory)
            }.filter { seen.insert($0).inserted }
        }
    }

    private func refuseUnusedArguments() {
        guard !context.arguments.isEmpty, !findings.usesArguments else { return }
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
            loader: Loader(context: context, variables: variables.frozen, index: index, outputs: outputs),
            readVariables: findings.readVariables.sorted()
        )
    }

    private func pools() -> [String: Int] {
        Dictionary(files.flatMap(\.pools).map { ($0.name.value, $0.size.value) }) { first, _ in first }
    }
}
