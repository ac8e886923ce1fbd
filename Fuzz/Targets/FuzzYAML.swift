// Any bytes as YAML files: read, made into a graph, and every finding shown. Touches no disk.

import Conditions
import Graph
import Manifest
import Patterns
import Vocabulary

/// Lines `#@ NAME` divide the input into files that may include each other; the first is the root file.
func fuzzYAML(_ bytes: [UInt8]) {
    let files = fuzzFiles(in: bytes)
    let loaded: LoadedManifest
    do throws(ReadFailure) {
        loaded = try LoadedManifest.load(root: "tasks.yaml") { (path: String) throws(ReadFailure) in
            guard let file = files[path] else { throw ReadFailure(reason: "No such file or directory") }
            return file
        }
    } catch {
        return
    }
    var context = LoadContext(root: "/project")
    context.environment = ["HOME": "/root", "EMPTY": ""]
    context.sourceFiles = { texts in
        (try? PatternSet(texts))?.expand(in: FuzzDirectory(), ignoring: nil) ?? []
    }
    let (graph, findings) = Graph.load(loaded.files, context: context)
    let mistakes = graph.map { $0.tasks.values.flatMap(\.conditions).flatMap { $0.diagnostics() } } ?? []
    for diagnostic in loaded.diagnostics + findings + mistakes {
        require(!diagnostic.text(in: loaded.sources).isEmpty, "a finding without words")
        check(diagnostic.range, in: loaded.sources)
    }
    require(graph == nil || !findings.contains { $0.severity == .error }, "a graph in spite of errors")
    if let graph, !loaded.hasErrors { walk(graph) }
}

private func fuzzFiles(in bytes: [UInt8]) -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    var name = "tasks.yaml"
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        if line.starts(with: [UInt8(ascii: "#"), UInt8(ascii: "@"), UInt8(ascii: " ")]) {
            name = String(decoding: line.dropFirst(3), as: UTF8.self)
            files[name] = []
        } else {
            files[name, default: []] += line + [UInt8(ascii: "\n")]
        }
    }
    return files
}

private func check(_ range: SourceRange?, in sources: SourceMap) {
    guard let range else { return }
    let size = sources[range.source].bytes.count
    require(range.start <= range.end && Int(range.end) <= size + 1, "a finding beyond the end of its file")
}

/// What the commands that look do with a graph.
private func walk(_ graph: Graph) {
    let wanted = graph.closure(of: Array(graph.ids))
    let order = graph.topologicalOrder(of: wanted)
    var done = Set<TaskID>()
    for task in order {
        for need in graph.needs(of: task) where need.task != task {
            require(done.contains(need.task), "a task before one that it needs")
        }
        done.insert(task)
    }
    require(done.count == graph.count, "a task without a place in the order")
    for name in graph.targetNames.prefix(16) { _ = try? graph.select([name]) }
}

/// A small tree that patterns can be expanded in.
struct FuzzDirectory: DirectoryReader {
    private static let files = ["a.c", "src/a.c", "src/b.c", "src/deep/c.h", "docs/[x].md", "été.txt"]

    func kind(at path: String) -> FileKind? {
        if Self.files.contains(path) { return .regular }
        return path.isEmpty || Self.files.contains { $0.hasPrefix(path + "/") } ? .directory : nil
    }

    func items(in directory: String) -> [DirectoryItem] {
        let prefix = directory.isEmpty ? "" : directory + "/"
        let names = Self.files.filter { $0.hasPrefix(prefix) }.compactMap {
            $0.dropFirst(prefix.count).split(separator: "/").first.map(String.init)
        }
        return Set(names).map { DirectoryItem($0, kind(at: prefix + $0) ?? .regular) }
    }

    func ignoreFile(in directory: String) -> [UInt8]? { nil }
}
