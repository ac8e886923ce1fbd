// From a declared task to its definition: templates resolved, paths anchored, defaults filled in.

import Manifest
import Patterns
import Vocabulary

/// Resolves declarations with the names visible where they stand.
struct Resolver {
    let context: LoadContext
    let variables: any VariableLookup
    let findings: Findings
    /// Declared outputs of a task by its full name, for `${{ task.NAME.outputs }}`.
    var outputs: [String: [String]] = [:]
    /// Places of `scope: module`, by the name of the service.
    var leasedByModules: [String: SourceRange] = [:]

    func scope(of site: TaskSite, instance: Instance = Instance()) -> Scope {
        var scope = Scope(
            context: context, variables: variables, findings: findings, fileDirectory: site.fileDirectory
        )
        scope.item = instance.item
        scope.itemIsFile = instance.isFile
        scope.matrix = instance.axes
        scope.services = Set(site.inherited.keys.uses.map(\.value))
        scope.leasedByModules = leasedByModules
        scope.hasTable = !site.declaration.table.isEmpty
        scope.outputs = { name in
            for depth in stride(from: site.scope.count, through: 0, by: -1) {
                if let found = outputs[(site.scope[..<depth] + [name]).joined(separator: "/")] { return found }
            }
            return nil
        }
        return scope
    }

    /// Relative to the root, or in a workspace to the view.
    func directory(of site: TaskSite, _ scope: Scope) -> String {
        guard let template = site.inherited.keys.directory, let text = scope.text(template) else { return "" }
        return Paths.relative(text, directory: "", root: context.root)
    }

    /// The name of an instance: `compile[main.c]`.
    func name(of site: TaskSite, _ instance: Instance) -> String {
        instance.label.map { "\(site.name)[\($0)]" } ?? site.name
    }

    /// A task to be multiplied when the files that others make for it are known: what it may read and make, with the
    /// patterns of those files in the place of each item.
    func definition(of site: TaskSite, over patterns: [FilePattern]) -> TaskDefinition {
        let open = openInstances(of: site, over: patterns).map { fields(of: site, instance: $0) }
        var task = open[0]
        task.kind = .expansion(Expansion(patterns: patterns, site: site))
        task.inputs = patterns + unique(open.flatMap { $0.inputs ?? [] })
        task.outputs = unique(open.flatMap(\.outputs))
        // These belong to each instance, not to the whole.
        task.conditions = []
        task.instance = []
        return TaskDefinition(task)
    }

    func definition(of site: TaskSite, instance: Instance) -> TaskDefinition {
        TaskDefinition(fields(of: site, instance: instance))
    }

