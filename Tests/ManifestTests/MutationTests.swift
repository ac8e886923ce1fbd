// Files broken at random: reading them never crashes, never hangs, and every range lies inside the file.

import Manifest
import Testing
import Vocabulary

@Suite struct MutationTests {
    private static let valid = """
        version: 1
        name: demo
        vars: {repo: {path: Examples}, list: [a, "b"]}
        pools: {db: 2}
        .base: &base {dir: backend, timeout: 90s}
        services:
          db: {driver: postgres, env: {URL: "x${{ self.port }}"}, ready: {postgres: {}, deadline: 20s}}
        phase1:
          title: Größe 'ä'
          compile:
            <<: *base
            run: |
              cc -o ${{ vars.repo }} $${{ x }}
                indented
            inputs: ['src/**', "!src/gen/\\u00e9"]
            outputs: [out, {path: big, store: false}]
            needs: [{task: a, soft: true}, b]
            ensure:
              - toml: {file: p, path: a.b, equals: 3}
              - run: [uv, lock]
            metrics: {pass: {junit: r.xml, value: pass_rate}}
            gates: {g: pass < 5% at 95%}
            matrix: {python: [3.11, 3.12]}
        """

    /// SplitMix64: small, and the same everywhere.
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let pieces: [[UInt8]] =
        [
            "\t", "\n", " ", "  ", ":", ": ", "- ", "[", "]", "{", "}", "'", "\"", "|", ">", "&a ", "*a", "*base",
            "!x ", "#", "${{", "}}", "$",
            "---\n", "...\n", "%YAML", "<<: ", "? ", "run: ", "ensure: ", "tasks: ", "null", "é", "\u{FEFF}", "\\", ",",
        ].map { Array($0.utf8) } + [[0], [0xFF], [0xC3], [0x80]]

    private func mutated(_ random: inout Random) -> [UInt8] {
        var bytes = Array(Self.valid.utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, at + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.removeSubrange(at..<end)
            case 1: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: at)
            case 2: bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
            default: bytes.replaceSubrange(at..<end, with: Self.pieces.randomElement(using: &random) ?? [])
            }
        }
        return bytes
    }

    @Test func theUnbrokenFileIsValid() {
        #expect(FileDeclaration.parse(Array(Self.valid.utf8), source: SourceID(0)).diagnostics == [])
    }

    /// Each case replays with its seed alone.
    @Test(arguments: 0..<24 as Range<UInt64>)
    func brokenFilesAreReadToTheEnd(seed: UInt64) {
        var random = Random(state: seed)
        for round in 0..<10 {
            let bytes = mutated(&random)
            let (_, diagnostics) = FileDeclaration.parse(bytes, source: SourceID(0))
            var sources = SourceMap()
            _ = sources.add(SourceText(path: "tasks.yaml", bytes: bytes))
            for diagnostic in diagnostics {
                let end = diagnostic.range.map { Int($0.end) } ?? 0
                #expect(end <= bytes.count + 1, "seed \(seed), round \(round): \(diagnostic.message)")
                #expect(!diagnostic.text(in: sources).isEmpty)
            }
        }
    }
}
