// Random scripts of file operations that do the same on every filesystem. Reproducible from a seed.

/// Writes Python whose operations may fail, but fail alike in a copy and on overlayfs.
struct RandomOperations {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func script(count: Int) -> String {
        let setting = """
            def attempt(operation):
                try: operation()
                except OSError: pass
            def move(source, target):
                # Directories from below cannot be renamed on overlayfs; mv copies them, and so does this.
                if os.path.lexists(source) and not os.path.lexists(target) and os.path.isdir(os.path.dirname(target) or "."):
                    if not os.path.abspath(target).startswith(os.path.abspath(source) + "/"): shutil.move(source, target)
            def remove(path):
                if os.path.isdir(path) and not os.path.islink(path): shutil.rmtree(path)
                elif os.path.lexists(path): os.remove(path)

            """
        return setting + (0..<count).map { _ in "attempt(lambda: \(operation()))" }.joined(separator: "\n")
    }

    private mutating func operation() -> String {
        let (path, other) = ("\"\(path())\"", "\"\(path())\"")
        switch pick(13) {
        case 0, 1: return "put(\(path), \"\(pick(4))\" * \(1 + pick(3)))"
        case 2: return "put(\(path), \"more\", \"a\")"
        case 3: return "os.mkdir(\(path))"
        case 4: return "os.makedirs(\(path), exist_ok=True)"
        case 5, 6: return "remove(\(path))"
        case 7: return "move(\(path), \(other))"
        case 8: return "os.path.islink(\(path)) or os.chmod(\(path), 0o7\(pick(2) * 5)\(pick(2) * 5))"
        case 9: return "os.symlink(\(other), \(path))"
        case 10: return "os.path.isfile(\(path)) and os.link(\(path), \(other), follow_symlinks=False)"
        case 11: return "(remove(\(path)), os.mkdir(\(path)), put(\(path) + \"/f\", \"f\"))"
        default: return "os.path.isfile(\(path)) and not os.path.isdir(\(other)) and os.replace(\(path), \(other))"
        }
    }

    private mutating func path() -> String {
        let names = ["a", "d", "d-", "e", "m", "b", "sub", "full"]
        return (0...pick(3)).map { _ in names[pick(names.count)] }.joined(separator: "/")
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private mutating func pick(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((value ^ (value >> 31)) % UInt64(bound))
    }
}
