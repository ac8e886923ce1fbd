// What the system's answer to a failed start means. Looks at the disk only after a failure.

internal import Glibc
internal import Ports

extension SpawnError {
    /// `posix_spawn` does not say which step failed: the directory is looked at first, then the program.
    init(explaining code: Int32, program: String, request: ProcessRequest) {
        let path = ProgramSearch(request).resolve(program)
        let reason =
            SpawnError.directoryTrouble(request.directory)
            ?? SpawnError.programTrouble(code, path: path)
            ?? SpawnError.systemTrouble(code, request: request)
        self.init(program: request.arguments.first ?? program, reason: reason)
    }

    /// C strings end at the first zero byte: the rest would be lost without a word.
    init(zeroIn request: ProcessRequest) {
        let variable = request.environment.first { $0.utf8.contains(0) }?.prefix { $0 != "=" && $0 != "\0" }
        let place = request.arguments.contains { $0.utf8.contains(0) } ? nil : variable
        self.init(
            program: request.arguments.first ?? "",
            reason: place.map { "the environment variable \($0) contains a zero byte" }
                ?? "an argument contains a zero byte")
    }

    private static func directoryTrouble(_ directory: String) -> String? {
        var status = stat()
        if stat(directory, &status) != 0 { return "its directory \(directory): \(String(cString: strerror(errno)))" }
        guard status.st_mode & S_IFMT == S_IFDIR else { return "its directory \(directory) is not a directory" }
        guard access(directory, X_OK) == 0 else { return "its directory \(directory): permission denied" }
        return nil
    }

    private static func programTrouble(_ code: Int32, path: String) -> String? {
        guard [ENOENT, EACCES, ENOEXEC, ENOTDIR, ELOOP].contains(code) else { return nil }
        var status = stat()
        guard stat(path, &status) == 0 else {
            return errno == ENOENT ? "\(path) does not exist" : "\(path): \(String(cString: strerror(errno)))"
        }
        guard status.st_mode & S_IFMT != S_IFDIR else { return "\(path) is a directory" }
        guard status.st_mode & S_IFMT == S_IFREG else { return "\(path) is not a regular file" }
        guard access(path, X_OK) == 0 else { return "\(path) is not executable (chmod +x \(path))" }
        if code == ENOEXEC { return "\(path) is not a program of this machine and has no #! line" }
        return interpreterTrouble(code, path: path)
    }

    /// The file itself is fine, so what has to run it is not.
    private static func interpreterTrouble(_ code: Int32, path: String) -> String? {
        guard let interpreter = interpreter(of: path) else {
            return code == ENOENT ? "the loader that \(path) needs does not exist" : nil
        }
        if access(interpreter, F_OK) != 0 {
            return "its interpreter \(interpreter) does not exist (first line of \(path))"
        }
        return "its interpreter \(interpreter) cannot be executed (first line of \(path))"
    }

    /// The program named on a script's first line; a carriage return at its end is shown as `\r`.
    private static func interpreter(of path: String) -> String? {
        guard let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC)) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 256)
        guard case .bytes(let count) = bytes.withUnsafeMutableBytes({ file.read(into: $0) }),
            bytes[..<count].starts(with: "#!".utf8)
        else { return nil }
        let line = bytes[2..<count].prefix { $0 != UInt8(ascii: "\n") }
        let word = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            .prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        return String(decoding: word, as: UTF8.self).replacingCarriageReturns
    }

    private static func systemTrouble(_ code: Int32, request: ProcessRequest) -> String {
        let text = String(cString: strerror(code))
        switch code {
        case E2BIG:
            let size = (request.arguments + request.environment).reduce(0) { $0 + $1.utf8.count + 1 }
            return "\(size) bytes of arguments and environment are more than the system takes"
        case EAGAIN: return "\(text) (too many processes or threads; see ulimit -u)"
        case EMFILE, ENFILE: return "\(text) (see ulimit -n)"
        default: return text
        }
    }
}

extension String {
    fileprivate var replacingCarriageReturns: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            if scalar == "\r" { text += "\\r" } else { text.unicodeScalars.append(scalar) }
        }
    }
}
