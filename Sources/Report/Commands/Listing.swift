// What `list` shows: groups as a tree with what is in them. Does not know the graph it came from.

import Vocabulary

public struct Listing: Sendable {
    public struct Entry: Sendable {
        public enum Kind: String, Sendable {
            case group, task, service, gate
        }

        /// The full name: `phase2/2a/integration`.
        public var name: String
        public var title: String?
        public var kind: Kind
        /// Left out, with everything in it.
        public var isHidden: Bool
        /// For `each` and `matrix`: how many instances are known; nil for a plain task.
        public var instances: Int?

        public init(
            _ name: String, title: String? = nil, kind: Kind = .task, isHidden: Bool = false, instances: Int? = nil
        ) {
            self.name = name
            self.title = title
            self.kind = kind
            self.isHidden = isHidden
            self.instances = instances
        }
    }

    /// In order of declaration; groups precede what is in them.
    public var entries: [Entry]

    public init(_ entries: [Entry]) {
        self.entries = entries
    }

    /// A line per entry: the name inside its group, indented, and the title in a column of its own.
    public func text(style: Style = .plain) -> String {
        let rows = tree()
        guard !rows.isEmpty else { return "no tasks\n" }
        let widths = rows.map { displayWidth($0.label) }.filter { $0 <= Listing.widestColumn }
        let column = widths.max() ?? Listing.widestColumn
        return rows.map { row in
            let name = row.entry.kind == .group ? style.paint(.bold, row.label) : row.label
            let remark = row.entry.remark
            return remark.isEmpty
                ? name + "\n"
                : name + String(repeating: " ", count: max(0, column - displayWidth(row.label))) + "  \(remark)\n"
        }.joined()
    }

    /// Flat, with full names.
    public var json: [UInt8] {
        JSON.object([
            ("version", .integer(1)),
            (
                "entries",
                .array(
                    tree().map { row in
                        .object(dropping: [
                            ("name", .string(row.entry.name)), ("kind", .string(row.entry.kind.rawValue)),
                            ("title", row.entry.title.map { .string($0) }),
                            ("instances", row.entry.instances.map { .count($0) }),
                        ])
                    })
            ),
        ]).indented
    }

    /// Names wider than this do not push the column of titles.
    private static let widestColumn = 48

    /// Entries that are not hidden, each after its group; no group that would be empty.
    private func tree() -> [(entry: Entry, label: String)] {
        var positions: [String: Int] = [:]
        for (position, entry) in entries.enumerated() where entry.kind == .group { positions[entry.name] = position }
        var children: [Int?: [Int]] = [:]
        for (position, entry) in entries.enumerated() where !entry.isHidden {
            children[parent(of: entry.name, positions), default: []].append(position)
        }
        var rows: [(Entry, String)] = []
        func add(_ group: Int?, depth: Int) {
            for position in children[group] ?? [] {
                let entry = entries[position]
                let name = group.map { String(entry.name.dropFirst(entries[$0].name.count + 1)) } ?? entry.name
                let label = String(repeating: "  ", count: depth) + name + (entry.kind == .group ? "/" : "")
                rows.append((entry, label))
                let before = rows.count
                if entry.kind == .group { add(position, depth: depth + 1) }
                if entry.kind == .group && rows.count == before { rows.removeLast() }
            }
        }
        add(nil, depth: 0)
        return rows
    }

    /// The nearest group whose name the path begins with. Slashes in an instance's brackets end no group's name.
    private func parent(of name: String, _ positions: [String: Int]) -> Int? {
        var path = name[...]
        while let slash = path.lastIndex(of: "/") {
            path = path[..<slash]
            if let position = positions[String(path)] { return position }
        }
        return nil
    }
}

extension Listing.Entry {
    /// What stands in the second column.
    fileprivate var remark: String {
        let kind = self.kind == .service || self.kind == .gate ? self.kind.rawValue : ""
        let notes = [kind, instances.map { counted($0, "instance") } ?? ""].filter { !$0.isEmpty }.joined(
            separator: ", ")
        return [title ?? "", notes.isEmpty ? "" : "(\(notes))"].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
