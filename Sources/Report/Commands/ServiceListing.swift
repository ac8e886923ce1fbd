// What `services list` shows: services outside of any run.

import Vocabulary

public struct ServiceListing: Sendable {
    public struct Entry: Sendable {
        public var name: String
        public var driver: String
        /// As it is written; nil: whatever is installed.
        public var version: String?
        /// Who gets the same instance; nil: no project declares it.
        public var scope: String?
        public var uses: [String]
        /// Whether it stands in the background.
        public var isUp: Bool

        public init(name: String, driver: String, version: String?, scope: String?, uses: [String], isUp: Bool = false)
        {
            self.name = name
            self.driver = driver
            self.version = version
            self.scope = scope
            self.uses = uses
            self.isUp = isUp
        }

        fileprivate var cells: [String] {
            [
                name, version.map { "\(driver) \($0)" } ?? driver, scope.map { "scope \($0)" } ?? "not in tasks.yaml",
                isUp ? "up" : "", uses.isEmpty ? "" : "uses " + uses.joined(separator: ", "),
            ]
        }
    }

    public var entries: [Entry]

    public init(_ entries: [Entry]) {
        self.entries = entries
    }

    /// A line per service.
    public var text: String {
        let rows = entries.map(\.cells)
        let widths = (0..<5).map { column in rows.map { displayWidth($0[column]) }.max() ?? 0 }
        // A column that nobody has is not shown.
        let columns = (0..<5).filter { widths[$0] > 0 }
        return rows.map { row in
            let last = row.lastIndex { !$0.isEmpty } ?? 0
            let cells = columns.filter { $0 <= last }.map { $0 == last ? row[$0] : padded(row[$0], to: widths[$0]) }
            return cells.joined(separator: "  ") + "\n"
        }.joined()
    }

    public var json: [UInt8] {
        JSON.object([
            ("version", .integer(1)),
            (
                "services",
                .array(
                    entries.map { entry in
                        .object(dropping: [
                            ("name", .string(entry.name)), ("driver", .string(entry.driver)),
                            ("version", entry.version.map(JSON.string)), ("scope", entry.scope.map(JSON.string)),
                            ("uses", .strings(entry.uses)), ("up", entry.isUp ? .bool(true) : nil),
                        ])
                    })
            ),
        ]).indented
    }
}
