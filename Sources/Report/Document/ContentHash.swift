// The SHA-256 of a page's own style and script, for its content security policy.

import Hashing
import Vocabulary

enum ContentHash {
    /// `sha256-…`, as a policy writes it.
    static func source(of text: String) -> String { "sha256-\(base64(Digest(of: text).bytes))" }
}
