// A picture as a self-contained SVG, readable on light and dark screens. Places come from GraphLayout.

extension Picture {
    /// The drawing. Equal pictures give equal bytes.
    public var svg: String {
        let parts = svgParts()
        var lines = ["<svg xmlns=\"http://www.w3.org/2000/svg\" \(parts.size) role=\"img\">\n<title>Task graph</title>"]
        lines += ["<style>\(Picture.styleSheet)</style>", parts.lines[0]]
        lines.append("<rect class=\"page\" width=\"100%\" height=\"100%\"/>")
        return (lines + parts.lines.dropFirst()).joined(separator: "\n") + "\n</svg>\n"
    }

    /// The attributes of the drawing's size, and its elements: the arrow's head first.
    /// - Parameter looks: one more class for each node; none when it is empty.
    func svgParts(looks: [String] = []) -> (size: String, lines: [String]) {
        let layout = GraphLayout(self, metrics)
        var lines = [Picture.arrowHead]
        for group in groups.indices where layout.groups[group].width > 0 { lines += box(group, layout.groups[group]) }
        for (index, edge) in edges.enumerated() where edge.from != edge.to {
            lines.append(arrow(edge, layout.nodes[edge.from], layout.nodes[edge.to], layout.routes[index]))
        }
        for node in nodes.indices { lines += label(node, layout.nodes[node], looks.isEmpty ? "" : " \(looks[node])") }
        return (size(layout), lines + legend(below: layout.height))
    }

    private var metrics: GraphLayout.Metrics {
        GraphLayout.Metrics(
            nodeWidths: nodes.map { node in
                max(48, Picture.width(shownName(node), 12), node.title.map { Picture.width(shownTitle($0), 10) } ?? 0)
                    + 24
            },
            nodeHeights: nodes.map { $0.title == nil ? 28 : 42 },
            labelWidths: groups.map { Picture.width(shownLabel($0), 12) })
    }

    /// More than any usual font needs, because the fonts of the one who looks are not known here.
    private static func width(_ text: String, _ size: Double) -> Double {
        Double(displayWidth(text)) * size * 0.62
    }

    private func shownName(_ node: Node) -> String { trimmed(shortName(node.name, in: node.group), to: 60) }
    private func shownTitle(_ title: String) -> String { trimmed(title, to: 48) }
    private func shownLabel(_ group: Group) -> String {
        trimmed(shortName(group.name, in: group.parent) + (group.title.map { " – \($0)" } ?? ""), to: 60)
    }

    private func size(_ layout: GraphLayout) -> String {
        let width = number(max(layout.width, legendItems.isEmpty ? 0 : 320))
        let height = number(layout.height + (legendItems.isEmpty ? 0 : 28))
        return "width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\""
    }

    private func box(_ group: Int, _ place: GraphLayout.Rect) -> [String] {
        var top = group
        while let parent = groups[top].parent { top = parent }
        let hue = groups[...top].filter { $0.parent == nil }.count - 1
        return [
            "<rect class=\"group hue\(hue % Picture.hues.count)\" \(attributes(place)) rx=\"8\"/>",
            "<text class=\"label\" x=\"\(number(place.x + 12))\" y=\"\(number(place.y + 16))\">"
                + "\(escaped(shownLabel(groups[group])))</text>",
        ]
    }

    private func label(_ node: Int, _ place: GraphLayout.Rect, _ look: String) -> [String] {
        let content = nodes[node]
        let tip = content.title.map { "\(content.name): \($0)" } ?? content.name
        let x = number(place.x + 12)
        let corner = content.kind == .service ? place.height / 2 : content.kind == .gate ? 0 : 5
        var lines = ["<g><title>\(escaped(tip))</title>"]
        lines.append(
            "<rect class=\"node \(content.kind.rawValue)\(look)\" \(attributes(place)) rx=\"\(number(corner))\"/>")
        lines.append(
            "<text class=\"name\" x=\"\(x)\" y=\"\(number(place.y + 18))\">\(escaped(shownName(content)))</text>")
        if let title = content.title {
            lines.append(
                "<text class=\"title\" x=\"\(x)\" y=\"\(number(place.y + 33))\">\(escaped(shownTitle(title)))</text>")
        }
        return lines + ["</g>"]
    }

