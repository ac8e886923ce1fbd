// Tests whose failures do not count for a while, as written. Knows no test and no day.

internal import Vocabulary
internal import YAML

/// `{test: "tests.a::b", owner: ann, until: 2026-12-31, reason: "#12"}`
struct QuarantineFields: Sendable {
    var test: Located<String>?
    var owner: Located<String>?
    var until: Located<String>?
    var reason: Located<String>?

    static let table = KeyTable<QuarantineFields>(
        [
            Key("test", .text, "The full id of the test, as `taskgraph flakes` shows it") { $1.test = $2.text($0) },
            Key("owner", .text, "Who mends it") { $1.owner = $2.text($0) },
            Key("until", .text, "The last day, such as 2026-12-31; after it the task fails") {
                $1.until = $2.text($0)
            },
            Key("reason", .text, "Why, or where the work on it is tracked") { $1.reason = $2.text($0) },
        ],
        required: ["test", "owner", "until"]
    )
}

extension Reader {
    func quarantine(_ node: YAMLNode) -> [QuarantineDeclaration] {
        guard node.kind == .sequence else {
            wrongType(node, wants: "a list of entries such as {test: tests.a::b, owner: ann, until: 2026-12-31}")
            return []
        }
        return list(node) { item in
            var fields = QuarantineFields()
            guard QuarantineFields.table.read(item, into: &fields, self, in: "an entry of `quarantine`"),
                let test = fields.test, let owner = fields.owner, let until = fields.until
            else { return nil }
            return QuarantineDeclaration(test: test, owner: owner, until: until, reason: fields.reason)
        }
    }
}
