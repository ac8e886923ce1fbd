// The user's git repository, as `apply` needs it: a branch, commits of exactly the given paths. Runs the git command.

import Engine
import Host
import Ports
import Vocabulary

/// A tree that is, or lies in, a git work tree with at least one commit.
struct GitRepository {
    private let tree: String
    private let session: Session

    init(of tree: String, _ session: Session) throws(CommandFailure) {
        self.tree = tree
        self.session = session
        let plain = "`--no-commit` changes the files and leaves the rest to you"
        guard try git(["rev-parse", "--is-inside-work-tree"]).output == "true\n" else {
            throw CommandFailure(.machine, "taskgraph: \(tree) is not in a git work tree\n  hint: \(plain)\n")
        }
        guard try git(["rev-parse", "--verify", "--quiet", "HEAD"]).succeeded else {
            throw CommandFailure(
                .machine, "taskgraph: \(tree) has no commit yet to start a branch from\n  hint: \(plain)\n")
        }
    }

    /// Refuses when a path that is to be committed holds changes of the user's.
    func refuseUnsaved(_ paths: Set<String>) throws(CommandFailure) {
        let status = try git([
            "--no-optional-locks", "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", ".",
        ])
        let prefix = try git(["rev-parse", "--show-prefix"]).output.dropLast()
        // `XY path`, relative to the top of the work tree.
        let changed = status.output.split(separator: "\0").map { String($0.dropFirst(3)) }
            .filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        let meant = changed.filter(paths.contains)
        guard meant.isEmpty else {
            throw CommandFailure(
                .failed,
                "taskgraph: these files have changes that are not committed, and the target changes them too:\n"
                    + meant.map { "  \($0)\n" }.joined() + "  hint: commit or stash them first, or use `--no-commit`\n"
            )
        }
    }

    func create(_ branch: String) throws(CommandFailure) {
        let result = try git(["switch", "--quiet", "--create", branch])
        guard result.succeeded else {
            throw CommandFailure(
                .failed,
                "taskgraph: cannot make the branch \(branch):\n\(result.output)  hint: `--branch NAME` takes another name\n"
            )
        }
    }

    func branch() throws(CommandFailure) -> String {
        String(try git(["branch", "--show-current"]).output.split(separator: "\n").first ?? "HEAD")
    }

    /// Commits these files as they are now, and nothing else. Hooks are left out: a step in the middle of a migration
    /// need not pass them.
    /// - Returns: the short name of the commit; nil when there was nothing to commit.
    func commit(_ paths: [String], message: String) throws(CommandFailure) -> String? {
        let list = session.state.path + "/apply-paths"
        do throws(FileError) {
            try session.ports.files.write(Array(paths.map { $0 + "\0" }.joined().utf8), to: list, mode: 0o600)
        } catch {
            throw CommandFailure(.machine, "taskgraph: \(error)\n")
        }
        defer { try? session.ports.files.remove(list) }
        try require(["sh", "-c", "git update-index --add --remove -z --stdin < \"$1\"", "sh", list])
        if try git(["diff", "--cached", "--quiet"]).succeeded { return nil }
        try require(["git", "commit", "--quiet", "--no-verify", "--message", message])
        return String(try git(["rev-parse", "--short", "HEAD"]).output.dropLast())
    }

    private func require(_ words: [String]) throws(CommandFailure) {
        let result = try session.output(of: words, in: tree)
        guard result.succeeded else {
            throw CommandFailure(
                .machine, "taskgraph: `\(words.prefix(2).joined(separator: " "))` failed:\n\(result.output)")
        }
    }

    private func git(_ words: [String]) throws(CommandFailure) -> (succeeded: Bool, output: String) {
        try session.output(of: ["git"] + words, in: tree)
    }
}

extension Session {
    /// Runs a program to its end and gives what it printed.
    func output(of words: [String], in directory: String) throws(CommandFailure) -> (succeeded: Bool, output: String) {
        let token = ProcessToken(.max)
        let request = ProcessRequest(
            arguments: words, environment: options.environment.map { "\($0.key)=\($0.value)" }.sorted(),
            directory: directory
        )
        do throws(SpawnError) {
            try reactor.spawn(request, as: token)
        } catch {
            throw CommandFailure(.machine, "taskgraph: \(error)\n")
        }
        var output: [UInt8] = []
        while true {
            switch reactor.next(until: nil) {
            case .output(token, let bytes): output += bytes
            case .exited(token, let status, _): return (status == .exited(0), String(decoding: output, as: UTF8.self))
            case .interrupted: reactor.stop(token, grace: options.grace)
            default: continue
            }
        }
    }
}
