// A value of a structured file, whatever its format, with its line. Reads no text itself.

import Vocabulary

/// A scalar, a list or a table, and where it stands.
struct DocumentNode: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        case scalar(Scalar)
        case list([DocumentNode])
        case table([Entry])
    }

    struct Entry: Hashable, Sendable {
        let key: String
        /// Of the key, counted from 1.
        let line: Int
        let value: DocumentNode

        init(_ key: String, line: Int, _ value: DocumentNode) {
            self.key = key
            self.line = line
            self.value = value
        }
    }

    let content: Content
    /// Where it begins, counted from 1.
    let line: Int

    init(_ content: Content, line: Int) {
        self.content = content
        self.line = line
    }
}

/// A text that is not what its format says, and where.
struct DocumentError: Error, Hashable, Sendable {
    let line: Int
    /// One sentence without a full stop.
    let message: String

    init(line: Int, _ message: String) {
        self.line = line
        self.message = message
    }
}
