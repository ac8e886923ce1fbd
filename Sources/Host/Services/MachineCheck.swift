// What tasks and services may need of this machine, looked for one by one. Changes nothing that lasts.

internal import CLinux
internal import Glibc
public import Ports
internal import Vocabulary

/// One thing that was looked for.
public struct MachineFinding: Sendable {
    /// What there is: a version and a path, or why it cannot be used, with what to do.
    public let result: Result<String, ServiceError>
}

/// Looks for programs, libraries and permissions as the parts that need them do.
public struct MachineCheck {
    private let programs: ServerPrograms
    private let path: String
    private let engines: ContainerEngines

    /// - Parameters:
    ///   - cache: absolute path of the directory that remembers versions of programs.
    ///   - path: `PATH` as tasks have it.
    public init(cache: String, path: String?) {
        let place = ServicePlace(cache: cache, path: path)
        programs = ServerPrograms(place)
        self.path = place.path
        engines = ContainerEngines(place: place, programs: programs)
    }

    public var postgres: MachineFinding {
        do throws(ServiceError) {
            let found = try PostgresPrograms.find(programs, wanted: nil, service: "")
            return present("\(found.version), \(found.postgres)")
        } catch {
            return missing("there is no program postgres in PATH or /usr/lib/postgresql/*/bin", error.hint)
        }
    }

    public var redis: MachineFinding {
        do throws(ServiceError) {
            let found = try RedisProgram.find(programs, wanted: nil, service: "")
            return present("\(found.version), \(found.path)")
        } catch {
            return missing("there is no program redis-server or valkey-server", error.hint)
        }
    }

    /// The client library that probes of PostgreSQL use.
    public var postgresLibrary: MachineFinding {
        guard case .impossible(let reason, let hint) = PostgresAttempt.missingLibrary else { return present("libpq") }
        return missing(reason, hint)
    }

    /// The first container engine that answers.
    public var containers: MachineFinding {
        let found: [ContainerEngine]
        do throws(ServiceError) { found = try engines.all() } catch {
            return missing("there is no program podman or docker in PATH", error.hint)
        }
        var reasons: [String] = []
        for engine in found {
            do throws(ServiceError) {
                return present("\(engine.kind.rawValue) \(try engines.version(of: engine)), \(engine.program)")
            } catch {
                reasons.append(error.message)
            }
        }
        return missing(
            reasons.joined(separator: "; "),
            "make `podman info` or `docker info` succeed; on Debian: apt-get install podman")
    }

    /// The first of these programs that is in PATH.
    public func program(_ names: [String], hint: String) -> MachineFinding {
        for name in names {
            // As it is called: some programs are links to one that looks at its name.
            let request = ProcessRequest(arguments: [name], environment: ["PATH=\(path)"], directory: "/")
            guard let path = try? ProgramSearch(request).find() else { continue }
            let version = (try? programs.version(of: path)).map { "\($0), " } ?? ""
            return present(version + path)
        }
        return missing("there is no program \(names.joined(separator: " or ")) in PATH", hint)
    }

    /// Namespaces in which nothing that was started lives on.
    public var namespaces: MachineFinding {
        do throws(WardenRefusal) {
            _ = try Warden()
            return present("nothing lives on when taskgraph is killed")
        } catch {
            return missing(
                error.description,
                "allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1), or"
                    + " give the container CAP_SYS_ADMIN; without, see docs/processes.md")
        }
    }

    /// - Parameter place: where views would be.
    public func overlays(_ place: ViewPlace) -> MachineFinding {
        do throws(ViewError) {
            guard let reason = try chooseViews(place).reason else { return present("workspaces are mounts") }
            return missing(
                reason,
                "workspaces and templates are copied instead, which takes longer; a container needs"
                    + " CAP_SYS_ADMIN for mounts")
        } catch {
            return missing(error.message, nil)
        }
    }

    private func present(_ what: String) -> MachineFinding { MachineFinding(result: .success(what)) }

    private func missing(_ why: String, _ hint: String?) -> MachineFinding {
        MachineFinding(result: .failure(ServiceError(why, hint: hint)))
    }
}
