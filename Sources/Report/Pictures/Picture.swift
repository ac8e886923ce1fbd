// A graph as it is drawn: names, arrows and nested groups. Does not know where it comes from or what a task does.

import Vocabulary

/// What the picture formats draw. All references are positions in the arrays.
public struct Picture: Sendable {
    /// A box.
    public struct Node: Sendable {
        public enum Kind: String, Sendable, CaseIterable {
            case task, service, gate
        }

        /// The full name, unique among the nodes.
        public var name: String
        public var title: String?
        public var kind: Kind
        /// The innermost group.
        public var group: Int?

        public init(_ name: String, title: String? = nil, kind: Kind = .task, group: Int? = nil) {
            self.name = name
            self.title = title
            self.kind = kind
            self.group = group
        }
    }

    /// An arrow from what comes first to what needs it.
    public struct Edge: Sendable, Hashable {
        public enum Kind: String, Sendable, CaseIterable {
            /// Contributes to the key.
            case hard
            /// Because an input of one is an output of the other.
            case inferred
            case orderOnly = "order-only"
            /// Orders only if both run anyway.
            case soft
        }

        public var from: Int
        public var to: Int
        public var kind: Kind

        public init(_ from: Int, _ to: Int, _ kind: Kind = .hard) {
            self.from = from
            self.to = to
            self.kind = kind
        }
    }

    public struct Group: Sendable {
        /// The full name: `phase2/2a`.
        public var name: String
        public var title: String?
        /// The enclosing group; precedes this one in the array.
        public var parent: Int?

        public init(_ name: String, title: String? = nil, parent: Int? = nil) {
            self.name = name
            self.title = title
            self.parent = parent
        }
    }

    public var nodes: [Node]
    public var edges: [Edge]
    public var groups: [Group]

    public init(nodes: [Node], edges: [Edge] = [], groups: [Group] = []) {
        self.nodes = nodes
        self.edges = edges
        self.groups = groups
    }
}

extension Picture {
    /// `--format` of `graph`.
    public enum Format: String, Sendable, CaseIterable {
        case dot, mermaid, svg, json
    }

    public func rendered(as format: Format) -> [UInt8] {
        switch format {
        case .dot: Array(dot.utf8)
        case .mermaid: Array(mermaid.utf8)
        case .svg: Array(svg.utf8)
        case .json: json.indented
        }
    }

    var json: JSON {
        .object([
            ("version", .integer(1)),
            (
                "nodes",
                .array(
                    nodes.map { node in
                        .object(dropping: [
                            ("name", .string(node.name)), ("kind", .string(node.kind.rawValue)),
                            ("title", node.title.map { .string($0) }),
                            ("group", node.group.map { .string(groups[$0].name) }),
                        ])
                    })
            ),
            (
                "edges",
                .array(
                    edges.map { edge in
                        .object([
                            ("from", .string(nodes[edge.from].name)), ("to", .string(nodes[edge.to].name)),
                            ("kind", .string(edge.kind.rawValue)),
                        ])
                    })
            ),
            (
                "groups",
                .array(
                    groups.map { group in
                        .object(dropping: [
                            ("name", .string(group.name)), ("title", group.title.map { .string($0) }),
                            ("parent", group.parent.map { .string(groups[$0].name) }),
                        ])
                    })
            ),
        ])
    }

    /// What a name is called inside its group: without the group's name and the slash.
    func shortName(_ name: String, in group: Int?) -> String {
        guard let group, name.hasPrefix(groups[group].name + "/") else { return name }
        return String(name.dropFirst(groups[group].name.count + 1))
    }

    /// For every group, and last for no group, the groups and nodes directly inside.
    func contents() -> (groups: [[Int]], nodes: [[Int]]) {
        var inner = [[Int]](repeating: [], count: groups.count + 1)
        var members = inner
        for (index, group) in groups.enumerated() { inner[group.parent ?? groups.count].append(index) }
        for (index, node) in nodes.enumerated() { members[node.group ?? groups.count].append(index) }
        return (inner, members)
    }
}
