// The bytes before libyaml sees them: encoding, forbidden characters, and libyaml's marks turned into byte offsets.

internal import Vocabulary

/// A text in which every byte that YAML forbids was replaced by one of the same length, and what was found.
struct CheckedText {
    /// As many bytes as the source has.
    var bytes: [UInt8]
    /// Where YAML begins: after a byte order mark.
    let start: Int
    private(set) var problems: [Problem] = []
    /// The offset of every 64th character; empty while all is ASCII and characters are bytes.
    private var checkpoints: [UInt32] = []
    private static let stride = 64

    init(_ source: [UInt8]) {
        bytes = source
        if source.starts(with: [0xFF, 0xFE]) || source.starts(with: [0xFE, 0xFF]) {
            problems = [Problem(.utf16, at: 0, length: 2)]
            bytes = Array(repeating: UInt8(ascii: " "), count: source.count)
            start = 0
            return
        }
        start = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        checkCharacters()
        Self.rewriteSurrogatePairs(&bytes, from: start)
    }

    /// The byte offset of libyaml's mark, which counts characters.
    func offset(ofCharacter index: Int) -> Int {
        guard !checkpoints.isEmpty else { return min(start + index, bytes.count) }
        var offset = Int(checkpoints[min(index / Self.stride, checkpoints.count - 1)])
        var left = index - min(index / Self.stride, checkpoints.count - 1) * Self.stride
        while left > 0, offset < bytes.count {
            offset += 1
            while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            left -= 1
        }
        return offset
    }

    /// Replaces everything but line ends by blanks. Offsets of bytes stay what they are.
    mutating func blank(_ range: Range<Int>) {
        for index in range where bytes[index] != UInt8(ascii: "\n") && bytes[index] != UInt8(ascii: "\r") {
            bytes[index] = UInt8(ascii: " ")
        }
        if !checkpoints.isEmpty { makeCheckpoints() }
    }

    /// Finds what is forbidden; only then are the bytes copied and replaced.
    private mutating func checkCharacters() {
        var isASCII = true
        var problems: [Problem] = []
        bytes.withUnsafeBufferPointer { bytes in
            var index = start
            while index < bytes.count {
                let byte = bytes[index]
                if byte >= 0x80 { isASCII = false }
                if (byte >= 0x20 && byte < 0x7F) || byte == 0x0A || byte == 0x0D || byte == 0x09 {
                    index += 1
                } else if byte < 0x80 {
                    problems.append(Problem(byte == 0 ? .nul : .controlCharacter(UInt32(byte)), at: index, length: 1))
                    index += 1
                } else {
                    index += Self.checkMultibyte(bytes, at: index, &problems)
                }
            }
        }
        self.problems = problems
        for problem in problems {
            let replacement = problem.isNotUTF8 ? UInt8(ascii: "_") : UInt8(ascii: " ")
            for index in problem.offset..<problem.offset + problem.length { bytes[index] = replacement }
        }
        if !isASCII { makeCheckpoints() }
    }

    /// Checks one character beyond ASCII; returns how many bytes it takes.
    private static func checkMultibyte(
        _ bytes: UnsafeBufferPointer<UInt8>, at index: Int, _ problems: inout [Problem]
    ) -> Int {
        guard let (scalar, length) = decode(bytes, at: index) else {
            if let last = problems.last, last.isNotUTF8, last.offset + last.length == index {
                problems[problems.count - 1].length += 1
            } else {
                problems.append(Problem(.notUTF8(bytes[index]), at: index, length: 1))
            }
            return 1
        }
        let isAllowed = scalar == 0x85 || (scalar >= 0xA0 && scalar != 0xFEFF && scalar != 0xFFFE && scalar != 0xFFFF)
        if !isAllowed { problems.append(Problem(.controlCharacter(scalar), at: index, length: length)) }
        return length
    }

    /// The well-formed character that begins here (Unicode 15, table 3-7), or nil.
    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (UInt32, Int)? {
        let first = bytes[index]
        let length =
            first >= 0xC2 && first < 0xE0
            ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0
        guard length > 0, index + length <= bytes.count else { return nil }
        var scalar = UInt32(first) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
        for position in index + 1..<index + length {
            guard bytes[position] & 0xC0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(bytes[position] & 0x3F)
        }
        let isShortest = length == 2 || (length == 3 && scalar >= 0x800) || (length == 4 && scalar >= 0x10000)
        guard isShortest, scalar <= 0x10FFFF, !(0xD800..<0xE000).contains(scalar) else { return nil }
        return (scalar, length)
    }

    private mutating func makeCheckpoints() {
        checkpoints = []
        var character = 0
        for index in start..<bytes.count where bytes[index] & 0xC0 != 0x80 {
            if character % Self.stride == 0 { checkpoints.append(UInt32(index)) }
            character += 1
        }
    }
}
