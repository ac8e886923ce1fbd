// Graph pictures: the exact dot, Mermaid and JSON, and what every SVG layout must hold.

import Foundation
import FoundationXML
import Testing

@testable import Report

@Suite struct PictureTests {
    /// Two groups, one inside the other, every kind of arrow, names that need escaping.
    static let small = Picture(
        nodes: [
            .init("phase1/uv", title: "Move \"all\" & <sundry>", group: 0), .init("phase1/deep/venv", group: 1),
            .init("a\\b\"c#d"), .init("db", kind: .service), .init("phase1/uv#ok", kind: .gate, group: 0),
        ],
        edges: [.init(0, 1), .init(1, 2, .orderOnly), .init(3, 2, .soft), .init(0, 2, .inferred), .init(0, 4)],
        groups: [.init("phase1", title: "Foundation"), .init("phase1/deep", parent: 0)])

    @Test func dot() {
        #expect(
            PictureTests.small.dot == #"""
                digraph taskgraph {
                  rankdir=LR;
                  graph [fontname="sans-serif", fontsize=12];
                  node [shape=box, style=rounded, fontname="sans-serif", fontsize=12];
                  edge [color="#666666"];
                  subgraph "cluster_phase1" {
                    label="phase1 – Foundation";
                    subgraph "cluster_phase1/deep" {
                      label="deep";
                      "phase1/deep/venv" [label="venv"];
                    }
                    "phase1/uv" [label="uv", tooltip="Move \"all\" & <sundry>"];
                    "phase1/uv#ok" [label="uv#ok", shape=diamond];
                  }
                  "a\\b\"c#d" [label="a\\b\"c#d"];
                  "db" [label="db", shape=cylinder];
                  "phase1/uv" -> "phase1/deep/venv";
                  "phase1/deep/venv" -> "a\\b\"c#d" [style=dashed];
                  "db" -> "a\\b\"c#d" [style=dotted];
                  "phase1/uv" -> "a\\b\"c#d";
                  "phase1/uv" -> "phase1/uv#ok";
                }

                """#)
    }

    @Test func mermaid() {
        #expect(
            PictureTests.small.mermaid == """
                flowchart LR
                  subgraph g0["phase1 – Foundation"]
                    subgraph g1["deep"]
                      n1["venv"]
                    end
                    n0["uv"]
                    n4{{"uv#35;ok"}}
                  end
                  n2["a#92;b#34;c#35;d"]
                  n3[("db")]
                  n0 --> n1
                  n1 -.-> n2
                  n3 -.->|soft| n2
                  n0 --> n2
                  n0 --> n4

                """)
    }

    @Test func json() throws {
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(PictureTests.small.rendered(as: .json))) as? [String: Any])
        let nodes = try #require(json["nodes"] as? [[String: String]])
        #expect(
            nodes[0] == ["name": "phase1/uv", "kind": "task", "title": "Move \"all\" & <sundry>", "group": "phase1"])
        #expect(nodes[3] == ["name": "db", "kind": "service"])
        #expect(
            (json["edges"] as? [[String: String]])?[1] == [
                "from": "phase1/deep/venv", "to": "a\\b\"c#d", "kind": "order-only",
            ])
        #expect((json["groups"] as? [[String: String]])?[1] == ["name": "phase1/deep", "parent": "phase1"])
    }

    @Test func svgIsXMLAndShowsEveryText() throws {
        let texts = try SVGTexts.of(PictureTests.small.svg)
        #expect(
            texts == [
                "Task graph", "phase1 – Foundation", "deep", "phase1/uv: Move \"all\" & <sundry>", "uv",
                "Move \"all\" & <sundry>",
                "phase1/deep/venv", "venv", "a\\b\"c#d", "a\\b\"c#d", "db", "db", "phase1/uv#ok", "uv#ok", "order only",
                "soft: only if both run",
            ])
        #expect(PictureTests.small.svg == PictureTests.small.svg)
        #expect(try SVGTexts.of(Picture(nodes: []).svg) == ["Task graph"])
        #expect(try SVGTexts.of(Picture(nodes: [.init("a\u{1}\u{FFFF}")]).svg).last == "a\u{FFFD}\u{FFFD}")
    }

    @Test(
        arguments: [
            ([(0, 1), (1, 2), (0, 2)], 3, [0, 1, 2]), ([(0, 2), (1, 2)], 3, [0, 0, 1]), ([], 2, [0, 0]),
            // Node 3 needs nothing and moves next to node 2.
            ([(0, 1), (1, 2), (3, 2)], 4, [0, 1, 2, 1]),
            // A cycle does not hang.
            ([(0, 1), (1, 0), (1, 2)], 3, [0, 1, 2]),
        ] as [([(Int, Int)], Int, [Int])])
    func layers(edges: [(Int, Int)], count: Int, layers: [Int]) {
        let picture = Picture(nodes: (0..<count).map { .init("\($0)") }, edges: edges.map { .init($0.0, $0.1) })
        #expect(picture.layers() == layers)
    }

    @Test func reduction() {
        let nodes = (0..<5).map { Picture.Node("\($0)") }
        let picture = Picture(
            nodes: nodes,
            edges: [
                .init(0, 1), .init(1, 2), .init(0, 2), .init(0, 2), .init(2, 3), .init(0, 3, .orderOnly),
                .init(2, 4, .soft),
                .init(0, 4), .init(1, 2),
            ])
        #expect(picture.reduced().edges == [.init(0, 1), .init(1, 2), .init(2, 3), .init(2, 4, .soft), .init(0, 4)])
    }

    @Test(arguments: 0..<40)
    func layoutsOfRandomPicturesHold(seed: Int) {
        let picture = Picture.random(seed: UInt64(seed))
        let metrics = GraphLayout.Metrics(
            nodeWidths: picture.nodes.indices.map { Double(40 + $0 * 37 % 90) },
            nodeHeights: picture.nodes.map { _ in 28 },
            labelWidths: picture.groups.indices.map { Double(20 + $0 * 97 % 200) })
        let layout = GraphLayout(picture, metrics)
        for (index, rect) in layout.nodes.enumerated() {
            for other in layout.nodes[(index + 1)...] { #expect(!rect.meets(other), "nodes overlap, seed \(seed)") }
            #expect(rect.x >= 0 && rect.y >= 0 && rect.right <= layout.width && rect.bottom <= layout.height)
            let around = picture.around(picture.nodes[index].group)
            for (group, box) in layout.groups.enumerated() where box.width > 0 {
                #expect(around.contains(group) ? box.contains(rect) : !box.meets(rect), "seed \(seed)")
            }
        }
        for (group, box) in layout.groups.enumerated() where box.width > 0 {
            let around = picture.around(picture.groups[group].parent)
            for (other, otherBox) in layout.groups.enumerated() where otherBox.width > 0 && other < group {
                #expect(around.contains(other) ? otherBox.encloses(box) : !otherBox.meets(box), "seed \(seed)")
            }
            #expect(box.width >= metrics.labelWidths[group])
        }
        let layers = picture.layers()
        for (edge, route) in zip(picture.edges, layout.routes) {
            #expect(route.count == layers[edge.to] - layers[edge.from] - 1, "a part for every column between")
            #expect(layout.nodes[edge.from].right < layout.nodes[edge.to].x)
            for span in route {
                let hit = layout.nodes.contains {
                    $0.x < span.right && span.left < $0.right && $0.y <= span.y && span.y <= $0.bottom
                }
                #expect(!hit, "an arrow runs through a node, seed \(seed)")
            }
        }
        #expect(Picture.random(seed: UInt64(seed)).svg == picture.svg, "equal pictures give equal bytes")
    }

    @Test func aChainIsStraight() {
        let picture = Picture(nodes: (0..<6).map { .init("t\($0)") }, edges: (0..<5).map { .init($0, $0 + 1) })
        let layout = GraphLayout(
            picture,
            GraphLayout.Metrics(
                nodeWidths: .init(repeating: 50, count: 6), nodeHeights: .init(repeating: 28, count: 6), labelWidths: []
            ))
        #expect(Set(layout.nodes.map(\.y)).count == 1)
    }
}

extension GraphLayout.Rect {
    fileprivate var right: Double { x + width }
    fileprivate var bottom: Double { y + height }
    fileprivate func meets(_ other: Self) -> Bool {
        x < other.right && other.x < right && y < other.bottom && other.y < bottom
    }
    /// Contains it with room on every side, so that both borders can be seen.
    fileprivate func encloses(_ other: Self) -> Bool {
        x < other.x && other.right < right && y < other.y && other.bottom < bottom
    }
    fileprivate func contains(_ other: Self) -> Bool {
        x <= other.x && other.right <= right && y <= other.y && other.bottom <= bottom
    }
}

extension Picture {
    /// A group and all around it.
    fileprivate func around(_ group: Int?) -> Set<Int> {
        group.map { around(groups[$0].parent).union([$0]) } ?? []
    }

    /// Up to 30 nodes in up to 6 nested groups; arrows from lower to higher positions.
    static func random(seed: UInt64) -> Picture {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var groups: [Group] = []
        for index in 0..<next(7) {
            groups.append(Group("g\(index)", title: "Group", parent: index == 0 || next(2) == 0 ? nil : next(index)))
        }
        let count = 1 + next(30)
        let nodes = (0..<count).map { Node("n\($0)", group: groups.isEmpty || next(4) == 0 ? nil : next(groups.count)) }
        var edges: [Edge] = []
        if count > 1 {
            for _ in 0..<next(2 * count) {
                let to = 1 + next(count - 1)
                edges.append(Edge(next(to), to, Edge.Kind.allCases[next(4)]))
            }
        }
        return Picture(nodes: nodes, edges: edges, groups: groups)
    }
}

/// The texts of an SVG in order, read by Foundation's XML parser.
private final class SVGTexts: NSObject, XMLParserDelegate {
    private var texts: [String] = []
    private var current: String?

    static func of(_ svg: String) throws -> [String] {
        let reader = SVGTexts()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "the SVG is well-formed")
        return reader.texts
    }

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        current = element == "text" || element == "title" ? "" : nil
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { current?.append(text) }

    func parser(_ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?) {
        if let text = current { texts.append(text) }
        current = nil
    }
}
