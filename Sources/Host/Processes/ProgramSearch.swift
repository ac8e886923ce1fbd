// Where a request's program is: in the PATH of the request's own environment, not of ours. Starts nothing.

internal import Glibc
internal import Ports

/// Finds a program as `execvp` would in the new process.
struct ProgramSearch {
    /// What POSIX systems search when PATH is not set.
    static let defaultPath = "/usr/local/bin:/usr/bin:/bin"

    private let request: ProcessRequest

    init(_ request: ProcessRequest) {
        self.request = request
    }

    /// The path to execute; relative ones are relative to the request's directory.
    func find() throws(SpawnError) -> String {
        guard let name = request.arguments.first, !name.isEmpty else {
            throw SpawnError(program: "\"\"", reason: "the command is empty")
        }
        guard !name.utf8.contains(UInt8(ascii: "/")) else { return name }
        var denied: String?
        for directory in path.split(separator: ":", omittingEmptySubsequences: false) {
            let candidate = "\(directory.isEmpty ? "." : directory)/\(name)"
            let resolved = resolve(candidate)
            if access(resolved, X_OK) == 0 {
                if isRegular(resolved) { return candidate }
            } else if errno == EACCES, denied == nil, isRegular(resolved) {
                denied = candidate
            }
        }
        guard let denied else { throw notFound(name) }
        throw SpawnError(
            program: name, reason: "\(denied) is not executable (chmod +x \(denied)), and PATH has no other")
    }

    /// A path of the new process as this process has to write it.
    func resolve(_ path: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : "\(request.directory)/\(path)"
    }

    private var path: String {
        // Of a variable that is given twice, getenv sees the first.
        request.environment.first { $0.hasPrefix("PATH=") }.map { String($0.dropFirst(5)) } ?? ProgramSearch.defaultPath
    }

    private func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private func notFound(_ name: String) -> SpawnError {
        let searched = path.isEmpty ? "it is empty" : path
        let isHere = isRegular(resolve(name))
        let hint = isHere ? "; to run the one in the task's directory write ./\(name)" : ""
        return SpawnError(program: name, reason: "no such program in PATH (\(searched))\(hint)")
    }
}
