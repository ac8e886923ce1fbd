// What `watch` looks at: which files targets are made from, in which directories they are, and whom a change concerns.

import Graph
import Host
import Manifest
import Patterns
import Ports
import Vocabulary

/// Why something is run again, and what.
struct WatchReason {
    /// For people: `src/a.c changed`.
    let text: String
    /// The YAML changed: everything may be different.
    let isProject: Bool
    let tasks: Set<TaskID>
}

/// Made anew when the YAML changes.
struct WatchPlan {
    /// Directory of the root file.
    let root: String
    /// Absolute paths of the YAML files.
    private let sources: Set<String>
    /// The YAML is wrong: any other YAML file may be what is missing.
    private let isBroken: Bool
    private let graph: Graph?
    private let targets: [TaskID]
    private let wanted: IDMap<Bool>
    /// Tasks by the path of an input, and by patterns in a tree.
    private var literals: [String: Set<TaskID>] = [:]
    private var sets: [WatchedSet] = []
    private var outputs = WatchedOutputs()
    private let rules: IgnoreRules

    /// - Parameter graph: nil when the YAML is wrong.
    init(root: String, sources: Set<String>, graph: Graph?, targets: [TaskID]) {
        self.root = root
        self.sources = sources
        self.graph = graph
        self.targets = targets
        isBroken = graph == nil
        rules = IgnoreFiles(files: DiskFiles()).all(in: root).rules
        wanted = graph?.closure(of: targets) ?? IDMap([])
        guard let graph else { return }
        var positions: [WatchedSet.Name: Int] = [:]
        for id in graph.ids where wanted[id] { add(graph[id], id, &positions) }
    }

    private mutating func add(_ task: TaskDefinition, _ id: TaskID, _ positions: inout [WatchedSet.Name: Int]) {
        for file in task.environmentFiles { literals[file.value, default: []].insert(id) }
        guard let tree = task.workspace?.tree else {
            for output in task.outputs { outputs.add(output.pattern, root: root) }
            return add(task.inputs ?? [], id, &positions)
        }
        // A view is made from all of its tree; some inputs are looked up in the root nevertheless.
        add(WatchedSet(base: tree, patterns: nil, tasks: [id]), [], &positions)
        add((task.inputs ?? []).filter(\.isInRoot), id, &positions)
    }

    private mutating func add(_ inputs: [FilePattern], _ id: TaskID, _ positions: inout [WatchedSet.Name: Int]) {
        if inputs.allSatisfy({ $0.pattern.isLiteral && !$0.isExcluded }) {
            for input in inputs { literals[absolutePath(input.pattern), default: []].insert(id) }
        } else {
            add(WatchedSet(base: root, patterns: inputs.set, tasks: [id]), inputs.map(\.spelling), &positions)
        }
    }

    /// Tasks with the same patterns share a set.
    private mutating func add(_ set: WatchedSet, _ spellings: [String], _ positions: inout [WatchedSet.Name: Int]) {
        let name = WatchedSet.Name(base: set.base, spellings: spellings)
        if let position = positions[name] {
            sets[position].tasks.formUnion(set.tasks)
        } else {
            positions[name] = sets.count
            sets.append(set)
        }
    }

    private func absolutePath(_ pattern: Pattern) -> String {
        let path = pattern.literalPath ?? ""
        return pattern.isAbsolute ? "/" + path : path.isEmpty ? root : root + "/" + path
    }

    // MARK: Where to look

    /// The directories to be watched, and whether with all in them.
    var directories: [String: Bool] {
        var found: [String: Bool] = [root: isBroken]
        for source in sources { add(parentDirectory(of: source), isDeep: false, to: &found) }
        for path in literals.keys {
            let isDirectory = ((try? DiskFiles().status(path)) ?? nil)?.kind == .directory
            add(isDirectory ? path : parentDirectory(of: path), isDeep: isDirectory, to: &found)
        }
        for set in sets { for directory in set.directories { add(directory, isDeep: true, to: &found) } }
        return found
    }

    private func add(_ path: String, isDeep: Bool, to found: inout [String: Bool]) {
        found[path] = isDeep || found[path] == true
    }

    /// Directories in which nothing is an input.
    func skips(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        if name == ".git" || name == StateDirectory.name { return true }
        return pathBeneath(path, root).map { rules.isIgnored($0, isDirectory: true) } ?? false
    }

    // MARK: What a change means

    /// Nil when none of the changes matters: files that nothing is made from, and what tasks make themselves.
    func reason(for changes: Set<TreeChange>) -> WatchReason? {
        var tasks: Set<TaskID> = []
        var named: [String] = []
        var isProject = false
        for change in changes {
            switch change {
            case .anything:
                return WatchReason(text: "much changed at once", isProject: true, tasks: Set(targets))
            case .path(let path):
                let found = concerned(by: path)
                if isSource(path) { isProject = true } else if found.isEmpty { continue }
                tasks.formUnion(found)
                named.append(path)
            case .subtree(let path):
                let found = concerned(byAllIn: path)
                if found.isEmpty { continue }
                tasks.formUnion(found)
                named.append(path)
            }
        }
        guard let first = named.min() else { return nil }
        let shown = pathBeneath(first, root) ?? first
        let others = named.count > 1 ? " and \(named.count - 1) more" : ""
        return WatchReason(text: "\(shown)\(others) changed", isProject: isProject, tasks: tasks)
    }

    private func isSource(_ path: String) -> Bool {
        sources.contains(path) || (isBroken && (path.hasSuffix(".yaml") || path.hasSuffix(".yml")))
    }

    private func concerned(by path: String) -> Set<TaskID> {
        if path.split(separator: "/").contains(where: { $0 == ".git" || $0[...] == StateDirectory.name[...] }) {
            return []
        }
        if outputs.matches(path, root) { return [] }
        var found: Set<TaskID> = []
        var literal = path
        while literal != "/" {
            if let tasks = literals[literal] { found.formUnion(tasks) }
            literal = parentDirectory(of: literal)
        }
        let isIgnored = pathBeneath(path, root).map { rules.isIgnored($0, isDirectory: false) } ?? false
        for set in sets where set.matches(path, isIgnored: isIgnored) { found.formUnion(set.tasks) }
        return found
    }

    private func concerned(byAllIn path: String) -> Set<TaskID> {
        if outputs.meets(path, root) { return [] }
        var found = concerned(by: path)
        for (literal, tasks) in literals where literal.hasPrefix(path + "/") { found.formUnion(tasks) }
        for set in sets where set.couldMatch(beneath: path) { found.formUnion(set.tasks) }
        return found
    }

    /// The targets among these names, or all, that a change of these tasks' inputs reaches.
    func reached(by tasks: Set<TaskID>, of operands: [String]) -> [String] {
        guard let graph, !operands.isEmpty else { return operands }
        var reached = tasks
        var stack = Array(tasks)
        while let task = stack.popLast() {
            for dependent in graph.dependents(of: task) where reached.insert(dependent).inserted {
                stack.append(dependent)
            }
        }
        return operands.filter { name in
            (try? graph.select([name]))?.contains(where: reached.contains) ?? true
        }
    }
}

/// The path as seen from a directory it lies in; nil when it does not.
func pathBeneath(_ path: String, _ directory: String) -> String? {
    if path == directory { return "" }
    let prefix = directory == "/" ? "/" : directory + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.utf8.count)) : nil
}
