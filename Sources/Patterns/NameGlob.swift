// One part of a pattern, matched against one name. Does not know of `/` or of `**`.

/// A pattern for a single name: literal text, `?`, `[...]` and `*`.
///
/// `?` and `[...]` stand for one Unicode scalar, not for a byte.
struct NameGlob: Hashable, Sendable {
    enum Token: Hashable, Sendable {
        case scalar(Unicode.Scalar)
        case set(ScalarSet)
        case star
    }

    /// How a name is matched; most globs need no search.
    private enum Shape: Hashable, Sendable {
        case literal([UInt8])
        /// One `*`, with what stands before and after it.
        case around(prefix: [UInt8], suffix: [UInt8])
        case general
    }

    let tokens: [Token]
    private let shape: Shape

    /// - Parameter tokens: not empty, without two stars in a row.
    init(_ tokens: [Token]) {
        self.tokens = tokens
        shape = NameGlob.shape(of: tokens)
    }

    /// The name that is the only one to match, when there are no wildcards.
    var literal: String? {
        guard case .literal(let bytes) = shape else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    func matches(_ name: Span<UInt8>) -> Bool {
        switch shape {
        case .literal(let bytes):
            return name.count == bytes.count && NameGlob.equal(name, from: 0, bytes)
        case .around(let prefix, let suffix):
            return name.count >= prefix.count + suffix.count && NameGlob.equal(name, from: 0, prefix)
                && NameGlob.equal(name, from: name.count - suffix.count, suffix)
        case .general:
            return search(name)
        }
    }

    /// Greedy search: only the last star seen ever has to be tried with a longer text.
    private func search(_ name: Span<UInt8>) -> Bool {
        var token = 0
        var position = 0
        var retry: (token: Int, position: Int)?
        while position < name.count || token < tokens.count {
            if token < tokens.count {
                if tokens[token] == .star {
                    retry = (token, position)
                    token += 1
                    continue
                }
                if position < name.count {
                    let (scalar, length) = name.scalar(at: position)
                    if matches(tokens[token], scalar) {
                        token += 1
                        position += length
                        continue
                    }
                }
            }
            guard let last = retry, last.position < name.count else { return false }
            position = last.position + name.scalar(at: last.position).length
            token = last.token + 1
            retry = (last.token, position)
        }
        return true
    }

    private func matches(_ token: Token, _ scalar: UInt32) -> Bool {
        switch token {
        case .scalar(let expected): expected.value == scalar
        case .set(let set): set.contains(scalar)
        case .star: true
        }
    }

    private static func shape(of tokens: [Token]) -> Shape {
        var texts: [[UInt8]] = [[]]
        for token in tokens {
            switch token {
            case .scalar(let scalar): texts[texts.count - 1] += Array(String(scalar).utf8)
            case .star: texts.append([])
            case .set: return .general
            }
        }
        switch texts.count {
        case 1: return .literal(texts[0])
        case 2: return .around(prefix: texts[0], suffix: texts[1])
        default: return .general
        }
    }

    @inline(__always)
    private static func equal(_ name: Span<UInt8>, from start: Int, _ bytes: [UInt8]) -> Bool {
        for index in bytes.indices where name[start + index] != bytes[index] { return false }
        return true
    }
}

extension Span<UInt8> {
    /// The scalar that starts at a position of valid UTF-8, and its length in bytes.
    @inline(__always)
    func scalar(at position: Int) -> (value: UInt32, length: Int) {
        let first = UInt32(self[position])
        if first < 0x80 { return (first, 1) }
        func next(_ offset: Int) -> UInt32 {
            position + offset < count ? UInt32(self[position + offset]) & 0x3F : 0
        }
        if first < 0xE0 { return ((first & 0x1F) << 6 | next(1), Swift.min(2, count - position)) }
        if first < 0xF0 { return ((first & 0x0F) << 12 | next(1) << 6 | next(2), Swift.min(3, count - position)) }
        return (
            (first & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3), Swift.min(4, count - position)
        )
    }
}
