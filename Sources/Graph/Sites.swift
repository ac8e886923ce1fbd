// The walk over the tree of groups: every task with its full name and what it inherits, every group with its extent.

import Manifest
import Vocabulary

/// A task as declared, before it is multiplied by `each` or `matrix`. It is long and has many holders, so it is shared.
final class TaskSite: Sendable {
    let name: String
    /// Path of the group it stands in.
    let scope: [String]
    let declaration: TaskDeclaration
    let inherited: Inherited
    /// Directory of its file.
    let fileDirectory: String
    /// Gates of the groups that it stands in.
    let groupGates: [GateDeclaration]

    init(
        name: String, scope: [String], declaration: TaskDeclaration, inherited: Inherited, fileDirectory: String,
        groupGates: [GateDeclaration]
    ) {
        self.name = name
        self.scope = scope
        self.declaration = declaration
        self.inherited = inherited
        self.fileDirectory = fileDirectory
        self.groupGates = groupGates
    }
}

/// What the walk found, in declaration order.
struct SiteTable {
    struct GroupSite {
        let name: String
        let declaration: GroupDeclaration
        let fileDirectory: String
        /// Its tasks: positions in `tasks`.
        let members: Range<Int>
    }

    struct ServiceSite {
        let name: String
        let declaration: ServiceDeclaration
        /// Directory of its file.
        let fileDirectory: String
    }

    private(set) var tasks: [TaskSite] = []
    private(set) var groups: [GroupSite] = []
    private(set) var services: [ServiceSite] = []
    /// Whether a name stands for two things; who is meant by it is then not known.
    private(set) var hasDuplicates = false
    private var ranges: [String: SourceRange] = [:]
    private let findings: Findings

    init(files: [FileDeclaration], context: LoadContext, findings: Findings) {
        self.findings = findings
        for file in files {
            let directory = context.directories[file.source] ?? context.root
            services += file.services.map {
                ServiceSite(name: $0.name.value, declaration: $0, fileDirectory: directory)
            }
            for child in file.children {
                add(child, scope: [], inherited: Inherited(), gates: [], directory: directory)
            }
        }
    }

    /// The place of each `scope: module`, by the name of the service.
    var leasedByModules: [String: SourceRange] {
        let scopes = services.compactMap { site in
            site.declaration.scope.flatMap { $0.value == .module ? (site.name, $0.range) : nil }
        }
        return Dictionary(scopes) { first, _ in first }
    }

    private mutating func add(
        _ node: NodeDeclaration, scope: [String], inherited: Inherited, gates: [GateDeclaration], directory: String
    ) {
        let path = scope + [node.name.value]
        let name = path.joined(separator: "/")
        if let earlier = ranges[name] {
            hasDuplicates = true
            findings.error(
                "\"\(name)\" is declared twice", at: node.name.range,
                notes: [.init("first declared here", at: earlier)], hint: "give one of them another name"
            )
        }
        ranges[name] = node.name.range
        switch node {
        case .task(let task):
            let own = inherited.descending(into: task.shared, scope: scope, isGroup: false)
            tasks.append(
                TaskSite(
                    name: name, scope: scope, declaration: task, inherited: own, fileDirectory: directory,
                    groupGates: gates
                )
            )
        case .group(let group):
            let position = groups.count
            let first = tasks.count
            services += group.services.map {
                ServiceSite(name: $0.name.value, declaration: $0, fileDirectory: directory)
            }
            let inner = inherited.descending(into: group.shared, scope: scope, isGroup: true)
            for child in group.children {
                add(child, scope: path, inherited: inner, gates: gates + group.gates, directory: directory)
            }
            groups.insert(
                GroupSite(name: name, declaration: group, fileDirectory: directory, members: first..<tasks.count),
                at: position
            )
        }
    }
}
