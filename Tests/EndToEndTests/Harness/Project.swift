// A project of a test's own: a directory with YAML files, the real program, and a log of what its tasks did.

import Glibc
import TestKit
import Testing

/// A project directory in a temporary directory, in which tasks leave marks of having run.
///
/// Tasks run `echo NAME >> $log` with `$log` replaced by a path outside of the project, so that the marks are no input of
/// anything; `ran()` tells what was marked since it was last asked.
final class Project {
    /// The temporary directory; `path` is `project` in it.
    let base: String
    let path: String
    /// Words before the program's name: another user, for instance.
    var prefix: [String] = []
    /// The environment of every run, beside what `run` adds.
    var environment: [String: String]
    private var runs = 0
    private var marksSeen = 0

    private init(base: String) {
        self.base = base
        path = base + "/project"
        environment = [
            "PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin", "HOME": base + "/home",
            "TMPDIR": base + "/tmp", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
        ]
        for directory in [path, base + "/home", base + "/tmp"] { Disk.makeDirectory(directory) }
    }

    /// - Parameter yaml: `tasks.yaml` below its `version` line.
    static func with<Result>(
        _ yaml: String, files: [String: String] = [:], _ body: (Project) throws -> Result
    ) rethrows -> Result {
        try withTemporaryDirectory { base in
            let project = Project(base: base)
            project.yaml(yaml)
            for (name, text) in files { project.write(text, to: name) }
            return try body(project)
        }
    }

    // MARK: Files

    /// Writes `tasks.yaml`: the version line and this.
    func yaml(_ text: String) { write("version: 1\n" + text, to: "tasks.yaml") }

    /// Writes a file of the project.
    func write(_ text: String, to name: String, mode: mode_t = 0o644) {
        let isYAML = name.hasSuffix(".yaml")
        Disk.write(isYAML ? text.replacing("$log", with: base + "/log") : text, to: at(name), mode: mode)
    }

    func at(_ name: String) -> String { path + "/" + name }
    func text(_ name: String) -> String? { Disk.text(at(name)) }
    func exists(_ name: String) -> Bool { Disk.exists(at(name)) }

    /// Runs a shell script in the project's directory as the user of the runs, and expects it to succeed.
    @discardableResult
    func shell(_ script: String, _ location: SourceLocation = #_sourceLocation) -> String {
        let ending = start(prefix + ["sh", "-euc", script], "shell").wait()
        if ending.status != 0 {
            Issue.record("sh: \(script): \(ending.status)\n\(ending.err)", sourceLocation: location)
        }
        return ending.out
    }

    // MARK: Runs

    /// Runs the program to its end.
    @discardableResult
    func run(_ arguments: String..., environment: [String: String] = [:], in directory: String = ".") -> Ending {
        start(prefix + [Binary.path] + arguments, "run", environment, directory).wait()
    }

    @discardableResult
    func run(_ arguments: [String], environment: [String: String] = [:]) -> Ending {
        start(prefix + [Binary.path] + arguments, "run", environment).wait()
    }

    /// Starts the program.
    func start(_ arguments: String..., environment: [String: String] = [:]) -> Child {
        start(prefix + [Binary.path] + arguments, "run", environment)
    }

    func start(_ arguments: [String], environment: [String: String] = [:]) -> Child {
        start(prefix + [Binary.path] + arguments, "run", environment)
    }

    private func start(
        _ words: [String], _ kind: String, _ more: [String: String] = [:], _ directory: String = "."
    ) -> Child {
        runs += 1
        return Child(
            words, in: directory.hasPrefix("/") ? directory : at(directory),
            environment: environment.merging(more) { $1 }, scratch: "\(base)/\(kind)-\(runs)"
        )
    }

    // MARK: What ran

    /// The marks that tasks left since the last call, sorted: what ran, whatever the order.
    func ran() -> [String] { ranInOrder().sorted() }

    func ranInOrder() -> [String] {
        let marks = (Disk.text(base + "/log") ?? "").split(separator: "\n").map(String.init)
        defer { marksSeen = marks.count }
        return Array(marks[marksSeen...])
    }

    // MARK: Rendezvous

    /// Makes a FIFO outside of the project and gives its path.
    func fifo(_ name: String) -> Fifo { Fifo(base + "/" + name) }
}
