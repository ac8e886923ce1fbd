// The parts that the jobs of a workflow have in common: actions, keys of caches, paths, quoting. Knows no jobs.

extension GitHubWorkflow {
    static let machine = "ubuntu-24.04"
    // By their full versions: what runs changes when this file does.
    static let checkout = "actions/checkout@v6.0.2"
    static let setupUV = "astral-sh/setup-uv@v8.1.0"
    static let restore = "actions/cache/restore@v5.0.5"
    static let save = "actions/cache/save@v5.0.5"
    static let upload = "actions/upload-artifact@v7.0.1"
    static let merge = "actions/upload-artifact/merge@v7.0.1"

    /// What the program is linked with, as `scripts/run` names it.
    static let libraries = [
        "git", "libyaml-dev", "libsqlite3-dev", "nettle-dev", "libexpat1-dev", "libhiredis-dev", "libpq-dev",
    ]

    static let sourcePath = ".taskgraph-source"
    static let thisRun = "${{ github.run_id }}.${{ github.run_attempt }}"

    /// A checkout of taskgraph's source: this repository, or the one that the repository's variables name.
    var source: YAMLText {
        if isOwn { return .step(nil, uses: Self.checkout) }
        return .step(
            nil, uses: Self.checkout,
            with: [
                ("repository", "${{ vars.TASKGRAPH_REPOSITORY }}"), ("ref", "${{ vars.TASKGRAPH_REF }}"),
                ("path", Self.sourcePath),
            ])
    }

    var programDirectory: String { (isOwn ? "" : Self.sourcePath + "/") + ".build-release/release" }
    var programPath: String { programDirectory + "/taskgraph" }

    var programKey: String {
        let prefix = isOwn ? "" : Self.sourcePath + "/"
        return "taskgraph-program-${{ runner.os }}-${{ hashFiles('\(prefix)Package.swift', '\(prefix)Sources/**') }}"
    }

    /// The beginning of a cache's key; ids of jobs have no full stop, so none begins with another's.
    func key(_ name: String) -> String { "taskgraph-${{ runner.os }}-\(name)." }

    var place: String? { directory.isEmpty ? nil : directory }

    func inProject(_ path: String) -> String { directory.isEmpty ? path : directory + "/" + path }

    /// A text in which nothing is taken for an expression.
    func literal(_ text: String) -> String { text.replacing("${{", with: "${{ '${{' }}") }

    func shellQuoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"),
                UInt8(ascii: "."), UInt8(ascii: ":"):
                true
            default: false
            }
        }
        return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}

extension YAMLText {
    /// One step of a job.
    static func step(
        _ name: String?, id: String? = nil, if condition: String? = nil, unless: String? = nil, uses: String? = nil,
        run: String? = nil, in directory: String? = nil, with: [(String, String)] = [],
        environment: [(String, String)] = []
    ) -> YAMLText {
        let texts = { (pairs: [(String, String)]) -> YAMLText? in
            pairs.isEmpty ? nil : .map(pairs.map { ($0.0, .some($0.1 == "true" ? .bool(true) : .text($0.1))) })
        }
        let unlessText = unless.map { "${{ !(\($0)) }}" }
        return .map([
            ("name", name.map { .text($0) }), ("id", id.map { .text($0) }),
            ("if", (condition ?? unlessText).map { .text($0) }), ("uses", uses.map { .text($0) }),
            ("with", texts(with)), ("env", texts(environment)),
            ("working-directory", directory.map { .text($0) }), ("run", run.map { .text($0) }),
        ])
    }
}
