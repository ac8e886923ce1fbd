// Every kind of condition, holding and failing, with the whole text that a failure shows.

import Conditions
import Testing
import Vocabulary

/// What a condition says on a tree: "holds", or the text of the failure without its last line ending.
private func answer(_ kind: Condition.Kind, on tree: MemoryTree) throws -> String {
    let condition = Condition(kind, at: SourceRange(source: SourceID(0), start: 0, end: 0))
    return switch try #require(condition.verdict(on: tree)) {
    case .holds: "holds"
    case .fails(let failure): String(failure.text.dropLast())
    }
}

@Suite struct ExistenceConditionTests {
    private let tree = MemoryTree(
        ["pyproject.toml": "x", "backend/requirements.txt": "", "backend/requirements-dev.txt": "", "src/a/b.py": ""],
        directories: ["dist"], links: ["current"])

    @Test(arguments: [
        (["pyproject.toml"], "holds"),
        (["dist", "current", "back*/*.txt"], "holds"),
        (["uv.lock"], "nothing matches \"uv.lock\"\n  there is no \"uv.lock\""),
        (["dist/*.whl"], "nothing matches \"dist/*.whl\"\n  nothing in dist matches"),
        (["*.lock"], "nothing matches \"*.lock\"\n  no path matches"),
        (
            ["src/a/c.py", "pyproject.toml", "bakend/x"],
            """
            nothing matches "src/a/c.py", "bakend/x"
              src/a has no "c.py"; did you mean "b.py"?
              there is no "bakend"; did you mean "backend"?
            """
        ),
        (["pyproject.toml/x"], "nothing matches \"pyproject.toml/x\"\n  pyproject.toml is not a directory"),
        (["src/**/*.py", "!src/a"], "nothing matches \"src/**/*.py\"\n  nothing in src matches"),
    ])
    func exists(patterns: [String], expected: String) throws {
        #expect(try answer(.exists(patterns), on: tree) == expected)
    }

    @Test(arguments: [
        (["pytest.ini", "*.cfg"], "holds"),
        (
            ["backend/requirements*.txt"],
            """
            nothing should match "backend/requirements*.txt", but there are 2 paths
              backend/requirements-dev.txt
              backend/requirements.txt
            """
        ),
        (["src", "x"], "nothing should match \"src\", \"x\", but there is 1 path\n  src"),
    ])
    func absent(patterns: [String], expected: String) throws {
        #expect(try answer(.absent(patterns), on: tree) == expected)
    }

    @Test(arguments: [
        (["backend/**"], CountBounds(equals: 2), "holds"),
        (["backend/**"], CountBounds(atLeast: 1, atMost: 3), "holds"),
        (
            ["backend/**"], CountBounds(atLeast: 3),
            """
            at least 3 files should match "backend/**", but there are 2
              backend/requirements-dev.txt
              backend/requirements.txt
            """
        ),
        (["src"], CountBounds(atMost: 0), "at most 0 files should match \"src\", but there is 1\n  src/a/b.py"),
        (
            ["dist"], CountBounds(atLeast: 1, atMost: 2),
            "at least 1 and at most 2 files should match \"dist\", but there are 0"
        ),
    ])
    func count(patterns: [String], bounds: CountBounds, expected: String) throws {
        #expect(try answer(.count(files: patterns, expression: nil, bounds: bounds), on: tree) == expected)
    }

    @Test func onlyTheFirstFindingsAreShown() throws {
        var many = MemoryTree()
        for number in 10..<30 { many.add("x/f\(number)", .regular, []) }
        let lines = try answer(.absent(["x/*"]), on: many).split(separator: "\n")
        #expect(lines.count == 12)
        #expect(lines.last == "  … and 10 more")
    }
}

@Suite struct LineConditionTests {
    private let tree = MemoryTree(
        [
            "tests/a.py": "import time\n\n\ttime.sleep(1)  \n    time.sleep(2)\r\n",
            "tests/b.py": "def test_b():\n    pass\n",
            "tests/empty.py": "", "bin": "\u{1B}[31msleep\n",
        ], links: ["tests/dangling.py"])

