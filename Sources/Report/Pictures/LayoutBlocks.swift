// The vertical half of a layout: blocks inside blocks, their order and their heights. Knows no horizontal coordinates.

/// A node, or the passage of an arrow through a column.
struct LayoutCell {
    var layer: Int
    var height: Double
    /// Cells in the next column on either side that an arrow leads to.
    var neighbours: [Int] = []
}

/// Where everything is, top to bottom.
struct LayoutPlacement {
    var tops: [Double]
    var centers: [Double]
    var groupTops: [Double]
    var groupHeights: [Double]
    var height = 0.0
    /// The sum of all arrows' vertical ways: what the layout keeps small.
    var cost = 0.0
    /// For every group, and last for the whole picture, its blocks in order.
    fileprivate var order: [[LayoutBlocks.Block]]
    /// For each of them the distance from its parent's top that it would rather have.
    fileprivate var wishes: [[Double]]
}

struct LayoutBlocks {
    fileprivate enum Block {
        case group(Int)
        case cell(Int)
    }

    private(set) var cells: [LayoutCell]
    /// Per edge, the cells between its ends.
    private(set) var routes: [[Int]] = []
    /// The columns of each group; nil for one without nodes.
    private(set) var ranges: [ClosedRange<Int>?]
    /// How many levels of groups there are from a group inwards, itself included.
    private(set) var nesting: [Int]
    private let metrics: GraphLayout.Metrics
    private let parents: [Int?]
    private var contents: [[Block]]
    private let columnCount: Int
    /// More passages than this are not worth their place: arrows then run straight.
    private static let passageLimit = 20_000

    private var root: Int { parents.count }

    init(_ picture: Picture, _ metrics: GraphLayout.Metrics) {
        self.metrics = metrics
        let layers = picture.layers()
        columnCount = (layers.max() ?? -1) + 1
        parents = picture.groups.map(\.parent)
        cells = layers.indices.map { LayoutCell(layer: layers[$0], height: metrics.nodeHeights[$0]) }
        ranges = Array(repeating: nil, count: parents.count)
        nesting = Array(repeating: 1, count: parents.count)
        contents = Array(repeating: [], count: parents.count + 1)
        arrangeGroups(picture, layers)
        addPassages(picture, layers)
    }

    /// Groups and nodes in order of declaration: a group stands where its first node stands.
    private mutating func arrangeGroups(_ picture: Picture, _ layers: [Int]) {
        var first = [Int?](repeating: nil, count: parents.count)
        for (node, layer) in layers.enumerated() {
            contents[picture.nodes[node].group ?? root].append(.cell(node))
            for group in enclosing(picture.nodes[node].group) {
                ranges[group] =
                    ranges[group].map { min($0.lowerBound, layer)...max($0.upperBound, layer) } ?? layer...layer
                first[group] = first[group] ?? node
            }
        }
        for group in parents.indices.reversed() {
            if let parent = parents[group] { nesting[parent] = max(nesting[parent], nesting[group] + 1) }
        }
        for (group, parent) in parents.enumerated() where first[group] != nil {
            contents[parent ?? root].append(.group(group))
        }
        func position(_ block: Block) -> Int {
            switch block {
            case .group(let group): first[group] ?? 0
            case .cell(let cell): cell
            }
        }
        for group in contents.indices { contents[group].sort { position($0) < position($1) } }
    }

    /// Cells for arrows across several columns. Arrows of one kind from one node share theirs.
    private mutating func addPassages(_ picture: Picture, _ layers: [Int]) {
        struct Passage: Hashable {
            var from: Int, kind: Picture.Edge.Kind, group: Int, layer: Int
        }
        let needed = picture.edges.reduce(0) { $0 + max(0, layers[$1.to] - layers[$1.from] - 1) }
        var known: [Passage: Int] = [:]
        for edge in picture.edges {
            var route: [Int] = []
            let home = common(picture.nodes[edge.from].group, picture.nodes[edge.to].group) ?? root
            if needed <= LayoutBlocks.passageLimit, layers[edge.from] + 1 < layers[edge.to] {
                for layer in layers[edge.from] + 1..<layers[edge.to] {
                    let passage = Passage(from: edge.from, kind: edge.kind, group: home, layer: layer)
                    if known[passage] == nil {
                        known[passage] = cells.count
                        contents[home].append(.cell(cells.count))
                        cells.append(LayoutCell(layer: layer, height: metrics.arrowHeight))
                    }
                    route.append(known[passage] ?? edge.from)
                }
            }
            routes.append(route)
            var last = edge.from
            for cell in route + [edge.to] where cell != last {
                cells[last].neighbours.append(cell)
                cells[cell].neighbours.append(last)
                last = cell
            }
        }
    }

    /// A group and those around it, inside out.
    private func enclosing(_ group: Int?) -> [Int] {
        var result: [Int] = []
        var current = group
        while let group = current {
            result.append(group)
            current = parents[group]
        }
        return result
    }

    /// The innermost group around both.
    private func common(_ left: Int?, _ right: Int?) -> Int? {
        let around = Set(enclosing(right))
        return enclosing(left).first { around.contains($0) }
    }
}

