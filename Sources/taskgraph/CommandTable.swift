// All commands and options, as two tables: parsing, help and completions are made from them.

import Vocabulary

extension Invocation {
    static let commands: [(name: String, operands: String, help: String)] = [
        ("run", "TARGET… [-- ARGS]", "Run targets and what they need (`run` may be left out)"),
        ("resume", "", "Continue the last run: what succeeded is not repeated"),
        ("watch", "[TARGET…]", "Run targets again whenever something changes that they are made from"),
        ("list", "", "Show all tasks and groups"),
        ("plan", "[TARGET…]", "Say what a run would do, and why"),
        ("why", "TASK | A..B", "Explain against the most similar earlier run, or compare two runs"),
        ("history", "", "List the last runs, with the numbers that `why A..B` takes"),
        ("metrics", "[NAME]", "Show what was measured last, or a metric's course over the runs"),
        ("flakes", "", "List tests that passed and failed with the same inputs"),
        ("report", "[RUN]", "Write what a run did and proved: a page, Markdown, JUnit or JSON"),
        ("ui", "", "Serve the report on this machine's browser, live while a run goes on"),
        ("graph", "[TARGET…]", "Draw the graph: dot, mermaid, svg or json"),
        ("check", "[TARGET…]", "Test whether `ensure` holds on the tree as it is"),
        ("apply", "TARGET", "Write what a target's tasks changed into the tree, a commit each"),
        ("shell", "TARGET [-- COMMAND]", "Open a shell in the view that a target leaves"),
        ("export", "TARGET DIR", "Copy the view that a target leaves into a directory"),
        ("cache", "stats|verify|gc", "Show what the cache holds, check all of it, or make it smaller"),
        ("wait", "PROBE…", "Wait until something answers: \(ProbeArgument.examples)"),
        ("services", "list|up|down|logs|…", "Show services, start servers of one's own, end them, show their logs"),
        ("broker", "[SERVICE…]", "Lease services to test runners until standard input ends (docs/leases.md)"),
        ("ci", "github", "Write a workflow for GitHub Actions that runs the graph as jobs"),
        ("doctor", "", "Say what is missing on this machine, and how to get it"),
        ("completions", "SHELL", "Print what completes command lines: for bash, zsh or fish"),
        ("schema", "", "Print the JSON Schema of the YAML files, for editors"),
    ]

    /// What `--format` may say, the default first.
    static let formats = [
        "graph": ["dot", "mermaid", "svg", "json"], "report": ["html", "markdown", "junit", "json"],
    ]

