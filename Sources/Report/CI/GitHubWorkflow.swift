// A plan of jobs as a workflow of GitHub Actions. Pure: the same plan gives the same text.

/// Everything that a workflow says of one project.
public struct GitHubWorkflow: Sendable {
    public struct Job: Sendable {
        public var id: String
        /// For people.
        public var title: String
        /// Ids of jobs, and how many shards each has.
        public var needs: [(id: String, shards: Int)] = []
        /// What is run, by shard; none is empty.
        public var targets: [[String]]
        /// Debian packages, besides those that taskgraph itself needs.
        public var packages: [String] = []
        /// Names of secrets that its tasks take from the environment.
        public var secrets: [String] = []
        public var usesUV = false

        public init(id: String, title: String, targets: [[String]]) {
            self.id = id
            self.title = title
            self.targets = targets
        }
    }

    public var title: String
    /// The directory of the root file, relative to the repository; empty: the repository's own.
    public var directory = ""
    /// Whether the repository is taskgraph's own.
    public var isOwn = false
    public var jobs: [Job]

    public init(title: String, jobs: [Job]) {
        self.title = title
        self.jobs = jobs
    }

    /// The file.
    public var text: String {
        "# Made by `taskgraph ci github` from the task graph: edits are lost. `taskgraph ci github --check` tells when it\n"
            + "# is out of date. For branch protection require the job `report`: it fails unless every other job passed.\n"
            + document.document
    }

    private var document: YAMLText {
        .map([
            ("name", .text(literal(title))),
            (
                "on",
                .map([
                    ("push", .map([("branches", .flow(["main"]))])), ("pull_request", .map([])),
                    ("workflow_dispatch", .map([])),
                ])
            ),
            ("permissions", .map([("contents", .text("read"))])),
            (
                "concurrency",
                .map([
                    ("group", .text("taskgraph-${{ github.ref }}")),
                    ("cancel-in-progress", .text("${{ github.event_name == 'pull_request' }}")),
                ])
            ),
            // Relative to the root file; the jobs hand it to each other.
            ("env", .map([("TASKGRAPH_CACHE", .text(".taskgraph/cache"))])),
            ("jobs", .map([("taskgraph", program)] + jobs.map { ($0.id, text(of: $0)) } + [("report", report)])),
        ])
    }

    // MARK: The jobs

    /// Builds taskgraph as its README says, once for each state of its source.
    private var program: YAMLText {
        .map([
            ("name", .text("taskgraph")), ("runs-on", .text(Self.machine)), ("timeout-minutes", .integer(60)),
            ("outputs", .map([("key", .text("${{ steps.built.outputs.cache-primary-key }}"))])),
            (
                "steps",
                .list([
                    source,
                    .step(
                        "Look for a taskgraph built before", id: "built", uses: Self.restore,
                        with: [("path", programPath), ("key", programKey)]),
                    .step(
                        "Build taskgraph", unless: "steps.built.outputs.cache-hit == 'true'",
                        run: "scripts/run --version", in: isOwn ? nil : Self.sourcePath),
                    .step(
                        "Keep it", unless: "steps.built.outputs.cache-hit == 'true'", uses: Self.save,
                        with: [("path", programPath), ("key", "${{ steps.built.outputs.cache-primary-key }}")]),
                ])
            ),
        ])
    }

    private func text(of job: Job) -> YAMLText {
        let isSpread = job.targets.count > 1
        let shard = isSpread ? " (${{ matrix.shard }} of \(job.targets.count))" : ""
        let environment = job.secrets.map { ($0, YAMLText?.some(.text("${{ secrets.\($0) }}"))) }
        return .map([
            ("name", .text(literal(job.title) + shard)),
            ("needs", .flow(["taskgraph"] + job.needs.map(\.id))), ("runs-on", .text(Self.machine)),
            ("timeout-minutes", .integer(120)), ("strategy", isSpread ? strategy(job) : nil),
            ("env", environment.isEmpty ? nil : .map(environment)), ("steps", .list(steps(of: job))),
        ])
    }

    private func strategy(_ job: Job) -> YAMLText {
        let include = job.targets.enumerated().map { position, targets in
            YAMLText.map([
                ("shard", .integer(position + 1)), ("targets", .text(targets.map(literal).joined(separator: "\n"))),
            ])
        }
        return .map([("fail-fast", .bool(false)), ("matrix", .map([("include", .list(include))]))])
    }