extension LayoutBlocks {
    /// Blocks in order of declaration.
    func initial() -> LayoutPlacement {
        place(order: contents, wishes: contents.map { $0.map { _ in 0 } })
    }

    /// Blocks in order of their barycenters, packed.
    func sorted(_ placement: LayoutPlacement) -> LayoutPlacement {
        let pulls = self.pulls(placement)
        let order = placement.order.map { blocks in
            blocks.enumerated()
                .map { (block: $1, wish: middle($1, placement) + pull($1, pulls), position: $0) }
                .sorted { ($0.wish, $0.position) < ($1.wish, $1.position) }
                .map(\.block)
        }
        return place(order: order, wishes: order.map { $0.map { _ in 0 } })
    }

    /// The same order; blocks that are pulled down move down.
    func lowered(_ placement: LayoutPlacement) -> LayoutPlacement {
        let pulls = self.pulls(placement)
        let wishes = placement.order.enumerated().map { group, blocks in
            let start = group == root ? 0 : placement.groupTops[group]
            return blocks.map { top($0, placement) - start + max(0, pull($0, pulls)) }
        }
        return place(order: placement.order, wishes: wishes)
    }

    private func top(_ block: Block, _ placement: LayoutPlacement) -> Double {
        switch block {
        case .group(let group): placement.groupTops[group]
        case .cell(let cell): placement.tops[cell]
        }
    }

    private func middle(_ block: Block, _ placement: LayoutPlacement) -> Double {
        switch block {
        case .group(let group): placement.groupTops[group] + placement.groupHeights[group] / 2
        case .cell(let cell): placement.centers[cell]
        }
    }

    private func pull(_ block: Block, _ pulls: (cells: [Double], groups: [Double])) -> Double {
        switch block {
        case .group(let group): pulls.groups[group]
        case .cell(let cell): pulls.cells[cell]
        }
    }

    /// How far each cell and group is, on average, from what it is connected with outside itself.
    private func pulls(_ placement: LayoutPlacement) -> (cells: [Double], groups: [Double]) {
        var sums = [Double](repeating: 0, count: parents.count)
        var counts = [Double](repeating: 0, count: parents.count)
        var homes = [Int?](repeating: nil, count: cells.count)
        for (group, blocks) in contents.enumerated() where group != root {
            for case .cell(let cell) in blocks { homes[cell] = group }
        }
        var pulls = [Double](repeating: 0, count: cells.count)
        for (cell, content) in cells.enumerated() where !content.neighbours.isEmpty {
            let around = enclosing(homes[cell])
            for neighbour in content.neighbours {
                let way = placement.centers[neighbour] - placement.centers[cell]
                pulls[cell] += way
                let stays = around.isEmpty ? [] : Set(enclosing(homes[neighbour]))
                for group in around where !stays.contains(group) {
                    sums[group] += way
                    counts[group] += 1
                }
            }
            pulls[cell] /= Double(content.neighbours.count)
        }
        return (pulls, zip(sums, counts).map { $1 == 0 ? 0 : $0 / $1 })
    }

    /// Puts every block below what precedes it in its columns, and not above its wish.
    private func place(order: [[Block]], wishes: [[Double]]) -> LayoutPlacement {
        var result = LayoutPlacement(
            tops: Array(repeating: 0, count: cells.count), centers: Array(repeating: 0, count: cells.count),
            groupTops: Array(repeating: 0, count: parents.count),
            groupHeights: Array(repeating: 0, count: parents.count),
            order: order, wishes: wishes)
        // Groups follow their parents in the array, so inner ones are measured first and placed last.
        for group in parents.indices.reversed() { result.groupHeights[group] = stack(group, &result) }
        result.height = stack(root, &result)
        for group in [root] + parents.indices {
            let start = group == root ? 0 : result.groupTops[group]
            for block in order[group] {
                switch block {
                case .group(let inner): result.groupTops[inner] += start
                case .cell(let cell): result.tops[cell] += start
                }
            }
        }
        for cell in cells.indices { result.centers[cell] = result.tops[cell] + cells[cell].height / 2 }
        for (cell, content) in cells.enumerated() {
            for neighbour in content.neighbours { result.cost += abs(result.centers[cell] - result.centers[neighbour]) }
        }
        return result
    }

    /// Stacks the blocks of one group, relative to its top. Returns its height.
    private func stack(_ group: Int, _ placement: inout LayoutPlacement) -> Double {
        let header = group == root ? metrics.padding : metrics.labelHeight
        var skyline = [Double](repeating: header, count: columnCount)
        var bottom = header
        for (block, wish) in zip(placement.order[group], placement.wishes[group]) {
            let (columns, height): (ClosedRange<Int>, Double) =
                switch block {
                case .group(let inner): (ranges[inner] ?? 0...0, placement.groupHeights[inner])
                case .cell(let cell): (cells[cell].layer...cells[cell].layer, cells[cell].height)
                }
            let top = max(wish, skyline[columns].max() ?? header)
            for column in columns { skyline[column] = top + height + metrics.rowGap }
            bottom = max(bottom, top + height)
            switch block {
            case .group(let inner): placement.groupTops[inner] = top
            case .cell(let cell): placement.tops[cell] = top
            }
        }
        return bottom + metrics.padding
    }
}
