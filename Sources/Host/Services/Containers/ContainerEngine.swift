// podman or docker: which there is, and what it says when it is asked. Starts no container.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

/// A program that keeps containers.
struct ContainerEngine: Hashable, Sendable {
    enum Kind: String, Sendable {
        case podman, docker
    }

    let kind: Kind
    /// Absolute path.
    let program: String

    var name: String { "\(kind.rawValue) (\(program))" }
}

/// Finds engines and asks them.
struct ContainerEngines: Sendable {
    /// Names the engine to use: a program in PATH, or a path.
    static let variable = "TASKGRAPH_CONTAINER_ENGINE"
    /// An engine that has not said anything after that many nanoseconds is not there.
    static let patience: UInt64 = 30_000_000_000

    let place: ServicePlace
    let programs: ServerPrograms

    /// Those that are installed, the best first; only the one that was chosen, if one was.
    func all() throws(ServiceError) -> [ContainerEngine] {
        let names = place.engine.map { [$0] } ?? ["podman", "docker"]
        var found: [ContainerEngine] = []
        for name in names {
            let paths = name.hasPrefix("/") ? [name].filter { access($0, X_OK) == 0 } : programs.find(name)
            guard let program = paths.first else { continue }
            // Where podman stands in for docker it says so.
            let version = try programs.version(of: program)
            found.append(ContainerEngine(kind: version.contains("podman") ? .podman : .docker, program: program))
        }
        if !found.isEmpty { return found }
        let missing =
            "there is no program \(names.joined(separator: " or "))"
            + (place.engine?.hasPrefix("/") == true ? "" : " in PATH")
        throw ServiceError(
            "it runs a container, and \(missing)",
            hint: place.engine == nil
                ? "on Debian and Ubuntu: apt-get install podman"
                : "\(ContainerEngines.variable) names the container engine; without it podman and docker are tried")
    }

    func inspect(_ image: String, with engine: ContainerEngine) throws(ServiceError) -> ImageAnswer {
        guard let ended = try ask(engine, ["image", "inspect", image]) else { return .silent(ContainerEngines.silence) }
        return ImageAnswer(status: ended.status, output: ended.output)
    }

    /// The version of the engine that does the work.
    func version(of engine: ContainerEngine) throws(ServiceError) -> String {
        let question =
            engine.kind == .podman
            ? ["info", "--format", "{{.Version.Version}}"] : ["version", "--format", "{{.Server.Version}}"]
        guard let ended = try ask(engine, question) else {
            throw ServiceError("\(engine.name) does not answer: \(ContainerEngines.silence)")
        }
        guard ended.status == 0, let line = ended.output.split(whereSeparator: \.isNewline).last else {
            throw ServiceError("\(engine.name) does not answer: \(EngineWords.reason(ended.output, ended.status))")
        }
        return String(line)
    }

    private static let silence = "it has said nothing for \(patience / 1_000_000_000) s"

    /// Nil: it did not end in time.
    /// - Parameter patience: nanoseconds; nil: it may take as long as it likes.
    func ask(
        _ engine: ContainerEngine, _ arguments: [String], patience: UInt64? = ContainerEngines.patience
    ) throws(ServiceError) -> FinishedCommand? {
        do throws(SystemFailure) {
            guard let input = Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)) else {
                throw SystemFailure("open", "/dev/null")
            }
            let output = try GuardedCommand.memoryFile()
            let pid = try GuardedCommand.spawn(
                [engine.program] + arguments, environment: environment, directory: "/", input: input.number,
                output: output.number)
            let command = RunningCommand(pid: pid, guardEnd: nil, output: output)
            return patience.map { command.end(within: $0) } ?? command.end(keeping: 1 << 20)
        } catch {
            throw ServiceError("\(engine.name) cannot be asked: \(error)")
        }
    }

    /// The caller's, as if he called the engine himself.
    var environment: [String] {
        Machine.environment.filter { $0.name != "PATH" }.map { "\($0.name)=\($0.value)" } + ["PATH=\(place.path)"]
    }
}
