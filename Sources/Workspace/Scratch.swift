// What tools leave in a tree that nobody declares: caches and locks. Names only; looks at no content.

internal import Vocabulary

/// Which paths are scratch without being named in `scratch`.
public struct DefaultScratch: Sendable {
    /// Literal paths that `changes` names; byte code beneath them is part of the result.
    public let named: [String]

    /// - Parameter named: the literal paths in `changes` (no pattern characters), without a trailing slash.
    public init(named: [String]) {
        self.named = named
    }

    /// Directory names whose content is a tool's cache.
    public static let cacheNames: Set<String> = [
        ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".tox", ".nox",
    ]
    /// The directory of Python's byte code.
    public static let byteCodeName = "__pycache__"

    /// Whether the path is, or lies in, something that is thrown away.
    public func contains(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        if parts.contains(where: { DefaultScratch.cacheNames.contains(String($0)) }) { return true }
        if parts.count >= 2, parts[parts.count - 1] == ".lock", parts[parts.count - 2] == ".venv" { return true }
        guard parts.contains(where: { $0 == DefaultScratch.byteCodeName }) else { return false }
        return !named.contains { path.utf8Equals($0) || path.isBeneath($0) }
    }
}
