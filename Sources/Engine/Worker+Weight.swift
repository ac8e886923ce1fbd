// Which work is so small that handing it to another thread would cost more than doing it. Does none of it.

import Patterns

extension Worker {
    /// Looking at so many files takes a few microseconds each.
    static let fewFiles = 32
    /// Reading and hashing so many bytes takes as long as a few looks.
    static let fewBytes = 64 << 10
}

extension Pattern {
    /// The absolute path of the one thing that a literal pattern names, unless that is the root itself.
    func absoluteFile(in root: String) -> String? {
        guard let literalPath, !literalPath.isEmpty else { return nil }
        return isAbsolute ? "/" + literalPath : absolutePath(literalPath, in: root)
    }
}
