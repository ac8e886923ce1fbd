// Where a run goes on: whether it is GitHub's runner, and what that tells by its environment. Prints nothing itself.

import Glibc
import Graph
import Host
import Report
import Vocabulary

/// The runner of a workflow.
struct GitHubRunner {
    let paths: CheckoutPaths
    /// The file that the step's summary is appended to.
    let summary: String?

    /// Nil when the output is not for GitHub's runner: elsewhere, with `--json`, and with `--ci none`.
    init?(_ invocation: Invocation, _ environment: [String: String], root: String?) {
        guard !invocation.isJSON, invocation.ci != "none" else { return nil }
        guard invocation.ci == "github" || environment["GITHUB_ACTIONS"] == "true" else { return nil }
        let working = (try? Project.currentDirectory()) ?? "/"
        paths = CheckoutPaths(
            workspace: environment["GITHUB_WORKSPACE"].flatMap { $0.isEmpty ? nil : $0 }, working: working,
            root: root ?? working)
        summary = environment["GITHUB_STEP_SUMMARY"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// GitHub takes 1 MiB for a step and drops what is larger.
    private static let summaryLimit = 1 << 20

    /// 128 bits that nobody can guess.
    static var token: String {
        let words = [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)]
        return "taskgraph-" + words.map { String($0, radix: 36) }.joined()
    }

    /// Annotations for what is wrong with the YAML.
    static func annotate(_ diagnostics: [Diagnostic], _ sources: SourceMap, _ invocation: Invocation) {
        guard let runner = GitHubRunner(invocation, Project.environment, root: nil) else { return }
        let annotations = Annotations(paths: runner.paths, sources: sources)
        Output.print(diagnostics.map { annotations.command($0).line }.joined())
    }

    /// Adds to the step's summary what fits: GitHub drops the whole of one that is too large.
    func append(_ text: String) {
        guard let summary else { return }
        let descriptor = open(summary, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            return Output.error(
                "warning: the step summary \(summary) cannot be written: \(String(cString: strerror(errno)))\n")
        }
        defer { close(descriptor) }
        let size = max(0, Int(lseek(descriptor, 0, SEEK_END)))
        if size + text.utf8.count <= GitHubRunner.summaryLimit { Output.write(Array(text.utf8), to: descriptor) }
    }
}

extension Graph {
    /// The values of all secrets that tasks declare and the environment has, in the order of their names.
    func secretValues(_ environment: [String: String]) -> [String] {
        Set(tasks.values.flatMap(\.secrets)).sorted().compactMap { environment[$0] }
    }
}
