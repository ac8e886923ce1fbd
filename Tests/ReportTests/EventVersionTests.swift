// docs/events.md against the declaration of events: one line for each, and the version that lines carry.

import Foundation
import Testing

@testable import Report

@Suite struct EventVersionTests {
    private static func text(_ path: String) -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    /// `runStarted` of the declaration is `run-started` in a line.
    private static func spelling(_ name: Substring) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "-" + $1.lowercased() : String($1) }
    }

    @Test func everyEventHasItsLine() {
        let declaration = Self.text("Sources/Vocabulary/Event.swift")
        let kind = declaration.split(separator: "public enum Kind")[1].split(separator: "public let time")[0]
        let cases = kind.split(separator: "\n").compactMap { line -> String? in
            let words = line.trimmingCharacters(in: .whitespaces)
            guard words.hasPrefix("case ") else { return nil }
            return Self.spelling(words.dropFirst(5).prefix { $0.isLetter })
        }
        #expect(cases.count >= 11)
        let page = Self.text("docs/events.md")
        let table = page.split(separator: "## Events")[1].split(separator: "### ")[0]
        let rows = table.split(separator: "\n").filter { $0.hasPrefix("| `") }.map {
            String($0.dropFirst(3).prefix { $0 != "`" })
        }
        // What `resume` says first is no event of a run.
        #expect(rows == ["resumed"] + cases)
    }

    @Test func thePageSaysTheVersion() {
        let page = Self.text("docs/events.md")
        #expect(page.hasPrefix("# Events as JSON lines (version \(JSONRenderer.version))\n"))
        #expect(page.contains("{\"version\":\(JSONRenderer.version),\"event\":"))
    }
}
