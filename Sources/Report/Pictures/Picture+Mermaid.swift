// A picture as a Mermaid flowchart, as GitHub shows it in Markdown. Positions are Mermaid's business.

extension Picture {
    /// A `flowchart`. Identifiers are made up (`n0`, `g0`), because names may hold words and signs of the grammar.
    public var mermaid: String {
        var lines = ["flowchart LR"]
        let (inner, members) = contents()
        func add(_ group: Int, indent: String) {
            for child in inner[group] {
                let title = groups[child].title.map { " – \($0)" } ?? ""
                let label = shortName(groups[child].name, in: groups[child].parent) + title
                lines.append("\(indent)subgraph g\(child)[\(quoted(label))]")
                add(child, indent: indent + "  ")
                lines.append("\(indent)end")
            }
            for node in members[group] {
                let label = quoted(shortName(nodes[node].name, in: nodes[node].group))
                switch nodes[node].kind {
                case .task: lines.append("\(indent)n\(node)[\(label)]")
                case .service: lines.append("\(indent)n\(node)[(\(label))]")
                case .gate: lines.append("\(indent)n\(node){{\(label)}}")
                }
            }
        }
        add(groups.count, indent: "  ")
        for edge in edges {
            let arrow =
                switch edge.kind {
                case .hard, .inferred: "-->"
                case .orderOnly: "-.->"
                case .soft: "-.->|soft|"
                }
            lines.append("  n\(edge.from) \(arrow) n\(edge.to)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A quoted label. Mermaid knows no backslash: signs with a meaning, to it or to the HTML or Markdown in it, are
    /// written as entity codes.
    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "#", "&", "<", ">", "`", "*", "_", "\\", ";": result += "#\(scalar.value);"
            case "\n", "\r": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
