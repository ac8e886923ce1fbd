// Path arithmetic on text. Follows no link and asks no disk.

enum Paths {
    /// Parts of a path with `.`, `..` and empty parts resolved; nil when it leads above where it starts.
    private static func parts(_ path: String) -> (parts: [Substring], above: Int) {
        var parts: [Substring] = []
        var above = 0
        for part in path.split(separator: "/") where part != "." {
            if part == ".." {
                if parts.isEmpty { above += 1 } else { parts.removeLast() }
            } else {
                parts.append(part)
            }
        }
        return (parts, above)
    }

    /// An absolute path, without `.`, `..` and a trailing slash.
    static func absolute(_ path: String, from base: String) -> String {
        let full = path.hasPrefix("/") ? path : base + "/" + path
        return "/" + parts(full).parts.joined(separator: "/")
    }

    /// The path as seen from a directory: relative when it lies beneath it (empty for the directory itself), else
    /// absolute.
    static func relative(_ path: String, directory: String, root: String) -> String {
        if !path.hasPrefix("/") {
            let joined = parts(directory.isEmpty || directory.hasPrefix("/") ? path : directory + "/" + path)
            if joined.above == 0, !directory.hasPrefix("/") { return joined.parts.joined(separator: "/") }
        }
        let full = absolute(path, from: absolute(directory, from: root))
        return beneath(full, root) ?? full
    }

    /// The path relative to a directory it lies in, or nil.
    static func beneath(_ path: String, _ directory: String) -> String? {
        if path == directory { return "" }
        let prefix = directory == "/" ? "/" : directory + "/"
        guard path.hasPrefix(prefix) else { return nil }
        return String(path.dropFirst(prefix.count))
    }
}
