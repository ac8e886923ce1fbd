// `taskgraph doctor`: what this machine lacks, for which parts, and how to get it.

import Host
import Ports
import Report
import Vocabulary

enum DoctorCommand {
    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        let environment = Project.environment
        let (directory, isTemporary) = place(invocation, environment)
        defer { if isTemporary { try? DiskFiles().remove(directory) } }
        let check = MachineCheck(cache: directory + "/cache", path: environment["PATH"])
        let views = ViewPlace(state: directory, cache: directory + "/cache") { _ in .everything }
        let checkup = Checkup([
            item("PostgreSQL", check.postgres, for: "services with the driver postgres"),
            item("Redis", check.redis, for: "services with the driver redis"),
            item("libpq", check.postgresLibrary, for: "probes of PostgreSQL"),
            item("psql", check.program(["psql"], hint: package("postgresql-client")), for: "`services psql`", true),
            item(
                "redis-cli", check.program(["redis-cli"], hint: package("redis-tools")), for: "`services redis`", true),
            item("namespaces", check.namespaces, for: "tasks that leave nothing behind however they end"),
            item("overlay mounts", check.overlays(views), for: "workspaces and databases in milliseconds"),
            item("git", check.program(["git"], hint: package("git")), for: "`apply` and the phases"),
            item("python3", check.program(["python3"], hint: package("python3")), for: "the phases"),
            item(
                "uv", check.program(["uv"], hint: "get it with: pipx install uv"), for: "Python projects that use it",
                true),
            item(
                "containers", check.containers, for: "services with the driver container, or with an `image`", true),
        ])
        if invocation.isJSON { Output.write(checkup.json) } else { Output.print(checkup.text) }
        return checkup.isLacking ? .failed : .done
    }

    /// Mounts may be possible in one place and not in another: it is tried where the project's would be, if there is one.
    private static func place(_ invocation: Invocation, _ environment: [String: String]) -> (String, Bool) {
        if let root = try? Project.rootFile(invocation) {
            let state = "\(parentDirectory(of: root))/\(StateDirectory.name)"
            if ((try? DiskFiles().status(state)) ?? nil) != nil { return (state, false) }
        }
        let temporary = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        return ("\(temporary)/taskgraph-doctor-\(Machine.processNumber)", true)
    }

    private static func package(_ name: String) -> String { "on Debian and Ubuntu: apt-get install \(name)" }

    private static func item(
        _ name: String, _ finding: MachineFinding, for purpose: String, _ isOptional: Bool = false
    ) -> Checkup.Item {
        switch finding.result {
        case .success(let what): Checkup.Item(name, .present(what), purpose: purpose, isOptional: isOptional)
        case .failure(let error):
            Checkup.Item(
                name, .missing(error.message, remedy: error.hint ?? "there is no remedy known"), purpose: purpose,
                isOptional: isOptional)
        }
    }
}
