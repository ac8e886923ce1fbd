// Single values: text, switches, numbers, durations, choices. Each reports what it wanted and what it got.

internal import Vocabulary
internal import YAML

extension Reader {
    /// The text of a scalar that is not empty of meaning, as written: `1.10`, `no` and `12:30` stay what they are.
    func scalarText(_ node: YAMLNode, wants: String) -> String? {
        guard node.kind == .scalar else {
            wrongType(node, wants: wants)
            return nil
        }
        if let tag = node.tag, !tag.hasPrefix("tag:yaml.org,2002:") {
            error(
                "\"\(tag)\" must be quoted, because YAML reads what begins with \"!\" as a tag", at: node.range,
                hint: "write it in quotes: \"\(tag)\(node.text.isEmpty ? "" : " " + node.text)\""
            )
            return nil
        }
        if node.isNull {
            wrongType(node, wants: wants)
            return nil
        }
        return node.text
    }

    /// Text that is used as it stands, before variables are known.
    func text(_ node: YAMLNode, wants: String = "text") -> Located<String>? {
        guard let text = scalarText(node, wants: wants) else { return nil }
        if text.contains("${{") {
            error("`\(key)` cannot contain \"${{\": it is read before variables are known", at: node.range)
            return nil
        }
        return Located(text, node.range)
    }

    func boolean(_ node: YAMLNode) -> Located<Bool>? {
        if case .boolean(let value) = node.scalar { return Located(value, node.range) }
        let replacement: String? =
            switch node.text {
            case "yes", "Yes", "YES", "on", "On", "ON", "y", "true": "true"
            case "no", "No", "NO", "off", "Off", "OFF", "n", "false": "false"
            default: nil
            }
        wrongType(node, wants: "true or false", hint: replacement.map { "write \($0)" })
        return nil
    }

    func integer(_ node: YAMLNode, atLeast minimum: Int, atMost maximum: Int = Int(Int32.max)) -> Located<Int>? {
        let wants =
            maximum < Int(Int32.max)
            ? "a whole number from \(minimum) to \(maximum)" : "a whole number of at least \(minimum)"
        guard case .integer(let value) = node.scalar else {
            let isQuoted = node.kind == .scalar && node.style.isQuoted && Int(node.text) != nil
            wrongType(node, wants: wants, hint: isQuoted ? "remove the quotes" : nil)
            return nil
        }
        let digits = node.text.utf8
        if digits.count > 1, digits.first == UInt8(ascii: "0"), digits.allSatisfy({ (0x30...0x39).contains($0) }) {
            wrongType(node, wants: wants, hint: "a leading zero means octal to some readers; write \(value)")
            return nil
        }
        guard value >= Int64(minimum), value <= Int64(maximum) else {
            wrongType(node, wants: wants)
            return nil
        }
        return Located(Int(value), node.range)
    }

    func duration(_ node: YAMLNode) -> Located<Duration>? {
        let wants = "a duration such as 90s"
        if node.kind == .scalar, let value = Duration(text: node.text), node.tag == nil {
            return Located(value, node.range)
        }
        var hint: String?
        switch node.scalar {
        case .integer(let value) where value >= 0: hint = "add a unit: \(value)s for seconds, \(value)m for minutes"
        case .string(let text) where !text.contains("${{"): hint = "units are ms, s, m, h and d, as in 1m30s"
        default: break
        }
        wrongType(node, wants: wants, hint: hint)
        return nil
    }

    /// One of a few words.
    func choice<Value>(_ node: YAMLNode, _ type: Value.Type = Value.self) -> Located<Value>?
    where Value: CaseIterable & RawRepresentable<String> {
        let known = Value.allCases.map(\.rawValue)
        guard node.kind == .scalar, let value = Value(rawValue: node.text) else {
            let near = node.kind == .scalar ? Self.didYouMean(node.text, among: known) : nil
            wrongType(node, wants: Self.alternatives(known), hint: near)
            return nil
        }
        return Located(value, node.range)
    }
}