    @Test(arguments: [
        (["tests/a.py"], "time\\.sleep", "holds"),
        (
            ["tests/*.py"], "^import",
            """
            a line of "tests/*.py" should match /^import/, but 2 of 3 files have none
              tests/b.py: none of its 2 lines does
              tests/empty.py: none of its 0 lines does
            """
        ),
        (
            ["tests/b.py"], "x",
            "a line of \"tests/b.py\" should match /x/, but the file has none\n  tests/b.py: none of its 2 lines does"
        ),
        (
            ["test/*.py"], "x",
            "a line of \"test/*.py\" should match /x/, but no file is there\n  there is no \"test\"; did you mean \"tests\"?"
        ),
    ])
    func match(files: [String], expression: String, expected: String) throws {
        #expect(try answer(.match(files: files, expression: expression), on: tree) == expected)
    }

    @Test(arguments: [
        (["tests/*.py"], "pg_advisory_lock", "holds"),
        (["nothing/*"], "x", "holds"),
        (
            ["tests/**"], "time\\.sleep|pass",
            """
            no line of "tests/**" should match /time\\.sleep|pass/, but 3 do
              tests/a.py:3: time.sleep(1)
              tests/a.py:4: time.sleep(2)
              tests/b.py:2: pass
            """
        ),
        (["bin"], "sleep", "no line of \"bin\" should match /sleep/, but 1 does\n  bin:1: \u{FFFD}[31msleep"),
    ])
    func noMatch(files: [String], expression: String, expected: String) throws {
        #expect(try answer(.noMatch(files: files, expression: expression), on: tree) == expected)
    }

    @Test(arguments: [
        ("sleep", CountBounds(equals: 2), "holds"),
        (
            "sleep", CountBounds(atLeast: 100),
            """
            at least 100 lines of "tests/*.py" should match /sleep/, but 2 do
              tests/a.py: 2 lines
              tests/b.py: 0 lines
              tests/empty.py: 0 lines
            """
        ),
        (
            "sleep", CountBounds(atMost: 1),
            """
            at most 1 lines of "tests/*.py" should match /sleep/, but 2 do
              tests/a.py:3: time.sleep(1)
              tests/a.py:4: time.sleep(2)
            """
        ),
    ])
    func count(expression: String, bounds: CountBounds, expected: String) throws {
        #expect(try answer(.count(files: ["tests/*.py"], expression: expression, bounds: bounds), on: tree) == expected)
    }

    @Test func longLinesAreCut() throws {
        let long = MemoryTree(["a": String(repeating: "x", count: 1000)])
        #expect(
            try answer(.noMatch(files: ["a"], expression: "x"), on: long)
                == "no line of \"a\" should match /x/, but 1 does\n  a:1: " + String(repeating: "x", count: 160) + "…")
    }

    @Test func whatCannotBeReadFails() throws {
        let tree = MemoryTree(unreadable: ["secret"])
        #expect(
            try answer(.noMatch(files: ["secret"], expression: "x"), on: tree)
                == "cannot read secret: Permission denied")
    }
}

@Suite struct ValueConditionTests {
    static let toml = """
        # comment
        [project]
        name = "home"
        requires-python = ">=3.11"
        dependencies = [
          "fastapi",
          "redis>=5",
        ]

        [tool.pytest.ini_options]
        addopts = "-n auto --dist=worksteal"
        timeout = 5
        ratio = 2.0
        "a.b" = true
        """
    private let tree = MemoryTree([
        "pyproject.toml": toml, "bad.toml": "a = 1\nb = \n", "x.json": "{\"a\": [1, {\"b\": null}],\n \"v\": \"3.11\"}",
        "x.yaml":
            "jobs:\n  test:\n    steps:\n      - uses: setup-uv\n      - run: pytest\n    continue-on-error: true\n",
        "empty.yaml": "",
    ])

