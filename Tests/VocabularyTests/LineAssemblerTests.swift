// Lines and masking, for every way that output can be cut into chunks.

import Testing
import Vocabulary

@Suite struct LineAssemblerTests {
    /// What goes in, the secrets, and what comes out in all.
    static let cases: [(String, [String], String)] = [
        ("", [], ""),
        ("a\nb\n", [], "a\nb\n"),
        ("no newline", [], "no newline"),
        ("the secret is hunter22\n", ["hunter22"], "the secret is ***\n"),
        ("hunter22", ["hunter22"], "***"),
        ("hunter2", ["hunter22"], "hunter2"),
        ("hunthunter22hunt\n", ["hunter22"], "hunt***hunt\n"),
        ("aaaaaaa\n", ["aaaab"], "aaaaaaa\n"),
        ("aaaaaaab\n", ["aaaab"], "aaa***\n"),
        ("key: one\ntwo\nthree\nend\n", ["one\ntwo\nthree"], "key: ***\nend\n"),
        ("one\ntwo\nfour\n", ["one\ntwo\nthree"], "one\ntwo\nfour\n"),
        ("one\ntwo\n", ["one\ntwo\nthree"], "one\ntwo\n"),
        ("x\n", ["\nyyy"], "x\n"),
        ("x\nyyy\n", ["\nyyy"], "x***\n"),
        ("abcd abcdef abcde\n", ["abcd", "abcdef"], "*** *** ***e\n"),
        ("xabcdef\n", ["xabc", "abcdef"], "***\n"),
        ("onetwoonetwo\n", ["onetwo"], "******\n"),
        ("abababab\n", ["abab"], "***\n"),
        ("pin 123 stays\n", ["123"], "pin 123 stays\n"),
        ("\u{1F511} schlüssel\n", ["schlüssel"], "\u{1F511} ***\n"),
    ]

    @Test(arguments: cases)
    func isTheSameHoweverTheOutputIsCut(input: String, secrets: [String], expected: String) {
        let bytes = Array(input.utf8)
        for size in 1...max(1, bytes.count) {
            var assembler = LineAssembler(secrets: secrets.map { Array($0.utf8) })
            var output: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                let lines = assembler.take(Array(bytes[start..<min(start + size, bytes.count)]))
                #expect(lines.isEmpty || lines.last == UInt8(ascii: "\n"))
                output += lines
            }
            output += assembler.finish()
            #expect(String(decoding: output, as: UTF8.self) == expected, "in chunks of \(size)")
        }
    }

    @Test func aLineIsGivenAsSoonAsItIsWhole() {
        var assembler = LineAssembler(secrets: [])
        #expect(assembler.take(Array("one\ntw".utf8)) == Array("one\n".utf8))
        #expect(assembler.take(Array("o".utf8)) == [])
        #expect(assembler.take(Array("\nthree".utf8)) == Array("two\n".utf8))
        #expect(assembler.finish() == Array("three".utf8))
        #expect(assembler.finish() == [])
    }

    @Test func aLineThatCannotHideASecretIsNotHeldBack() {
        var assembler = LineAssembler(secrets: [Array("hunter22".utf8)])
        #expect(assembler.take(Array("one\nhunt".utf8)) == Array("one\n".utf8))
        #expect(assembler.take(Array("er\n".utf8)) == Array("hunter\n".utf8))
    }

    @Test func aSecretBeginningWithANewlineHoldsItsLineBack() {
        var assembler = LineAssembler(secrets: [Array("\nkey".utf8)])
        #expect(assembler.take(Array("one\n".utf8)) == [])
        #expect(assembler.take(Array("two\n".utf8)) == Array("one\n".utf8))
        #expect(assembler.finish() == Array("two\n".utf8))
    }

    @Test func randomTextMatchesAPlainReplacement() {
        for seed in UInt64(0)..<300 {
            var random = SplitMix(seed)
            let secrets = (0..<random.below(3)).map { _ in random.bytes(4 + random.below(4)) }
            let text = random.bytes(random.below(400))
            var assembler = LineAssembler(secrets: secrets)
            var output: [UInt8] = []
            var start = 0
            while start < text.count {
                let end = min(text.count, start + 1 + random.below(40))
                output += assembler.take(Array(text[start..<end]))
                start = end
            }
            output += assembler.finish()
            #expect(output == plainlyMasked(text, secrets), "seed \(seed)")
        }
    }

    /// Marks every byte of every occurrence, then replaces each run of occurrences that overlap.
    private func plainlyMasked(_ text: [UInt8], _ secrets: [[UInt8]]) -> [UInt8] {
        var output: [UInt8] = []
        var position = 0
        while position < text.count {
            var end = position
            var candidate = position
            repeat {
                for secret in secrets where text[candidate...].starts(with: secret) {
                    end = max(end, candidate + secret.count)
                }
                candidate += 1
            } while candidate < end
            output += end > position ? Array("***".utf8) : [text[position]]
            position = max(end, position + 1)
        }
        return output
    }
}

/// Numbers that are the same in every run with the same seed.
private struct SplitMix {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((value ^ (value >> 31)) % UInt64(bound))
    }

    /// Of three letters and newlines, so that secrets occur by chance.
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in Array("aab\n".utf8)[below(4)] }
    }
}
