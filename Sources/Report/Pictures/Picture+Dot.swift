// A picture in graphviz's language. Positions are graphviz's business.

extension Picture {
    /// A `digraph`; groups are clusters, names are quoted identifiers.
    public var dot: String {
        var lines = [
            "digraph taskgraph {",
            "  rankdir=LR;",
            "  graph [fontname=\"sans-serif\", fontsize=12];",
            "  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=12];",
            "  edge [color=\"#666666\"];",
        ]
        let (inner, members) = contents()
        func add(_ group: Int, indent: String) {
            for child in inner[group] {
                let title = groups[child].title.map { " – \($0)" } ?? ""
                lines.append("\(indent)subgraph \(quoted("cluster_" + groups[child].name)) {")
                lines.append(
                    "\(indent)  label=\(quoted(shortName(groups[child].name, in: groups[child].parent) + title));")
                add(child, indent: indent + "  ")
                lines.append("\(indent)}")
            }
            for node in members[group] {
                lines.append("\(indent)\(quoted(nodes[node].name)) [\(attributes(of: nodes[node]))];")
            }
        }
        add(groups.count, indent: "  ")
        for edge in edges {
            let style =
                switch edge.kind {
                case .hard, .inferred: ""
                case .orderOnly: " [style=dashed]"
                case .soft: " [style=dotted]"
                }
            lines.append("  \(quoted(nodes[edge.from].name)) -> \(quoted(nodes[edge.to].name))\(style);")
        }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    private func attributes(of node: Node) -> String {
        let shape =
            switch node.kind {
            case .task: ""
            case .service: ", shape=cylinder"
            case .gate: ", shape=diamond"
            }
        let tooltip = node.title.map { ", tooltip=\(quoted($0))" } ?? ""
        return "label=\(quoted(shortName(node.name, in: node.group)))\(shape)\(tooltip)"
    }

    /// A double-quoted identifier. Backslashes are doubled, because labels give them a meaning.
    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n", "\r": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