    private func arrow(
        _ edge: Edge, _ from: GraphLayout.Rect, _ to: GraphLayout.Rect, _ route: [GraphLayout.Span]
    ) -> String {
        var x = from.x + from.width
        var y = from.y + from.height / 2
        var path = "M\(number(x)) \(number(y))"
        let end = GraphLayout.Span(left: to.x - 6, right: to.x - 6, y: to.y + to.height / 2)
        for span in route + [end] {
            let middle = (x + span.left) / 2
            if y == span.y {
                path += "H\(number(span.right))"
            } else {
                path +=
                    "C\(number(middle)) \(number(y)) \(number(middle)) \(number(span.y)) \(number(span.left)) \(number(span.y))"
                if span.right > span.left { path += "H\(number(span.right))" }
            }
            (x, y) = (span.right, span.y)
        }
        return "<path class=\"edge \(edge.kind.rawValue)\" d=\"\(path)\" marker-end=\"url(#head)\"/>"
    }

    /// Kinds of arrows that are not plain.
    private var legendItems: [(kind: Edge.Kind, text: String)] {
        [(.orderOnly, "order only"), (.soft, "soft: only if both run")].filter { item in
            edges.contains { $0.kind == item.0 }
        }
    }

    private func legend(below y: Double) -> [String] {
        var x = 12.0
        return legendItems.flatMap { item in
            defer { x += 52 + Picture.width(item.text, 10) }
            return [
                "<path class=\"edge \(item.kind.rawValue)\" d=\"M\(number(x)) \(number(y + 12))h28\"/>",
                "<text class=\"title\" x=\"\(number(x + 34))\" y=\"\(number(y + 15.5))\">\(item.text)</text>",
            ]
        }
    }

    private func attributes(_ place: GraphLayout.Rect) -> String {
        "x=\"\(number(place.x))\" y=\"\(number(place.y))\" width=\"\(number(place.width))\" height=\"\(number(place.height))\""
    }

    /// At most one decimal; no coordinate is negative. (`rounded()` would be this room's only need of libm.)
    private func number(_ value: Double) -> String {
        let tenths = Int(value * 10 + 0.5)
        return "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths % 10)")
    }

    private func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            // Not allowed in XML 1.0, not even escaped.
            case _ where scalar.value < 0x20 || (0xFFFE...0xFFFF).contains(scalar.value): result += "\u{FFFD}"
            // They would turn the order in which a name is read.
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Picture {
    /// Colours of top-level groups; translucent, so that they suit both backgrounds and nesting shows.
    private static let hues = ["#3b82f6", "#10b981", "#f59e0b", "#a855f7", "#ef4444", "#14b8a6", "#ec4899", "#84cc16"]

    private static let arrowHead = """
        <defs><marker id="head" viewBox="0 0 8 8" refX="2" refY="4" markerWidth="7" markerHeight="7" orient="auto">\
        <path class="head" d="M0 0.5L8 4L0 7.5z"/></marker></defs>
        """

    private static let styleSheet: String = {
        let boxes = hues.enumerated().map { ".hue\($0){fill:\($1);stroke:\($1)}" }.joined()
        return """
            text{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}\
            .page{fill:#ffffff}.group{fill-opacity:.07;stroke-opacity:.45}\(boxes)\
            .label{font-size:12px;font-weight:600;fill:#57606a}\
            .node{fill:#ffffff;stroke:#8c959f}.service{stroke:#0969da}.gate{stroke:#9a6700;stroke-width:2}\
            .name{font-size:12px;fill:#1f2328}.title{font-size:10px;fill:#59636e}\
            .edge{fill:none;stroke:#6e7781;stroke-width:1.2}.order-only{stroke-dasharray:6 4}.soft{stroke-dasharray:1.5 3.5}\
            .head{fill:#6e7781}\
            @media (prefers-color-scheme:dark){.page{fill:#0d1117}.label{fill:#9ea7b3}.node{fill:#161b22;stroke:#6e7681}\
            .service{stroke:#58a6ff}.gate{stroke:#d29922}.name{fill:#e6edf3}.title{fill:#9198a1}.edge{stroke:#8b949e}\
            .head{fill:#8b949e}.group{fill-opacity:.12}}
            """
    }()
}
