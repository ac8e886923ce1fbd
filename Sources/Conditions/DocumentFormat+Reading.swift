// From bytes to a document, by format. Knows no file names.

import Vocabulary
import YAML

extension DocumentFormat {
    func read(_ bytes: [UInt8]) throws(DocumentError) -> DocumentNode {
        switch self {
        case .toml: try TOMLReader.read(bytes)
        case .json: try JSONReader.read(bytes)
        case .yaml: try DocumentNode(yaml: bytes)
        }
    }

    /// As it is written in prose.
    var name: String { rawValue.uppercased() }
}

extension DocumentNode {
    /// An empty text is null.
    fileprivate init(yaml bytes: [UInt8]) throws(DocumentError) {
        var sources = SourceMap()
        let source = sources.add(SourceText(path: "", bytes: bytes))
        let (document, diagnostics) = YAMLDocument.parse(bytes, source: source)
        if let mistake = diagnostics.first(where: { $0.severity == .error }) {
            throw DocumentError(
                line: mistake.range.map { sources.position(of: $0.start, in: source).line } ?? 1, mistake.message)
        }
        let lines = LineTable(bytes)
        self = document.root.map { DocumentNode($0, lines) } ?? DocumentNode(.scalar(.null), line: 1)
    }

    private init(_ node: YAMLNode, _ lines: LineTable) {
        let line = lines.line(of: Int(node.range.start))
        switch node.kind {
        case .scalar: self.init(.scalar(node.scalar ?? .null), line: line)
        case .sequence: self.init(.list(node.items.map { DocumentNode($0, lines) }), line: line)
        case .mapping:
            let entries = node.pairs.map { key, value in
                Entry(key.text, line: lines.line(of: Int(key.range.start)), DocumentNode(value, lines))
            }
            self.init(.table(entries), line: line)
        }
    }
}

/// Where lines start, for looking up many offsets.
private struct LineTable {
    private let starts: [Int]

    init(_ bytes: [UInt8]) {
        starts = [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
    }

    func line(of offset: Int) -> Int {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
