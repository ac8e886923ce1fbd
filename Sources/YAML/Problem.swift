// What can be wrong with a YAML text, as values. The prose stands in Problem+Text.swift.

internal import Vocabulary

/// One thing that is wrong, and where.
struct Problem {
    enum Kind {
        case utf16
        case notUTF8(UInt8)
        case nul
        case controlCharacter(UInt32)
        case tooLarge
        case tooDeep(limit: Int)
        case secondDocument
        case undefinedAlias(String)
        case aliasInsideItself(String)
        case aliasesExpandTooFar(limit: Int)
        /// A tab where only spaces may stand, and how many more lines have one.
        case tab(otherLines: Int)
        /// What libyaml says, and what it was doing.
        case syntax(message: String, context: String)
    }

    var kind: Kind
    /// Bytes from the start of the source.
    var offset: Int
    var length: Int
    /// The place libyaml names as the beginning of what it was reading.
    var contextOffset: Int?

    init(_ kind: Kind, at offset: Int, length: Int = 1, contextOffset: Int? = nil) {
        self.kind = kind
        self.offset = offset
        self.length = length
        self.contextOffset = contextOffset
    }
}
