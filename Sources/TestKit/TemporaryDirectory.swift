// A directory of a test's own on the real disk, gone afterwards. Knows nothing of what is put there.

internal import CLinux
internal import Glibc

/// Calls with the canonical path of a new empty directory, and removes it with all it contains.
public func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) rethrows -> Result {
    let path = makeTemporaryDirectory()
    defer { removeTemporaryDirectory(path) }
    return try body(path)
}

/// As above, for tests that await something.
public func withTemporaryDirectory<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: (String) async throws -> Result
) async rethrows -> Result {
    let path = makeTemporaryDirectory()
    defer { removeTemporaryDirectory(path) }
    return try await body(path)
}

private func makeTemporaryDirectory() -> String {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var name = Array("\(parent)/taskgraph-test-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil, let resolved = realpath(name, nil) else {
        fatalError("mkdtemp \(name): errno \(errno)")
    }
    defer { free(resolved) }
    return String(cString: resolved)
}

private func removeTemporaryDirectory(_ path: String) {
    var culprit = [CChar](repeating: 0, count: Int(PATH_MAX))
    let code = tg_remove_tree(path, &culprit, culprit.count)
    if code != 0 { fatalError("cannot remove \(path): errno \(code)") }
}
