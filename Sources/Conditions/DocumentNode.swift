// A value of a structured file, whatever its format, with its line. Reads no text itself.

package import Vocabulary

/// A scalar, a list or a table, and where it stands.
package struct DocumentNode: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case scalar(Scalar)
        case list([DocumentNode])
        case table([Entry])
    }

    package struct Entry: Hashable, Sendable {
        package let key: String
        /// Of the key, counted from 1.
        package let line: Int
        package let value: DocumentNode

        init(_ key: String, line: Int, _ value: DocumentNode) {
            self.key = key
            self.line = line
            self.value = value
        }
    }

    package let content: Content
    /// Where it begins, counted from 1.
    package let line: Int

    init(_ content: Content, line: Int) {
        self.content = content
        self.line = line
    }
}

/// A text that is not what its format says, and where.
package struct DocumentError: Error, Hashable, Sendable {
    package let line: Int
    /// One sentence without a full stop.
    package let message: String

    init(line: Int, _ message: String) {
        self.line = line
        self.message = message
    }
}
