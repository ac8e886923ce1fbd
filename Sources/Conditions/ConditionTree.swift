// What conditions are judged on: the seam to a tree of files. Touches no disk itself.

public import Patterns

/// A tree as it is. Paths are relative to what the condition's patterns are relative to, or absolute where those are.
public protocol ConditionTree: DirectoryReader {
    /// The bytes of a file, following links; nil when the path leads to something else or to nothing.
    func bytes(at path: String) throws(UnreadableFile) -> [UInt8]?
}

extension ConditionTree {
    /// Conditions look at ignored files too.
    public func ignoreFile(in directory: String) -> [UInt8]? { nil }
}

/// A file that is there and cannot be read.
public struct UnreadableFile: Error, Hashable, Sendable {
    /// The system's reason, as in `Permission denied`.
    public let reason: String

    public init(reason: String) {
        self.reason = reason
    }
}
