// `ci github`: writes the workflow that runs the graph, or tells how the one that is there differs. What is in it is the
// room Report's.

import Glibc
import Graph
import Host
import Ports
import Report
import Vocabulary
import YAML

enum CICommand {
    private static let defaultShards = 4

    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        guard invocation.operands == ["github"] else {
            throw CommandFailure(
                .usage, "taskgraph: ci wants to know for which place\n  hint: taskgraph ci github\n")
        }
        guard !invocation.isJSON else {
            throw CommandFailure(.usage, "taskgraph: ci writes YAML: --json is not for it\n")
        }
        let project = try Project.load(invocation)
        let repository = Repository(of: project.root)
        let path = try path(invocation, repository)
        let existing = path == "-" ? nil : try? DiskFiles().bytes(path)
        let durations = durations(project)
        let workflow = GitHubWorkflow(
            project.graph, directory: repository.directory, isOwn: repository.isOwn,
            shards: invocation.shards ?? defaultShards, durations: durations,
            earlier: invocation.checks ? existing.map(shards) ?? [:] : [:])
        return invocation.checks
            ? try check(workflow.text, path, existing) : try write(workflow.text, path)
    }

    private static func path(_ invocation: Invocation, _ repository: Repository) throws(CommandFailure) -> String {
        guard let output = invocation.output else { return repository.top + "/.github/workflows/taskgraph.yml" }
        return output == "-" ? output : absolute(output, from: try Project.currentDirectory())
    }

    /// Of earlier runs, if there is any memory of them.
    private static func durations(_ project: Project) -> [String: UInt64] {
        guard let state = try? StateDirectory(beside: project.root) else { return [:] }
        return SQLiteHistory(file: state.history) { Output.error("warning: \($0)\n") }
            .durations(of: project.graph.tasks.values.map(\.name))
    }

    /// How a workflow spreads instances: how evenly it does so depends on who asks, so any split is as good as another.
    private static func shards(_ bytes: [UInt8]) -> [String: [[String]]] {
        var found: [String: [[String]]] = [:]
        let document = YAMLDocument.parse(bytes, source: SourceID(0)).document
        guard let jobs = document.root?["jobs"] else { return [:] }
        for (id, job) in jobs.pairs {
            guard let include = job["strategy"]?["matrix"]?["include"] else { continue }
            found[id.text] = include.items.map { item in
                (item["targets"]?.text ?? "").split(separator: "\n").map(String.init)
            }
        }
        return found
    }

    private static func check(_ text: String, _ path: String, _ existing: [UInt8]?) throws(CommandFailure) -> ExitCode {
        guard path != "-" else {
            throw CommandFailure(.usage, "taskgraph: --check needs a file to look at, and standard output is none\n")
        }
        let shown = relative(path, to: try Project.currentDirectory())
        guard let existing else {
            throw CommandFailure(.failed, "taskgraph: \(shown) is not there\n  hint: taskgraph ci github makes it\n")
        }
        let difference = lineDifference(String(decoding: existing, as: UTF8.self), text)
        guard difference.isEmpty else {
            Output.print(difference)
            throw CommandFailure(
                .failed,
                "taskgraph: \(shown) is not what the graph makes of it\n  hint: taskgraph ci github makes it again\n")
        }
        return .done
    }

    private static func write(_ text: String, _ path: String) throws(CommandFailure) -> ExitCode {
        if path == "-" {
            Output.print(text)
            return .done
        }
        let directory = parentDirectory(of: path)
        makeDirectories(directory)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .machine, "taskgraph: \(path) cannot be written: \(String(cString: strerror(errno)))\n")
        }
        defer { close(descriptor) }
        Output.write(Array(text.utf8), to: descriptor)
        return .done
    }

    /// What cannot be made shows when the file is opened.
    private static func makeDirectories(_ path: String) {
        guard mkdir(path, 0o755) != 0, errno == ENOENT, path != "/" else { return }
        makeDirectories(parentDirectory(of: path))
        mkdir(path, 0o755)
    }
}

/// The git checkout that a project stands in, or the project's own directory where there is none.
private struct Repository {
    let top: String
    /// From the top to the project; empty: it is the top.
    let directory: String
    /// Whether it is taskgraph's own source, from which the jobs can build it.
    let isOwn: Bool

    init(of root: String) {
        let files = DiskFiles()
        let exists = { (path: String) in ((try? files.status(path)) ?? nil) != nil }
        var candidate = root
        while !exists(candidate + "/.git"), candidate != "/" { candidate = parentDirectory(of: candidate) }
        top = candidate == "/" ? root : candidate
        directory = top == root ? "" : relative(root, to: top)
        isOwn = exists(top + "/Sources/taskgraph/main.swift") && exists(top + "/scripts/run")
    }
}