    private func answer(_ file: String, _ path: String, _ test: ValueTest) throws -> String {
        let format = try #require(DocumentFormat(rawValue: String(file.drop { $0 != "." }.dropFirst())))
        return try ConditionsTests.answer(.value(format: format, file: file, path: path, test: test), on: tree)
    }

    @Test(
        arguments: [
            ("pyproject.toml", "project.name", .equals(.string("home"))),
            ("pyproject.toml", "project.dependencies", .contains(.string("fastapi"))),
            ("pyproject.toml", "project.dependencies[1]", .equals(.string("redis>=5"))),
            ("pyproject.toml", "tool.pytest.ini_options.addopts", .contains(.string("--dist=worksteal"))),
            ("pyproject.toml", "tool.pytest.ini_options.timeout", .equals(.number(5))),
            ("pyproject.toml", "tool.pytest.ini_options.ratio", .equals(.integer(2))),
            ("pyproject.toml", "tool.pytest.ini_options.\"a.b\"", .equals(.boolean(true))),
            ("pyproject.toml", "tool.uv", .absent),
            ("pyproject.toml", "project", .present),
            ("x.json", "a[1].b", .equals(.null)),
            ("x.json", "a", .contains(.integer(1))),
            ("x.json", "a[2]", .absent),
            ("x.yaml", "jobs.test.steps[0].uses", .equals(.string("setup-uv"))),
            ("x.yaml", "jobs.test.continue-on-error", .equals(.boolean(true))),
            ("empty.yaml", "a", .absent),
        ] as [(String, String, ValueTest)])
    func holds(file: String, path: String, test: ValueTest) throws {
        #expect(try answer(file, path, test) == "holds")
    }

    @Test(
        arguments: [
            (
                "pyproject.toml", "tool.pytest.ini_options.addopts", .equals(.string("-n0")),
                """
                tool.pytest.ini_options.addopts in pyproject.toml should be "-n0", but is the string "-n auto --dist=worksteal"
                  pyproject.toml:11: addopts = "-n auto --dist=worksteal"
                """
            ),
            (
                "pyproject.toml", "project.dependencies", .contains(.string("uv")),
                """
                project.dependencies in pyproject.toml should contain "uv", but is a list of 2 items
                  pyproject.toml:5: dependencies = [
                  - the string "fastapi"
                  - the string "redis>=5"
                """
            ),
            (
                "pyproject.toml", "tool.pytest.ini_option", .present,
                """
                tool.pytest.ini_option in pyproject.toml should be there, but is not there
                  pyproject.toml:10: tool.pytest has no key "ini_option"; did you mean "ini_options"?
                """
            ),
            (
                "pyproject.toml", "build-system", .equals(.string("x")),
                """
                build-system in pyproject.toml should be "x", but is not there
                  pyproject.toml:1: the file has no key "build-system"; it has project, tool
                """
            ),
            (
                "pyproject.toml", "project.dependencies[2]", .present,
                """
                project.dependencies[2] in pyproject.toml should be there, but is not there
                  pyproject.toml:5: project.dependencies has 2 items, so no [2]
                """
            ),
            (
                "pyproject.toml", "project.name.x", .present,
                """
                project.name.x in pyproject.toml should be there, but is not there
                  pyproject.toml:3: project.name is no table, so it has no key "x"
                """
            ),
            (
                "x.yaml", "jobs.test.continue-on-error", .absent,
                """
                jobs.test.continue-on-error in x.yaml should not be there
                  x.yaml:6: continue-on-error: true
                """
            ),
            (
                "x.json", "v", .equals(.number(3.11)),
                """
                v in x.json should be 3.11, but is the string "3.11"
                  x.json:2: "v": "3.11"}
                  hint: the file has a string: write "3.11" with quotes
                """
            ),
            (
                "x.json", "a", .contains(.string("1")),
                """
                a in x.json should contain "1", but is a list of 2 items
                  x.json:1: {"a": [1, {"b": null}],
                  - 1
                  - a table of 1 key
                  hint: the file has no string there: write 1 without quotes
                """
            ),
            (
                "bad.toml", "a", .present,
                """
                bad.toml is not TOML
                  bad.toml:2: expected a value, found the end of the line
                """
            ),
            (
                "setup.toml", "a", .absent,
                """
                setup.toml does not exist
                  there is no "setup.toml"
                """
            ),
        ] as [(String, String, ValueTest, String)])
    func fails(file: String, path: String, test: ValueTest, expected: String) throws {
        #expect(try answer(file, path, test) == expected)
    }
}

