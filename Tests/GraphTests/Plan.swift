// A graph made from YAML texts, and short forms of what it says, for the tests of the room.

import Graph
import Manifest
import Patterns
import TestKit
import Testing
import Vocabulary

/// Files of a plan in memory and what loading made of them. `version: 1` is put in front of the root file.
struct Plan {
    let graph: Graph?
    let diagnostics: [Diagnostic]
    let sources: SourceMap

    /// - Parameters:
    ///   - files: further files by path, for `include`.
    ///   - disk: paths on disk, relative to the root.
    init(
        _ yaml: String, files: [String: String] = [:], disk: [String] = [],
        context change: (inout LoadContext) -> Void = { _ in }
    ) {
        var texts = files
        texts["tasks.yaml"] = Plan.head + yaml
        guard
            let manifest = try? LoadedManifest.load(
                root: "tasks.yaml",
                read: { (path) throws(ReadFailure) in
                    guard let text = texts[path] else { throw ReadFailure(reason: "No such file or directory") }
                    return Array(text.utf8)
                })
        else { fatalError("the root file is always there") }
        var context = LoadContext(root: "/project", workingDirectory: "/project/sub")
        for file in manifest.files {
            let parts = manifest.sources[file.source].path.split(separator: "/").dropLast()
            context.directories[file.source] = (["/project"] + parts.map(String.init)).joined(separator: "/")
        }
        context.sourceFiles = { texts in
            guard let set = try? PatternSet(texts) else { return [] }
            return disk.filter(set.matches).sorted { $0.utf8Precedes($1) }
        }
        change(&context)
        // As the command does: where something is left out, what refers to it is not at fault.
        let isAsked = !manifest.hasErrors || manifest.isComplete
        let (graph, found) = isAsked ? Graph.load(manifest.files, context: context) : (nil, [])
        self.graph = manifest.hasErrors ? nil : graph
        diagnostics = manifest.diagnostics + found
        sources = manifest.sources
    }

    static let head = "version: 1\n"

    /// Fails the test when loading found anything.
    func loaded(sourceLocation: SourceLocation = #_sourceLocation) throws -> Graph {
        #expect(diagnostics.text(in: sources) == "", sourceLocation: sourceLocation)
        return try #require(graph, sourceLocation: sourceLocation)
    }

    /// The marked text, with the marks of what is found in it when the marks are taken out.
    static func remarked(
        _ marked: String, disk: [String] = [], context change: (inout LoadContext) -> Void = { _ in }
    ) -> String {
        let text = MarkedYAML(head + marked)
        let source = String(text.source.dropFirst(head.count))
        let found = text.marking(Plan(source, disk: disk, context: change).diagnostics)
        return String(found.dropFirst(head.count))
    }
}

extension Graph {
    func id(_ name: String) throws -> TaskID { try #require(ids.first { self[$0].name == name }, "no task \(name)") }

    func task(_ name: String) throws -> TaskDefinition { self[try id(name)] }

    /// `lint`, `fmt order-only`, `gen inferred`.
    func needs(_ name: String) throws -> [String] {
        needs(of: try id(name)).map { need in
            let kind =
                switch need.kind {
                case .hard: need.isInferred ? " inferred" : ""
                case .orderOnly: " order-only"
                case .soft: " soft"
                case .figures: " figures"
                }
            return self[need.task].name + kind
        }
    }

    var taskNames: [String] { ids.map { self[$0].name } }

    /// The script of a task.
    func script(_ name: String) throws -> String? {
        guard case .script(let text)? = try task(name).command else { return nil }
        return text
    }
}

extension [FilePattern] {
    var spellings: [String] { map(\.spelling) }
}

extension [EnvironmentEntry] {
    var text: [String] { map { "\($0.name)=\($0.value)" } }
}
