// Short plans that would come to very long ones: found wrong in good time, with one finding each.

import Graph
import TestKit
import Testing
import Vocabulary

@Suite struct GrowthTests {
    private static let many = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"

    @Test(arguments: [
        (
            "vars:\n  v0: \"0123456789abcdef\"\n"
                + (0..<14).map { "  v\($0 + 1): \"${{ v\($0) }}${{ v\($0) }}\"\n" }.joined()
                + "a: {run: \"echo ${{ v14 }}\"}",
            ["this text grows to more than 131072 bytes"]
        ),
        (
            "vars:\n  text: \"\(String(repeating: "x", count: 130_000))\"\n  list: ["
                + Array(repeating: "\"${{ text }}\"", count: 17).joined(separator: ", ") + "]\na: {run: x}",
            ["this list grows to more than 2097152 bytes"]
        ),
        (
            "vars:\n" + (0..<150).map { "  v\($0): ${{ v\($0 + 1) }}\n" }.joined() + "  v150: x\na: {run: x}",
            ["variables refer to each other more than 100 deep"]
        ),
        (
            "a: {run: x, matrix: {a: \(many), b: \(many), c: \(many), d: [1, 2]}}",
            ["`matrix` makes more than 1000 combinations"]
        ),
        (
            "a: {run: x, outputs: [o], matrix: {a: \(many), b: \(many), c: \(many)}}",
            ["\"a[0,0,1]\" makes \"o\", and so does \"a[0,0,0]\""]
        ),
    ])
    func growthIsAnError(yaml: String, messages: [String]) {
        let errors = Plan(yaml).diagnostics.filter { $0.severity == .error }.map(\.message)
        #expect(errors == messages)
    }

    @Test func whatIsWrittenOutMayBeLong() {
        let plan = Plan("a: {run: \"echo \(String(repeating: "x", count: 200_000))\"}")
        #expect(plan.diagnostics == [])
    }
}
