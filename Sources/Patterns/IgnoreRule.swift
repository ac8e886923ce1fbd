// One line of an ignore file. Does not know of other lines, nor in which directory the file is.

/// A line as git reads it (dir.c): what it matches and whether that is ignored or not.
struct IgnoreRule: Hashable, Sendable {
    /// `!`: what it matches is not ignored.
    let isNegated: Bool
    /// A slash at the end: matches directories only.
    private let onlyDirectories: Bool
    private let shape: Shape
    /// Bytes that a name or a path must begin or end with, 0 when any will do: most rules are ruled out by these.
    private var nameStart: UInt8 = 0
    private var nameEnd: UInt8 = 0
    private var pathStart: UInt8 = 0

    private enum Shape: Hashable, Sendable {
        /// No slash in it: matched against the last name of a path.
        case name([UInt8])
        /// The same for `*literal`.
        case nameSuffix([UInt8])
        case nameGlob([UInt8])
        /// Relative to the file's directory: text, then a glob that may be empty.
        case path(prefix: [UInt8], glob: [UInt8])
    }

    /// - Parameter line: without the line ending.
    /// - Returns: nil for blank lines and comments.
    init?(_ line: ArraySlice<UInt8>) {
        guard line.first != UInt8(ascii: "#") else { return nil }
        var text = IgnoreRule.trimmed(line)
        isNegated = text.first == UInt8(ascii: "!")
        if isNegated { text = text.dropFirst() }
        onlyDirectories = text.last == IgnoreRule.slash
        if onlyDirectories { text = text.dropLast() }
        guard !text.isEmpty else { return nil }
        let plain = text.prefix { !IgnoreRule.isSpecial($0) }
        if text.contains(IgnoreRule.slash) {
            let rooted = text.first == IgnoreRule.slash
            shape = .path(prefix: Array(plain.dropFirst(rooted ? 1 : 0)), glob: Array(text.dropFirst(plain.count)))
        } else if plain.count == text.count {
            shape = .name(Array(text))
        } else if text.first == UInt8(ascii: "*"), !text.dropFirst().contains(where: IgnoreRule.isSpecial) {
            shape = .nameSuffix(Array(text.dropFirst()))
        } else {
            shape = .nameGlob(Array(text))
        }
        switch shape {
        case .name(let bytes): (nameStart, nameEnd) = (bytes[0], bytes[bytes.count - 1])
        case .nameSuffix(let bytes): nameEnd = bytes.last ?? 0
        case .nameGlob: nameStart = plain.first ?? 0
        case .path(let prefix, _): pathStart = prefix.first ?? 0
        }
    }

    /// - Parameters:
    ///   - path: relative to the directory of the ignore file.
    ///   - name: the last part of the path, not empty.
    @inline(__always)
    func matches(_ path: Span<UInt8>, name: Span<UInt8>, isDirectory: Bool) -> Bool {
        if onlyDirectories, !isDirectory { return false }
        if nameStart != 0, nameStart != name[0] { return false }
        if nameEnd != 0, nameEnd != name[name.count - 1] { return false }
        if pathStart != 0, pathStart != path[0] { return false }
        return matchesShape(path, name)
    }

    private func matchesShape(_ path: Span<UInt8>, _ name: Span<UInt8>) -> Bool {
        switch shape {
        case .name(let bytes):
            return name.count == bytes.count && name.holds(bytes, at: 0)
        case .nameSuffix(let bytes):
            return name.count >= bytes.count && name.holds(bytes, at: name.count - bytes.count)
        case .nameGlob(let glob):
            return GitWildcard.matches(glob.span, name, acrossSlashes: true)
        case .path(let prefix, let glob):
            guard path.count >= prefix.count, path.holds(prefix, at: 0) else { return false }
            if glob.isEmpty { return path.count == prefix.count }
            return GitWildcard.matches(glob.span, path.extracting(prefix.count..<path.count), acrossSlashes: false)
        }
    }

    private static let slash = UInt8(ascii: "/")

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "[")
            || byte == UInt8(ascii: "\\")
    }

    /// Without spaces at the end, unless a backslash stands before them.
    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var end = line.startIndex
        var isEscaped = false
        for (index, byte) in zip(line.indices, line) {
            if byte != UInt8(ascii: " ") || isEscaped { end = index + 1 }
            isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        }
        return line[..<end]
    }
}

extension Span<UInt8> {
    /// Whether the bytes stand at an index. They must not reach past the end.
    @inline(__always)
    fileprivate func holds(_ bytes: [UInt8], at start: Int) -> Bool {
        for index in bytes.indices where self[start + index] != bytes[index] { return false }
        return true
    }
}
