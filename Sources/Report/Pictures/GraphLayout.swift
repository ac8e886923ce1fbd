// Places for nodes, groups and arrows: layered columns, groups as boxes that never overlap. Draws nothing.

/// A layout of a picture in the units of its node sizes; y grows downwards.
///
/// Every group is a block that holds its inner groups and nodes. Blocks are ordered by the mean height of what they are
/// connected with (barycenters), and put into their parent one after the other, each as high as its columns allow. An
/// arrow across several columns is given a small block in every column between, so that it runs past the nodes.
struct GraphLayout {
    struct Rect: Equatable {
        var x = 0.0, y = 0.0, width = 0.0, height = 0.0
    }

    /// A straight part of an arrow from left to right at one height; curves join the parts.
    struct Span: Equatable {
        var left: Double, right: Double, y: Double
    }

    /// Sizes in the picture's units.
    struct Metrics {
        var nodeWidths: [Double]
        var nodeHeights: [Double]
        /// Width of a group's label.
        var labelWidths: [Double]
        var labelHeight = 24.0
        var padding = 12.0
        var rowGap = 12.0
        var columnGap = 36.0
        var arrowHeight = 4.0
    }

    private(set) var nodes: [Rect] = []
    private(set) var groups: [Rect] = []
    /// Per edge of the picture: the parts between its ends.
    private(set) var routes: [[Span]] = []
    private(set) var width = 0.0
    private(set) var height = 0.0

    init(_ picture: Picture, _ metrics: Metrics) {
        let blocks = LayoutBlocks(picture, metrics)
        var placement = blocks.initial()
        var best = placement
        for _ in 0..<12 {
            placement = blocks.sorted(placement)
            if placement.cost < best.cost { best = placement }
        }
        for _ in 0..<4 {
            let lowered = blocks.lowered(best)
            if lowered.cost < best.cost { best = lowered }
        }
        let columns = Columns(picture, blocks, metrics)
        nodes = picture.nodes.indices.map { node in
            let layer = blocks.cells[node].layer
            return Rect(
                x: columns.left[layer], y: best.tops[node], width: columns.nodeWidth[layer],
                height: metrics.nodeHeights[node])
        }
        groups = picture.groups.indices.map { group in
            guard let range = blocks.ranges[group] else { return Rect() }
            let margin = metrics.padding * Double(blocks.nesting[group])
            return Rect(
                x: columns.left[range.lowerBound] - margin, y: best.groupTops[group],
                width: columns.right[range.upperBound] - columns.left[range.lowerBound] + 2 * margin,
                height: best.groupHeights[group])
        }
        routes = blocks.routes.map { route in
            route.map { cell in
                let layer = blocks.cells[cell].layer
                return Span(left: columns.left[layer], right: columns.right[layer], y: best.centers[cell])
            }
        }
        width = columns.width
        height = best.height
    }
}

/// The horizontal places of the layers.
private struct Columns {
    var left: [Double] = []
    var right: [Double] = []
    var nodeWidth: [Double] = []
    var width = 0.0

    init(_ picture: Picture, _ blocks: LayoutBlocks, _ metrics: GraphLayout.Metrics) {
        let count = (blocks.cells.map(\.layer).max() ?? -1) + 1
        let nesting = Double(blocks.nesting.max() ?? 0)
        let gap = metrics.columnGap + 2 * metrics.padding * nesting
        nodeWidth = Array(repeating: 0, count: count)
        for (node, width) in metrics.nodeWidths.enumerated() {
            let layer = blocks.cells[node].layer
            nodeWidth[layer] = max(nodeWidth[layer], width)
        }
        var widths = nodeWidth
        for (group, range) in blocks.ranges.enumerated() {
            guard let range else { continue }
            let room = range.reduce(0) { $0 + widths[$1] } + gap * Double(range.count - 1)
            widths[range.upperBound] += max(0, metrics.labelWidths[group] - room)
        }
        var x = metrics.padding * (nesting + 1)
        for layer in 0..<count {
            left.append(x)
            right.append(x + widths[layer])
            x += widths[layer] + gap
        }
        width = (right.last ?? 0) + metrics.padding * (nesting + 1)
    }
}