@Suite struct SameConditionTests {
    private let tree = MemoryTree(
        [
            "a": "x\ny\nz\n", "b": "x\ny\nz\n", "c": "x\nY\n", "d": "x\ny\n", "e": "x\r\ny\nz\n", "p": "\0a",
            "q": "\0b!",
        ], directories: ["dir"])

    @Test(arguments: [
        ("a", "b", "holds"),
        ("a", "c", "a and c should be equal, but differ from line 2 on\n  a:2: y\n  c:2: Y"),
        ("a", "d", "a and d should be equal, but differ from line 3 on\n  a:3: z\n  d: ends after line 2"),
        (
            "a", "e",
            """
            a and e should be equal, but differ from line 1 on
              a:1: x
              e:1: x
              hint: only blanks or line endings differ there
            """
        ),
        ("p", "q", "p and q should be equal, but differ from byte 1 on\n  p: 2 bytes\n  q: 3 bytes"),
        ("a", "nope", "nope does not exist\n  there is no \"nope\""),
        ("dir", "a", "dir is not a file"),
    ])
    func same(left: String, right: String, expected: String) throws {
        #expect(try answer(.same(left, right), on: tree) == expected)
    }
}

@Suite struct ConditionCheckTests {
    private let range = SourceRange(source: SourceID(0), start: 4, end: 9)

    @Test func mistakesAreFoundBeforeATreeIsThere() {
        let kinds: [Condition.Kind] = [
            .match(files: ["a"], expression: "a("), .noMatch(files: ["a"], expression: "[a"),
            .count(files: ["a"], expression: "*", bounds: CountBounds()),
            .value(format: .toml, file: "a", path: "a..b", test: .present),
            .count(files: ["a"], expression: nil, bounds: CountBounds()), .match(files: ["a"], expression: "a"),
        ]
        let found = kinds.flatMap { Condition($0, at: range).diagnostics() }
        #expect(
            found == [
                Diagnostic(
                    .error, "bad regular expression \"a(\": `(` without `)` at \"(\"", at: range,
                    hint: "write `\\(` for the character"),
                Diagnostic(
                    .error, "bad regular expression \"[a\": `[` without `]`", at: range,
                    hint: "write `\\[` for the character"),
                Diagnostic(
                    .error, "bad regular expression \"*\": nothing to repeat before `*`, `+`, `?` or `{`", at: range,
                    hint: "write `\\*` for the character, `.*` for any text"),
                Diagnostic(
                    .error, "bad path \"a..b\": expected a key here at \".b\"", at: range,
                    hint: "write the keys with one `.` between them"),
            ])
    }

    @Test func commandsAreNotDecidedHere() {
        #expect(Condition(.run(.script("true")), at: range).verdict(on: MemoryTree()) == nil)
    }

    @Test func aFailureIsAlsoADiagnostic() {
        let failure = ConditionFailure("no", found: ["a:1: x"], hint: "h")
        #expect(
            failure.diagnostic(at: range) == Diagnostic(.error, "no", at: range, notes: [.init("a:1: x")], hint: "h"))
    }

    @Test func aMistakeThatNoLoadHasSeenFails() throws {
        #expect(try answer(.exists(["["]), on: MemoryTree()) == "bad pattern \"[\": `[` without `]`")
        #expect(
            try answer(.match(files: ["a"], expression: "("), on: MemoryTree())
                == "bad regular expression \"(\": `(` without `)`")
    }
}
