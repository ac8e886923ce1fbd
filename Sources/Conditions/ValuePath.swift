// Where a value stands in a structured file, as in `tool.pytest.ini_options.addopts`. Knows no file format.

/// A path of keys and positions: `tool.x`, `"a.b".c`, `servers[0].host`.
public struct ValuePath: Hashable, Sendable {
    public enum Step: Hashable, Sendable {
        case key(String)
        /// Counted from 0.
        case index(Int)
    }

    public let text: String
    public let steps: [Step]

    public init(_ text: String) throws(ExpressionError) {
        self.text = text
        let scalars = Array(text.unicodeScalars)
        var steps: [Step] = []
        var index = 0
        func offset(_ index: Int) -> Int { scalars[..<index].reduce(0) { $0 + UTF8.width($1) } }
        guard !scalars.isEmpty else {
            throw ExpressionError(at: 0, "an empty path", hint: "write the keys, as in `tool.name`")
        }
        while index < scalars.count {
            if scalars[index] == "[" {
                guard let end = scalars[index...].firstIndex(of: "]"),
                    scalars[(index + 1)..<end].allSatisfy({ ("0"..."9").contains($0) }),
                    let number = Int(String(String.UnicodeScalarView(scalars[(index + 1)..<end])))
                else {
                    throw ExpressionError(
                        at: offset(index), "`[` without a number and `]`", hint: "write `[0]` for the first item")
                }
                steps.append(.index(number))
                index = end + 1
                continue
            }
            if !steps.isEmpty {
                guard scalars[index] == "." else {
                    throw ExpressionError(
                        at: offset(index), "expected `.` or `[` here",
                        hint: "quote keys that hold other characters: `\"a.b\"`")
                }
                index += 1
            }
            steps.append(.key(try ValuePath.key(scalars, &index, offset)))
        }
        self.steps = steps
    }

    private static func key(
        _ scalars: [Unicode.Scalar], _ index: inout Int, _ offset: (Int) -> Int
    ) throws(ExpressionError) -> String {
        let start = index
        if index < scalars.count, scalars[index] == "\"" || scalars[index] == "'" {
            guard let end = scalars[(index + 1)...].firstIndex(of: scalars[start]) else {
                throw ExpressionError(at: offset(start), "this quote is never closed")
            }
            index = end + 1
            return String(String.UnicodeScalarView(scalars[(start + 1)..<end]))
        }
        while index < scalars.count, scalars[index] != ".", scalars[index] != "[" { index += 1 }
        guard index > start else {
            throw ExpressionError(
                at: offset(start), "expected a key here", hint: "write the keys with one `.` between them")
        }
        return String(String.UnicodeScalarView(scalars[start..<index]))
    }
}
