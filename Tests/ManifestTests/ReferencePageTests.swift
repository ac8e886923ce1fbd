// The reference page: every example is valid, every key of the parser's tables is explained, the schema is whole.

import Foundation
import Testing
import Vocabulary
import YAML

@testable import Manifest

@Suite struct ReferencePageTests {
    private static let page: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? String(contentsOf: root.appending(path: "docs/language.md"), encoding: .utf8)) ?? ""
    }()

    /// The fenced blocks of YAML with the word after `yaml`: nothing for a root file, `included`, or `task` for keys of one.
    static let examples: [(kind: String, text: String)] = {
        var examples: [(kind: String, text: String)] = []
        var isInside = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if !isInside, line.hasPrefix("```yaml") {
                examples.append((line.dropFirst(7).trimmingCharacters(in: .whitespaces), ""))
                isInside = true
            } else if line.hasPrefix("```") {
                isInside = false
            } else if isInside {
                examples[examples.count - 1].text += line + "\n"
            }
        }
        return examples
    }()

    @Test func thereAreExamplesOfEveryKind() {
        #expect(Set(Self.examples.map(\.kind)) == ["", "included", "task"])
        #expect(Self.examples.count >= 10)
    }

    @Test(arguments: examples.indices)
    func everyExampleIsValid(index: Int) {
        let (kind, text) = Self.examples[index]
        let isTask = kind == "task"
        let body = text.split(separator: "\n").map { "  \($0)\n" }.joined()
        let file = isTask ? "version: 1\nexample:\n\(body)" + (text.contains("run:") ? "" : "  run: make\n") : text
        let (_, diagnostics) = FileDeclaration.parse(Array(file.utf8), source: SourceID(0), isRoot: kind != "included")
        #expect(diagnostics == [])
    }

    @Test(arguments: [
        FileKeys.table.names, TaskKeys.table.names, GroupKeys.table.names, ServiceFields.table.names,
        ProbeFields.table.names,
        ConditionFields.table.names, MatchFields.table.names, ValueFields.table.names, CountFields.table.names,
        MetricFields.table.names, GateFields.table.names, BaselineFields.table.names, NeedFields.table.names,
        OutputFields.table.names, WorkspaceFields.table.names, RetryFields.table.names, CacheFields.table.names,
        EachFields.table.names, RepeatFields.table.names, ShutdownFields.table.names,
    ])
    func everyKeyIsExplained(keys: [String]) {
        for key in keys {
            let isMentioned =
                Self.page.contains("`\(key)`") || Self.page.contains("\(key):") || Self.page.contains(", \(key)}")
                || Self.page.contains("{\(key), ") || Self.page.contains(", \(key), ")
            #expect(isMentioned, "docs/language.md does not mention `\(key)`")
        }
    }

    @Test func theSchemaIsJSONAndItsReferencesResolve() throws {
        let schema = jsonSchema()
        let value = try #require(try JSONSerialization.jsonObject(with: Data(schema.utf8)) as? [String: Any])
        let definitions = try #require(value["$defs"] as? [String: Any])
        #expect(Set(definitions.keys) == ["node", "task", "group"])
        let references = schema.split(separator: "\"").filter { $0.hasPrefix("#/$defs/") }.map {
            String($0.dropFirst(8))
        }
        #expect(Set(references).isSubset(of: definitions.keys))
        let properties = try #require(value["properties"] as? [String: Any])
        #expect(Set(properties.keys) == Set(FileKeys.table.names + ["<<"]))
    }
}
