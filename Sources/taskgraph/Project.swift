// Finds the root file, reads everything it includes, makes the graph. Knows nothing of what is done with it.

import Conditions
import Engine
import Graph
import Host
import Manifest
import Patterns
import Ports
import Vocabulary

/// A loaded plan.
struct Project {
    let graph: Graph
    let sources: SourceMap
    /// Absolute path of the root file's directory.
    let root: String
    /// The root file's name in it.
    let rootFile: String
    /// What the graph was made from; nil when another load may differ although all of that is the same, or has to
    /// repeat its warnings.
    var facts: LoadFacts?

    /// The caller's environment.
    static var environment: [String: String] {
        Dictionary(Machine.environment.map { ($0.name, $0.value) }) { first, _ in first }
    }

    /// - Throws: with every finding, when the YAML is wrong.
    static func load(_ invocation: Invocation) throws(CommandFailure) -> Project {
        let startedAt = Machine.wallTime
        let files = ObservedFiles(DiskFiles())
        let path = try rootFile(invocation)
        let root = parentDirectory(of: path)
        let working = try currentDirectory()
        // Paths are shown as the user would write them.
        let shown = relative(path, to: working)
        let loaded: LoadedManifest
        do throws(ReadFailure) {
            loaded = try LoadedManifest.load(root: shown) { (file: String) throws(ReadFailure) -> [UInt8] in
                do throws(FileError) {
                    return try files.bytes(absolute(file, from: working))
                } catch {
                    throw ReadFailure(reason: error.reason)
                }
            }
        } catch {
            throw CommandFailure(.plan, "taskgraph: cannot read \(shown): \(error.reason)\n")
        }
        let ignoring = IgnoreFiles(files: files)
        var context = LoadContext(root: root)
        for file in loaded.files {
            context.directories[file.source] = parentDirectory(
                of: absolute(loaded.sources[file.source].path, from: working))
        }
        context.overrides = invocation.variables
        context.workingDirectory = invocation.variablesDirectory ?? working
        context.environment = environment
        // A forecast is of the run with the same words behind `--`.
        context.arguments = ["run", "plan", "why"].contains(invocation.command) ? invocation.arguments : []
        context.platform = platform
        context.sourceFiles = { texts in
            guard let set = try? PatternSet(texts) else { return [] }
            return set.expand(in: DiskDirectories(files: files, root: root), ignoring: ignoring.above(root))
        }
        var (graph, diagnostics) =
            loaded.hasErrors && !loaded.isComplete ? (nil, []) : Graph.load(loaded.files, context: context)
        if loaded.hasErrors { graph = nil }
        diagnostics = loaded.diagnostics + diagnostics
        let conditions = graph.map { $0.tasks.values.flatMap(\.conditions) } ?? []
        let mistakes = Set(conditions.flatMap { $0.diagnostics() })
        if !mistakes.isEmpty {
            diagnostics += mistakes
            graph = nil
        }
        GitHubRunner.annotate(diagnostics, loaded.sources, invocation)
        if !diagnostics.isEmpty, graph != nil, invocation.verbosity >= 0 {
            Output.error(diagnostics.text(in: loaded.sources))
        }
        guard let graph else {
            let errors = diagnostics.count { $0.severity == .error }
            throw CommandFailure(
                .plan, diagnostics.text(in: loaded.sources) + "\n\(errors) error\(errors == 1 ? "" : "s") in \(shown)\n"
            )
        }
        var project = Project(
            graph: graph, sources: loaded.sources, root: root, rootFile: String(path.split(separator: "/").last ?? ""))
        let observations = files.take()
        if diagnostics.isEmpty, context.arguments.isEmpty, FineTimes.tell(observations, takenAt: startedAt),
            let program = LoadFacts.runningProgram
        {
            project.facts = LoadFacts(
                root: root, rootFile: path, program: program, overrides: LoadFacts.entries(invocation.variables),
                workingDirectory: context.workingDirectory,
                environment: LoadFacts.entries(context.environment.filter { graph.readVariables.contains($0.key) }),
                sources: loaded.sources.texts.map { absolute($0.path, from: working) }, observations: observations
            )
            project.facts?.title = graph.title
        }
        return project
    }

    static var platform: String {
        let parts = Machine.platform.lowercased().split(separator: "-")
        return parts.joined(separator: "/")
    }

    /// `-f`, or the nearest root file here or above.
    static func rootFile(_ invocation: Invocation) throws(CommandFailure) -> String {
        let files = DiskFiles()
        let working = try currentDirectory()
        if let file = invocation.file { return absolute(file, from: working) }
        var directory = working
        while true {
            for name in ["tasks.yaml", "tasks.yml"] {
                let path = directory == "/" ? "/" + name : directory + "/" + name
                if ((try? files.status(path)) ?? nil) != nil { return path }
            }
            guard directory != "/" else { break }
            directory = parentDirectory(of: directory)
        }
        throw CommandFailure(
            .usage,
            "taskgraph: there is no tasks.yaml in \(working) or above\n  hint: go to your project, or name the file with -f\n"
        )
    }

    static func currentDirectory() throws(CommandFailure) -> String {
        do throws(FileError) {
            return try Machine.currentDirectory()
        } catch {
            throw CommandFailure(.machine, "taskgraph: \(error)\n")
        }
    }
}

/// The directory a path stands in.
func parentDirectory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// An absolute path without `.` and `..`.
func absolute(_ path: String, from base: String) -> String {
    var parts: [Substring] = []
    for part in (path.hasPrefix("/") ? path : base + "/" + path).split(separator: "/") where part != "." {
        if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
}

/// A path as seen from a directory, when that is shorter to say.
func relative(_ path: String, to directory: String) -> String {
    if path.hasPrefix(directory + "/") { return String(path.dropFirst(directory.count + 1)) }
    let up = directory.split(separator: "/").count
    let parts = path.split(separator: "/")
    let shared = zip(parts, directory.split(separator: "/")).prefix { $0 == $1 }.count
    guard shared > 0 else { return path }
    return (Array(repeating: "..", count: up - shared) + parts.dropFirst(shared).map(String.init)).joined(
        separator: "/")
}
