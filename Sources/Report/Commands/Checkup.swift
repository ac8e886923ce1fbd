// What `doctor` shows: what this machine has, what it lacks, and how to get that. Examines nothing itself.

import Vocabulary

public struct Checkup: Sendable {
    public struct Item: Sendable {
        public enum State: Sendable {
            /// What there is.
            case present(String)
            /// Why not, in one line, and what to do.
            case missing(String, remedy: String)
        }

        public var name: String
        public var state: State
        /// What it is needed for.
        public var purpose: String
        /// Nothing of the language needs it.
        public var isOptional: Bool

        public init(_ name: String, _ state: State, purpose: String, isOptional: Bool = false) {
            self.name = name
            self.state = state
            self.purpose = purpose
            self.isOptional = isOptional
        }
    }

    public var items: [Item]

    public init(_ items: [Item]) {
        self.items = items
    }

    /// Whether something is missing that tasks may need.
    public var isLacking: Bool { items.contains { !$0.isOptional && $0.isMissing } }

    public var text: String {
        let width = items.map { displayWidth($0.name) }.max() ?? 0
        let lines = items.map { item in
            let name = padded(item.name, to: width)
            switch item.state {
            case .present(let what): return "ok        \(name)  \(what)\n"
            case .missing(let why, let remedy):
                let word = item.isOptional ? "optional" : "missing "
                let indent = String(repeating: " ", count: width + 12)
                return "\(word)  \(name)  \(why)\n\(indent)for \(item.purpose); \(remedy)\n"
            }
        }
        return lines.joined()
    }

    public var json: [UInt8] {
        JSON.object([("version", .integer(1)), ("complete", .bool(!isLacking)), ("items", .array(items.map(\.json)))])
            .indented
    }
}

extension Checkup.Item {
    fileprivate var isMissing: Bool { if case .missing = state { true } else { false } }

    fileprivate var json: JSON {
        let found: [(String, JSON?)] =
            switch state {
            case .present(let what): [("found", .string(what))]
            case .missing(let why, let remedy): [("reason", .string(why)), ("remedy", .string(remedy))]
            }
        let state = isMissing ? isOptional ? "optional" : "missing" : "ok"
        return .object(
            dropping: [("name", .string(name)), ("state", .string(state)), ("purpose", .string(purpose))] + found)
    }
}
