// Which PostgreSQL of this machine is used. Starts nothing but `postgres --version`.

internal import Glibc
internal import Ports
internal import Vocabulary

/// An installed PostgreSQL server.
struct PostgresPrograms: Sendable {
    let postgres: String
    /// What `postgres --version` prints.
    let version: String

    var initdb: String { Staging.parent(of: postgres) + "/initdb" }

    /// - Parameter wanted: the beginning of the version's number: `15`, `15.4`; nil: the first in PATH, else the newest.
    static func find(_ programs: ServerPrograms, wanted: String?, service: String) throws(ServiceError) -> Self {
        let debian = programs.place.installations
        let installed = DirectoryNames.list(debian).compactMap { Int($0) }.sorted(by: >)
        var found: [PostgresPrograms] = []
        for link in programs.find("postgres", alsoIn: installed.map { "\(debian)/\($0)/bin" }) {
            // Its other programs stand beside the real one.
            let postgres = (try? Machine.canonicalPath(link)) ?? link
            let candidate = PostgresPrograms(postgres: postgres, version: try programs.version(of: postgres))
            if wanted.map({ candidate.has($0) }) ?? true { return candidate }
            found.append(candidate)
        }
        let package = "postgresql" + (wanted.map { "-" + $0.prefix { $0 != "." } } ?? "")
        let hint = "on Debian and Ubuntu: apt-get install \(package)"
        if let wanted, !found.isEmpty {
            let list = found.map { "\($0.postgres) is \($0.version)" }.joined(separator: ", ")
            throw ServiceError(
                "service \"\(service)\" needs PostgreSQL \(wanted), which is not installed: \(list)", hint: hint)
        }
        throw ServiceError(
            "service \"\(service)\" needs PostgreSQL\(wanted.map { " " + $0 } ?? ""), which is not installed: there is no"
                + " program \"postgres\" in PATH or \(debian)/*/bin",
            hint: hint)
    }

    /// `postgres (PostgreSQL) 15.4 (Debian …)`
    var number: String {
        let words = version.split(separator: " ").map(String.init)
        return words.first { $0.first?.isNumber ?? false } ?? version
    }

    var major: Int { Int(number.prefix { $0.isNumber }) ?? 0 }

    private func has(_ wanted: String) -> Bool { number == wanted || number.hasPrefix(wanted + ".") }
}