    private func fields(of site: TaskSite, instance: Instance) -> TaskFields {
        let declaration = site.declaration
        let keys = site.inherited.keys
        let scope = scope(of: site, instance: instance)
        var task = TaskFields(name: name(of: site, instance), range: declaration.name.range)
        task.title = declaration.title.flatMap(scope.text)
        task.description = declaration.description.flatMap(scope.text)
        task.isHidden = declaration.hidden?.value ?? false
        task.instance = instance.item.map { [EnvironmentEntry(name: "item", value: $0)] } ?? instance.axes
        task.skipReason = skipReason(keys, scope, itemIsKnown: !instance.isOpen)

        task.command = declaration.run.flatMap { command($0, scope) }
        task.shell = keys.shell.flatMap { shell($0, scope) } ?? TaskDefinition.defaultShell
        task.directory = directory(of: site, scope)
        task.environment = keys.environment.compactMap { entry in
            scope.text(entry.value).map { EnvironmentEntry(name: entry.name.value, value: $0) }
        }
        task.environmentFiles = declaration.environmentFiles.compactMap { template in
            scope.text(template).map {
                Located(Paths.absolute($0, from: Paths.absolute(task.directory, from: context.root)), template.range)
            }
        }
        task.passedEnvironment = unique(keys.passedEnvironment.map(\.value))
        task.secrets = unique(keys.secrets.map(\.value))

        task.uses = unique(keys.uses.map(\.value))
        task.workspace = keys.workspace.flatMap { workspace($0, scope) }
        let isView = task.workspace != nil
        func anchored(_ declarations: [PatternDeclaration]) -> [FilePattern] {
            patterns(declarations, scope, directory: task.directory, isView: isView)
        }
        task.inputs = declaration.inputs.map(anchored)
        task.outputs = declaration.outputs.compactMap { output in
            anchored([output.pattern]).first.map { OutputPattern(pattern: $0, isStored: output.isStored) }
        }
        refuseOutside(task.outputs)
        task.isClean = declaration.clean?.value ?? true
        task.changes = anchored(declaration.changes)
        task.scratch = anchored(declaration.scratch)
        task.reports = anchored(declaration.reports)
        task.conditions = declaration.conditions.compactMap { condition($0, scope, task.directory, isView: isView) }
        task.metrics = declaration.metrics.compactMap { metric($0, scope, task.directory, isView: isView) }
        task.quarantine = quarantine(declaration.quarantine)
        task.table = table(declaration.table, scope)
        task.repetition = declaration.repetition.map { repetition in
            RepeatPolicy(times: repetition.times.value, until: repetition.until.map { "\(site.name)#\($0.value)" })
        }

        task.cache = cache(declaration, keys, scope, isWorkspace: isView)
        task.timeout = keys.timeout.map { $0.value.nanoseconds }
        task.retries = retries(keys.retries)
        if !declaration.acceptedExits.isEmpty {
            task.acceptedExits = Set(declaration.acceptedExits.map { Int32($0.value) })
        }
        task.isAlways = declaration.always?.value ?? false
        task.pool = keys.pool?.value
        task.locks = unique(keys.locks.map(\.value)).sorted()
        task.cpus = keys.cpus?.value ?? 1
        task.isInteractive = declaration.interactive?.value ?? false
        return task
    }

    private func unique<Element: Hashable>(_ elements: [Element]) -> [Element] {
        var seen: Set<Element> = []
        return elements.filter { seen.insert($0).inserted }
    }

    func command(_ run: RunDeclaration, _ scope: Scope) -> Command? {
        switch run {
        case .script(let template): return scope.text(template).map(Command.script)
        case .arguments(let templates, let range):
            let words = templates.compactMap(scope.values).flatMap { $0 }
            if words.isEmpty, !templates.isEmpty, !findings.hasErrors {
                findings.error("the command has no words left", at: range, hint: "name a program")
            }
            return .arguments(words)
        }
    }

    func shell(_ shell: ShellDeclaration, _ scope: Scope) -> [String]? {
        switch shell {
        case .command(let template):
            return scope.text(template).map { $0.split(separator: " ").map(String.init) }
        case .arguments(let templates, _): return templates.compactMap(scope.text)
        }
    }

    private func workspace(_ workspace: WorkspaceDeclaration, _ scope: Scope) -> WorkspaceSpec? {
        scope.text(workspace.tree).map {
            WorkspaceSpec(
                tree: Paths.absolute($0, from: context.root), isAtTree: workspace.place == .tree,
                range: workspace.tree.range
            )
        }
    }

    private func retries(_ retries: RetryDeclaration?) -> RetryPolicy {
        guard let retries else { return RetryPolicy() }
        return RetryPolicy(
            limit: retries.limit.value, backoff: retries.backoff?.value.nanoseconds ?? 0,
            exits: Set(retries.exits.map { Int32($0.value) })
        )
    }

    private func cache(
        _ declaration: TaskDeclaration, _ keys: SharedKeys, _ scope: Scope, isWorkspace: Bool
    ) -> CachePolicy {
        var policy = CachePolicy()
        if declaration.inputs == nil, !isWorkspace, keys.cache == nil { policy.offReason = .noInputs }
        if keys.cache?.isEnabled?.value == false { policy.offReason = .declared }
        if declaration.interactive?.value == true { policy.offReason = .interactive }
        policy.keys = keys.cache?.keys.compactMap(scope.text) ?? []
        policy.tools = keys.cache?.tools.map(\.value) ?? []
        policy.maximumAge = keys.cache?.maximumAge.map { $0.value.nanoseconds }
        return policy
    }
}
