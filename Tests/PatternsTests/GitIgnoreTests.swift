// Ignore rules against `git check-ignore` on random trees, and the rules that git's manual states.

import Foundation
import Patterns
import Testing

@Suite struct GitIgnoreTests {
    /// As often as git tries, this would not end.
    @Test(arguments: [
        (String(repeating: "**/", count: 30) + "x", String(repeating: "a/", count: 30) + "a", false),
        (String(repeating: "**/a/", count: 20) + "b", String(repeating: "a/", count: 40) + "c", false),
        (String(repeating: "**/a/", count: 20) + "c", String(repeating: "a/", count: 40) + "c", true),
    ])
    func manyDeepStarsTakeNoTime(rule: String, path: String, isIgnored: Bool) {
        let rules = IgnoreRules(files: [(directory: "", bytes: Array(rule.utf8))])
        #expect(rules.isIgnored(path, isDirectory: false) == isIgnored)
    }

    @Test(arguments: [
        ("*.o", "a/b.o", false, true),
        ("/a", "a", false, true),
        ("/a", "b/a", false, false),
        ("a/b", "x/a/b", false, false),
        ("a/", "a", false, false),
        ("a/", "a", true, true),
        ("a/", "x/a/file", false, true),
        ("*\n!keep", "keep", false, false),
        ("dir\n!dir/keep", "dir/keep", false, true),
        ("dir/*\n!dir/keep", "dir/keep", false, false),
        ("**/x", "a/b/x", false, true),
        ("a/**/b", "a/b", false, true),
        ("a/**", "a", true, false),
        ("\\#a", "#a", false, true),
        ("#a", "#a", false, false),
        ("\\!a", "!a", false, true),
        ("a ", "a", false, true),
        ("a\\ ", "a ", false, true),
        ("a\\\\ ", "a\\", false, true),
        ("a\r\nb\r\n", "a", false, true),
        ("\u{FEFF}a", "a", false, true),
        ("[[:digit:]]", "7", false, true),
        ("[", "[", false, false),
    ])
    func manual(rules: String, path: String, isDirectory: Bool, expected: Bool) {
        let rules = IgnoreRules(files: [("", Array(rules.utf8))])
        #expect(rules.isIgnored(path, isDirectory: isDirectory) == expected)
    }

    @Test func deeperFilesWinAndOutermostComeFirst() {
        let rules = IgnoreRules(files: [("", Array("*.a\n".utf8)), ("x", Array("!*.a\n/only\n".utf8))])
        #expect(rules.isIgnored("f.a", isDirectory: false))
        #expect(!rules.isIgnored("x/f.a", isDirectory: false))
        #expect(rules.isIgnored("x/only", isDirectory: false))
        #expect(!rules.isIgnored("x/y/only", isDirectory: false))
    }

    @Test func pathsCanBeRelativeToADirectoryBelowTheRoot() {
        let rules = IgnoreRules(base: "x/y", files: [("", Array("/x/y/a\n".utf8)), ("x", Array("y/b\n".utf8))])
        #expect(rules.isIgnored("a", isDirectory: false))
        #expect(rules.isIgnored("b", isDirectory: false))
        #expect(!rules.isIgnored("y/b", isDirectory: false))
    }

    @Test(arguments: SeededGenerator.seeds)
    func agreesWithGitOnRandomTrees(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<12 {
            let tree = try RandomTree(&random)
            defer { tree.remove() }
            let byGit = try tree.ignoredByGit()
            let rules = IgnoreRules(files: tree.ignoreFiles.map { ($0.directory, Array($0.text.utf8)) })
            for (path, isDirectory) in tree.paths {
                #expect(
                    rules.isIgnored(path, isDirectory: isDirectory) == byGit.contains(path),
                    "\(path) (directory: \(isDirectory)) with \(tree.ignoreFiles), seed \(seed)")
            }
        }
    }
}

/// A git work tree with random files and random ignore files.
private struct RandomTree {
    let root: URL
    var paths: [(path: String, isDirectory: Bool)] = []
    var ignoreFiles: [(directory: String, text: String)] = []

    init(_ random: inout SeededGenerator) throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("ignore-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        try run(["init", "-q"])
        try fill("", depth: 0, &random)
    }

    func remove() { try? FileManager.default.removeItem(at: root) }

    func ignoredByGit() throws -> Set<String> {
        let input = Data(paths.map { $0.path + "\0" }.joined().utf8)
        let output = try run(
            ["-c", "core.excludesFile=/dev/null", "check-ignore", "--stdin", "-z", "--no-index"], input: input)
        return Set(output.split(separator: "\0").map { String($0) })
    }

    private mutating func fill(_ directory: String, depth: Int, _ random: inout SeededGenerator) throws {
        if depth == 0 || Int.random(in: 0..<3, using: &random) == 0 {
            let text = (0..<Int.random(in: 1...4, using: &random)).map { _ in RandomTree.line(&random) }.joined()
            ignoreFiles.append((directory, text))
            try Data(text.utf8).write(to: root.appendingPathComponent(directory).appendingPathComponent(".gitignore"))
        }
        let names = ["a", "b", "ab", "ba", "a.c", "-]", "a b", "a ", "\\a", "#a", "!b", "é", "A7"]
        for name in names where Int.random(in: 0..<(3 + 2 * depth), using: &random) < 2 {
            let path = directory.isEmpty ? name : directory + "/" + name
            let isDirectory = depth < 3 && Bool.random(using: &random)
            paths.append((path, isDirectory))
            let url = root.appendingPathComponent(path)
            if isDirectory {
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
                try fill(path, depth: depth + 1, &random)
            } else {
                try Data().write(to: url)
            }
        }
    }

    private static func line(_ random: inout SeededGenerator) -> String {
        let tokens = [
            "a", "a", "b", "b", "/", "/", "*", "*", "**", "?", ".c", "[ab]", "[!a]", "[^b]", "[a-b]", "[]-]",
            "[[:alpha:]]",
            "[[:upper:]", "[", "\\", "\\ ", " ", "#", "!", "/**/", "**/", "/**", "é", "-", "\\a", "[\\a-b]",
        ]
        let start = ["", "", "", "!", "!", "/", "**/", "\\"].randomElement(using: &random)!
        let body = (0..<Int.random(in: 1...4, using: &random)).map { _ in tokens.randomElement(using: &random)! }
            .joined()
        return start + body + ["", "", "", "/", " ", "/ "].randomElement(using: &random)! + ["\n", "\n", "\r\n"]
            .randomElement(using: &random)!
    }

    @discardableResult
    private func run(_ arguments: [String], input: Data = Data()) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "git", "-C", root.path] + arguments
        let (standardInput, standardOutput) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        try process.run()
        standardInput.fileHandleForWriting.write(input)
        try standardInput.fileHandleForWriting.close()
        let output = standardOutput.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        // 1 says that nothing is ignored.
        guard process.terminationStatus <= 1 else { throw GitFailed(arguments: arguments) }
        return String(decoding: output, as: UTF8.self)
    }

    struct GitFailed: Error { let arguments: [String] }
}