    static let options: [Option] = [
        Option(
            short: "-j", long: "--jobs",
            effect: .value("N") { invocation, text in
                guard let jobs = Int(text), jobs > 0 else { return false }
                invocation.jobs = jobs
                return true
            }, help: "Run up to N job slots at once (default: the processors)"),
        Option(
            short: "-k", long: "--keep-going", effect: .flag { $0.keepsGoing = true },
            help: "After a failure go on with what does not depend on it"),
        Option(short: "-n", long: "--dry-run", effect: .flag { $0.isDryRun = true }, help: "The same as `plan`"),
        Option(
            short: "-f", long: "--file",
            effect: .value("FILE") { invocation, text in
                invocation.file = text
                return true
            }, help: "The root file (default: tasks.yaml here or in a directory above)"),
        Option(
            short: "-C", long: "--directory",
            effect: .value("DIR") { invocation, text in
                invocation.directory = text
                return true
            }, help: "Work as if started in DIR"),
        Option(
            short: nil, long: "--var",
            effect: .value("NAME=VALUE") { invocation, text in
                guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return false }
                invocation.variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
                return true
            }, help: "Set a variable of the YAML for this run"),
        Option(short: nil, long: "--force", effect: .flag { $0.isForced = true }, help: "Run whatever the cache holds"),
        Option(
            short: nil, long: "--no-cache", effect: .flag { $0.usesCache = false },
            help: "Neither look results up nor record them"),
        Option(
            short: nil, long: "--observe", effect: .flag { $0.observesGates = true },
            help: "Tell gates without consequence, and propose limits from history"),
        Option(
            short: nil, long: "--verify", effect: .flag { $0.verifies = true },
            help: "Run each task twice and fail it if what it makes differs"),
        Option(
            short: nil, long: "--read-only-cache", effect: .flag { $0.isCacheReadOnly = true },
            help: "Look results up and record none"),
        Option(
            short: nil, long: "--max-size",
            effect: .value("SIZE") { invocation, text in
                invocation.maximumSize = Amount.bytes(text)
                return invocation.maximumSize != nil
            }, help: "gc: remove the longest unused results until the cache is at most SIZE: 500M, 5G",
            commands: ["cache"]
        ),
        Option(
            short: nil, long: "--max-age",
            effect: .value("AGE") { invocation, text in
                invocation.maximumAge = Amount.nanoseconds(text)
                return invocation.maximumAge != nil
            }, help: "gc: remove results that were not used for AGE: 12h, 30d (the default without --max-size)",
            commands: ["cache"]),
        Option(
            short: nil, long: "--repair", effect: .flag { $0.repairs = true },
            help: "verify: remove what is damaged, so that it is made again", commands: ["cache"]),
        Option(
            short: nil, long: "--profile",
            effect: .value("FILE") { invocation, text in
                invocation.profile = text
                return !text.isEmpty
            }, help: "Write a trace of the run, for chrome://tracing or Perfetto"),
        Option(
            short: nil, long: "--otlp",
            effect: .value("FILE") { invocation, text in
                invocation.otlp = text
                return !text.isEmpty
            }, help: "Write a trace of the run as OTLP/JSON, for OpenTelemetry collectors"),
        Option(
            short: nil, long: "--ci",
            effect: .value("PLACE") { invocation, text in
                invocation.ci = text
                return ["auto", "github", "none"].contains(text)
            }, help: "Output for GitHub's runner: auto (when GITHUB_ACTIONS is true), github or none"),
        Option(
            short: nil, long: "--output",
            effect: .value("FILE") { invocation, text in
                invocation.output = text
                return !text.isEmpty
            }, help: "Write to FILE instead; - is standard output", commands: ["ci", "report"]),
        Option(
            short: nil, long: "--check", effect: .flag { $0.checks = true },
            help: "Write nothing; fail with the difference if the file is not as it would be made", commands: ["ci"]),
        Option(
            short: nil, long: "--shards",
            effect: .value("N") { invocation, text in
                guard let shards = Int(text), shards > 0, shards <= 256 else { return false }
                invocation.shards = shards
                return true
            }, help: "Spread the instances of a task over at most N jobs (default: 4)", commands: ["ci"]),
        Option(short: nil, long: "--json", effect: .flag { $0.isJSON = true }, help: "Print events or answers as JSON"),
        Option(short: "-q", long: "--quiet", effect: .flag { $0.verbosity -= 1 }, help: "Print only failures"),
        Option(
            short: "-v", long: "--verbose", effect: .flag { $0.verbosity += 1 }, help: "Print every task and all output"
        ),
        Option(
            short: nil, long: "--color",
            effect: .value("WHEN") { invocation, text in
                invocation.color = text
                return ["auto", "always", "never"].contains(text)
            }, help: "auto, always or never"),
        Option(
            short: nil, long: "--format",
            effect: .value("FORMAT") { invocation, text in
                invocation.format = text
                return Invocation.formats.values.contains { $0.contains(text) }
            }, help: "graph: dot, mermaid, svg or json; report: html, markdown, junit or json",
            commands: ["graph", "report"]),
        Option(
            short: nil, long: "--port",
            effect: .value("PORT") { invocation, text in
                invocation.port = UInt16(text)
                return invocation.port.map { $0 > 0 } ?? false
            }, help: "Listen there (default: a port that is free)", commands: ["ui"]),
        Option(
            short: nil, long: "--branch",
            effect: .value("NAME") { invocation, text in
                invocation.branch = text
                return !text.isEmpty
            }, help: "The new branch for the commits (default: taskgraph/TARGET)", commands: ["apply"]),
        Option(
            short: nil, long: "--no-commit", effect: .flag { $0.commits = false },
            help: "Change the files and make no commits", commands: ["apply"]),
        Option(
            short: nil, long: "--deadline",
            effect: .value("SPAN") { invocation, text in
                invocation.deadline = Amount.nanoseconds(text)
                return invocation.deadline != nil
            }, help: "Give up after SPAN: 500ms, 20s (default: 60s)", commands: ["wait"]),
        Option(
            short: nil, long: "--period",
            effect: .value("SPAN") { invocation, text in
                invocation.period = Amount.nanoseconds(text)
                return invocation.period != nil
            }, help: "Try every SPAN (default: after 2ms, then more and more slowly up to 1s)", commands: ["wait"]),
        Option(
            short: nil, long: "--detach", effect: .flag { $0.isDetached = true },
            help: "up: leave the services in the background until `services down`", commands: ["services"]),
        Option(
            short: nil, long: "--follow", effect: .flag { $0.follows = true },
            help: "logs: go on with what a service in the background writes, until it ends", commands: ["services"]),
        Option(
            short: nil, long: "--compare",
            effect: .value("A..B") { invocation, text in
                guard let dots = text.firstRange(of: "..") else { return false }
                let sides = (String(text[..<dots.lowerBound]), String(text[dots.upperBound...]))
                invocation.comparison = sides
                return !sides.0.isEmpty && !sides.1.isEmpty
            }, help: "Compare two runs or branches", commands: ["metrics"]),
        Option(
            short: nil, long: "--csv", effect: .flag { $0.isCSV = true }, help: "Print the values as CSV",
            commands: ["metrics"]),
        Option(
            short: nil, long: "--deliver", effect: .flag { $0.delivers = true },
            help: "Send the runs that wait for the server of TASKGRAPH_METRICS_URL", commands: ["metrics"]),
        Option(short: "-h", long: "--help", effect: .flag { $0.showsHelp = true }, help: "Show this help"),
        Option(short: nil, long: "--version", effect: .flag { $0.showsVersion = true }, help: "Show the version"),
    ]
}