    private func steps(of job: Job) -> [YAMLText] {
        let isSpread = job.targets.count > 1
        let name = isSpread ? "\(job.id).${{ matrix.shard }}" : job.id
        let file = isSpread ? "\(job.id)-${{ matrix.shard }}" : job.id
        let packages = (Self.libraries + job.packages).joined(separator: " ")
        let uv: [YAMLText] = job.usesUV ? [.step("Set up uv", uses: Self.setupUV)] : []
        let needed = job.needs.flatMap { need in
            (1...max(1, need.shards)).map { number in
                bring(need.shards > 1 ? "\(need.id).\(number)" : need.id, "Bring results of \(need.id)", fresh: true)
            }
        }
        return [
            .step(nil, uses: Self.checkout),
            .step(
                "Install packages",
                run: "sudo apt-get update\nsudo apt-get install --yes --no-install-recommends \(packages)\n"),
            // Ubuntu's AppArmor lets no program without rights have them; without, views are copies.
            .step(
                "Let tasks have namespaces of their own",
                run: "sudo sysctl --write kernel.apparmor_restrict_unprivileged_userns=0"),
        ] + uv + [
            .step(
                "Bring taskgraph", uses: Self.restore,
                with: [
                    ("path", programPath), ("key", "${{ needs.taskgraph.outputs.key }}"),
                    ("fail-on-cache-miss", "true"),
                ]),
            .step("Put it on the path", run: "echo \"$GITHUB_WORKSPACE/\(programDirectory)\" >> \"$GITHUB_PATH\""),
            bring(name, "Bring earlier results", fresh: false),
        ] + needed + [
            run(job, report: file),
            .step(
                "Forget results that were not used for a week", if: "${{ !cancelled() }}",
                run: "taskgraph cache gc --max-age 7d", in: place),
            .step(
                "Keep results", if: "${{ !cancelled() }}", uses: Self.save,
                with: [("path", inProject(".taskgraph/cache")), ("key", key(name) + Self.thisRun)]),
            .step(
                "Keep reports", if: "${{ !cancelled() }}", uses: Self.upload,
                with: [
                    ("name", "reports-\(file)"), ("path", inProject(".taskgraph/reports")),
                    ("include-hidden-files", "true"), ("if-no-files-found", "ignore"),
                ]),
        ]
    }

    private func run(_ job: Job, report: String) -> YAMLText {
        let isSpread = job.targets.count > 1
        let command =
            "taskgraph --keep-going --otlp .taskgraph/reports/\(isSpread ? job.id + "-$SHARD" : job.id).otlp.json"
        let targets = job.targets.first ?? []
        let script =
            isSpread
            ? "mapfile -t targets <<< \"$TARGETS\"\n\(command) \"${targets[@]}\"\n"
            : "\(command) \(targets.map { literal(shellQuoted($0)) }.joined(separator: " "))\n"
        return .step(
            "Run", run: "mkdir -p .taskgraph/reports\n" + script, in: place,
            environment: isSpread ? [("SHARD", "${{ matrix.shard }}"), ("TARGETS", "${{ matrix.targets }}")] : [])
    }

    /// Results of a job, of this run or, for want of them, of the run before: added to what is there.
    private func bring(_ name: String, _ title: String, fresh: Bool) -> YAMLText {
        let thisRun = key(name) + "${{ github.run_id }}."
        return .step(
            title, uses: Self.restore,
            with: [
                ("path", inProject(".taskgraph/cache")), ("key", key(name) + Self.thisRun),
                ("restore-keys", fresh ? thisRun : thisRun + "\n" + key(name) + "\n"),
            ])
    }

    /// Collects what the jobs have left, and is the one check that a merge may wait for.
    private var report: YAMLText {
        let bad = ["failure", "cancelled", "skipped"].map { "contains(needs.*.result, '\($0)')" }
        return .map([
            ("name", .text("report")), ("if", .text("${{ always() }}")),
            ("needs", .flow(["taskgraph"] + jobs.map(\.id))), ("runs-on", .text(Self.machine)),
            ("timeout-minutes", .integer(10)),
            (
                "steps",
                .list([
                    .step(
                        "Collect the reports", uses: Self.merge,
                        with: [("name", "reports"), ("pattern", "reports-*"), ("separate-directories", "true")]),
                    .step(
                        "Fail unless every job passed", if: "${{ always() && (\(bad.joined(separator: " || "))) }}",
                        run: "exit 1"),
                ])
            ),
        ])
    }
}
