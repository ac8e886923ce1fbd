// The command line that runs a container. Executes nothing and asks nobody.

internal import Ports

/// A container to be run in the foreground, with one port on loopback.
struct ContainerLaunch: Sendable {
    /// A file of this machine that the container sees.
    struct Mount: Hashable, Sendable {
        let source: String
        let target: String
        var isReadOnly = true
    }

    /// Unique on this machine.
    let name: String
    /// Of the image.
    let image: String
    let labels: [String]
    /// Outside, on 127.0.0.1, and inside. Nil: the container is reached otherwise.
    var ports: (outside: UInt16, inside: UInt16)?
    /// A file with lines NAME=VALUE; nobody else may read it.
    var environmentFile: String?
    var mounts: [Mount] = []
    /// As in the YAML.
    var volumes: [String] = []
    /// Directories in memory; with most bytes, 0: no limit.
    var memory: [(target: String, size: UInt64)] = []
    /// In the place of the image's own.
    var entryPoint: String?
    var arguments: [String] = []
    /// Most open files and processes of whoever runs the engine. Where they may not be raised, an engine that sets its
    /// own limits cannot start anything.
    var limits: (files: UInt64, processes: UInt64)?

    func words(for engine: ContainerEngine) -> [String] {
        // Gone with its anonymous volumes when it ends, killed at once when it is removed, and nothing of its log is kept.
        var words = [
            engine.program, "run", "--rm", "--name", name, "--pull=never", "--stop-timeout", "0", "--log-driver",
            "none",
        ]
        for label in labels { words += ["--label", label] }
        if engine.kind == .podman, let limits {
            words += ["--ulimit", "nofile=\(limits.files):\(limits.files)"]
            words += ["--ulimit", "nproc=\(limits.processes):\(limits.processes)"]
        }
        if let ports {
            words += ["--publish", "127.0.0.1:\(ports.outside):\(ports.inside)"]
        } else {
            words += ["--network", "none"]
        }
        if let environmentFile { words += ["--env-file", environmentFile] }
        for mount in mounts {
            words += ["--volume", "\(mount.source):\(mount.target)" + (mount.isReadOnly ? ":ro" : "")]
        }
        for volume in volumes { words += ["--volume", volume] }
        for place in memory { words += ["--tmpfs", place.target + (place.size > 0 ? ":rw,size=\(place.size)" : "")] }
        if let entryPoint { words += ["--entrypoint", entryPoint] }
        return words + [image] + arguments
    }
}

/// The variables of a container as a file for `--env-file`.
enum EnvironmentFile {
    /// - Throws: when a value has a line break, which such a file has no words for.
    static func text(_ variables: [(name: String, value: String)]) throws(ServiceError) -> String {
        for variable in variables where variable.value.contains(where: \.isNewline) {
            throw ServiceError(
                "the variable \(variable.name) has a line break, and a container cannot be given such a variable",
                hint: "write the text to a file and name that in `volumes`")
        }
        return variables.map { "\($0.name)=\($0.value)\n" }.joined()
    }
}
