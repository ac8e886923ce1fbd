// TOML's rules about which table may be extended by what. Reads no text.

import Vocabulary

/// A table while a text is read.
final class TOMLTable {
    /// How it came to be, which decides who may add to it.
    enum Origin {
        /// Above the table of a header: `a` by `[a.b]`. A header may still define it.
        case implicit
        /// `[a]` or an item of `[[a]]`.
        case header
        /// `a` by `a.b = 1`. No header may define it.
        case dotted
        /// `{…}`: complete.
        case inline
    }

    enum Value {
        case table(TOMLTable)
        /// `[[a]]`: the last one is the one that headers below go to.
        case tables([TOMLTable], line: Int)
        /// Cannot be added to.
        case fixed(DocumentNode)

        var node: DocumentNode {
            switch self {
            case .table(let table): table.node
            case .tables(let tables, let line): DocumentNode(.list(tables.map(\.node)), line: line)
            case .fixed(let node): node
            }
        }
    }

    private var origin: Origin
    private var line: Int
    private var keys: [(key: String, line: Int)] = []
    private var values: [String: Value] = [:]

    init(_ origin: Origin, line: Int) {
        self.origin = origin
        self.line = line
    }

    var node: DocumentNode {
        DocumentNode(.table(keys.map { DocumentNode.Entry($0.key, line: $0.line, values[$0.key]!.node) }), line: line)
    }

    /// The table that a header passes on its way: made when it is missing.
    func descend(_ key: String, line: Int) throws(DocumentError) -> TOMLTable {
        switch values[key] {
        case nil: return add(key, .implicit, line: line)
        case .table(let table): return table
        case .tables(let tables, _): return tables[tables.count - 1]
        case .fixed: throw twice(key, line)
        }
    }

    /// The table of `[key]`.
    func define(_ key: String, line: Int) throws(DocumentError) -> TOMLTable {
        switch values[key] {
        case nil: return add(key, .header, line: line)
        case .table(let table) where table.origin == .implicit:
            table.origin = .header
            table.line = line
            return table
        default: throw twice(key, line)
        }
    }

    /// The table of `[[key]]`.
    func appendItem(_ key: String, line: Int) throws(DocumentError) -> TOMLTable {
        let item = TOMLTable(.header, line: line)
        switch values[key] {
        case nil:
            keys.append((key, line))
            values[key] = .tables([item], line: line)
        case .tables(let tables, let first):
            values[key] = .tables(tables + [item], line: first)
        default: throw twice(key, line)
        }
        return item
    }

    /// The table that a dotted key passes on its way: only one that dotted keys made.
    func descendDotted(_ key: String, line: Int) throws(DocumentError) -> TOMLTable {
        switch values[key] {
        case nil: return add(key, .dotted, line: line)
        case .table(let table) where table.origin == .dotted: return table
        // Passing through a table that only headers below it made is allowed; from then on it is closed to headers.
        case .table(let table) where table.origin == .implicit:
            table.origin = .dotted
            return table
        default: throw twice(key, line)
        }
    }

    func set(_ key: String, line: Int, _ value: Value) throws(DocumentError) {
        guard values[key] == nil else { throw twice(key, line) }
        keys.append((key, line))
        values[key] = value
    }

    private func add(_ key: String, _ origin: Origin, line: Int) -> TOMLTable {
        let table = TOMLTable(origin, line: line)
        keys.append((key, line))
        values[key] = .table(table)
        return table
    }

    private func twice(_ key: String, _ line: Int) -> DocumentError {
        let first = keys.first { $0.key == key }?.line ?? line
        return DocumentError(line: line, "the key \"\(key)\" is defined twice, first in line \(first)")
    }
}
