// A run as reports show it: the plan with failing gates, failed tests and flaky ones, and the runs before it.

import Vocabulary

enum ReportSample {
    private static let plan: [(name: String, seconds: Double, needs: [String])] = [
        ("tools", 4.2, []), ("phase1/uv-migration", 3.1, ["tools"]),
        ("phase1/install-times", 21.5, ["phase1/uv-migration"]),
        ("phase1/hypothesis", 1.2, ["phase1/uv-migration"]), ("phase1/venv", 2.4, ["phase1/hypothesis"]),
        ("phase1/hypothesis-profiles", 0.8, ["phase1/hypothesis"]),
        ("phase1/pytest-config", 0.9, ["phase1/hypothesis-profiles"]),
        ("phase2/2a/isolate-fixtures", 2.2, ["phase1/pytest-config"]),
        ("phase2/2a/venv", 2.9, ["phase1/venv", "phase2/2a/isolate-fixtures"]),
        ("phase2/2a/integration", 31.4, ["phase2/2a/venv"]),
        ("phase2/2b/page-objects", 2.6, ["phase1/pytest-config"]),
        ("phase2/2b/browser-tests", 18.2, ["phase2/2b/page-objects", "phase1/venv"]),
        ("phase2/2c/api-contract", 1.7, ["phase1/pytest-config"]),
        ("phase2/2c/contract-tests", 6.3, ["phase2/2c/api-contract", "phase1/venv"]),
        ("phase3/xdist-worksteal", 0.7, ["phase2/2a/integration"]),
        ("phase3/worksteal-lint", 1.1, ["phase3/xdist-worksteal"]),
        ("phase3/parallel", 12.5, ["phase3/xdist-worksteal", "phase2/2a/venv"]),
        ("phase3/ci-blocking", 0.6, ["phase3/worksteal-lint"]),
    ]

    /// About forty tasks; the shards of a test run are instances.
    static var run: RunEvidence {
        var run = base("0f3c8a1d5b6e4f708192a3b4c5d6e7f8", seconds: 0)
        var ends: [String: UInt64] = [:]
        var lanes = [UInt64](repeating: 0, count: 4)
        let shards = (1...22).map { ("phase3/shard[\($0)]", 1.4 + Double($0 * 7 % 11) / 2, ["phase3/xdist-worksteal"]) }
        for (name, seconds, needs) in plan + shards {
            let ready = needs.compactMap { ends[$0] }.max() ?? 0
            let lane = lanes.indices.min { max(lanes[$0], ready) < max(lanes[$1], ready) } ?? 0
            var task = timed(name, seconds, needs, ready: ready, start: max(lanes[lane], ready))
            if name == "phase2/2a/integration" { task = integration(task) }
            if name == "phase2/2b/browser-tests" { task = browser(task) }
            if name.hasPrefix("phase1/h") || name == "tools" { task = hit(task) }
            if name == "phase3/ci-blocking" { task = blocked(task) }
            ends[name] = task.endedAt
            if task.startedAt != nil { lanes[lane] = task.endedAt ?? 0 }
            run.tasks.append(task)
        }
        run.gates = gates
        run.metrics = metrics(run)
        run.summary = summary(run)
        return run
    }

    /// Five runs, in each of which things were a little worse.
    static var earlier: [RunEvidence] {
        (1...5).map { age in
            var run = base("\(age)f3c8a1d5b6e4f708192a3b4c5d6e7f8", seconds: UInt64(age) * 86_400)
            for name in ["tools", "phase1/hypothesis", "phase1/hypothesis-profiles"] {
                run.tasks.append(timed(name, 3.2, [], ready: 0, start: 0))
            }
            var task = timed("phase2/2a/integration", 31 + Double(age * age), [], ready: 0, start: 0)
            let worse = Double(age)
            task.evidence.measurements = [
                measured("integration.pass_rate", 0.99 - 0.012 * worse, .share, .higherIsBetter),
                measured("integration.seconds", 31.4 + worse * worse * 2.2, .seconds, .lowerIsBetter),
                measured("integration.coverage", 0.81 - 0.02 * (worse - 2) * (worse - 2), .share, .higherIsBetter),
            ]
            run.tasks.append(task)
            run.metrics = metrics(run)
            run.summary = summary(run)
            return run
        }
    }

    /// Names and texts that would act if they could.
    static var hostile: RunEvidence {
        let text = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u{0}\u{1B}[31m]]>&\"'\u{202E}`|@all"
        var run = base("ffffffffffffffffffffffffffffffff", seconds: 0)
        run.project = text
        run.branch = text
        run.targets = [text]
        var task = timed("a/\(text)[x/y]", 1, [text], ready: 0, start: 0)
        task.outcome = "failed"
        task.reasons = [text]
        task.log = "\u{1B}[31mred\u{1B}[0m \(text)\n"
        task.serviceWaits = [text: 5]
        task.evidence = TaskEvidence(
            measurements: [measured(text, .infinity, .share, .unknown)],
            missing: [MissingMetric(name: text, reason: text)],
            tests: [
                TestResult(id: text, outcome: .failed, message: text, details: text, file: text, line: 1),
                TestResult(id: text, outcome: .passed, repetition: 2), TestResult(id: text + "2", outcome: .errored),
            ])
        run.tasks = [task]
        run.metrics = metrics(run)
        let gate = Gate(name: text, metric: text, comparison: .less, limit: .metric(text))
        run.gates = [GateAccount(gate, GateResult(.fail, text, value: .nan, limit: -.infinity))]
        run.summary = summary(run)
        return run
    }

    static func base(_ id: String, seconds age: UInt64) -> RunEvidence {
        RunEvidence(
            id: id, project: "testing-reliability", host: "builder-2", branch: "main",
            commit: "1224505c0ffee1224505c0ffee1224505c0ffee1", startedAt: (1_795_474_327 - age) * second,
            targets: ["phase1", "phase2", "phase3"], jobs: 4, summary: RunSummary())
    }

    /// As of tasks without instances.
    static func metrics(_ run: RunEvidence) -> [MetricAccount] {
        run.tasks.flatMap { task in task.evidence.measurements.map { MetricAccount(task: task.name, $0) } }
    }

    static func summary(_ run: RunEvidence) -> RunSummary {
        var summary = RunSummary()
        let count = { (outcome: String) in run.tasks.filter { $0.outcome == outcome }.count }
        summary.succeeded = count("succeeded")
        summary.restored = count("restored")
        summary.failed = count("failed")
        summary.blocked = count("blocked")
        summary.gatesFailed = run.gates.filter { $0.result.verdict == .fail && !$0.isObserved }.count
        summary.wall = run.tasks.compactMap(\.endedAt).max() ?? 0
        return summary
    }
}

extension ReportSample {
    static func timed(_ name: String, _ seconds: Double, _ needs: [String], ready: UInt64, start: UInt64) -> TaskAccount
    {
        var task = TaskAccount(name: name, outcome: "succeeded")
        let wall = UInt64(seconds * 1e9)
        task.needs = needs
        task.reasons = ["backend/requirements.txt changed and 3 more"]
        task.readyAt = ready
        task.startedAt = start
        task.endedAt = start + wall
        task.usage = ResourceUsage(wall: wall, cpu: wall / 10 * 8, peakMemory: 48_000_000 + UInt64(seconds * 3e6))
        task.attempts = 1
        return task
    }

    private static func hit(_ task: TaskAccount) -> TaskAccount {
        var task = task
        task.outcome = "restored"
        task.endedAt = (task.readyAt ?? 0) + 20_000_000
        task.startedAt = nil
        task.attempts = 0
        task.usage = ResourceUsage()
        task.reasons = []
        return task
    }

    private static func blocked(_ task: TaskAccount) -> TaskAccount {
        var task = hit(task)
        task.outcome = "blocked"
        task.reasons = ["phase2/2a/integration#flake-rate does not hold"]
        return task
    }

    private static func integration(_ task: TaskAccount) -> TaskAccount {
        var task = task
        task.serviceWaits = ["postgres": 45_000_000, "redis": 16_000_000]
        task.startedAt = (task.startedAt ?? 0) + 61_000_000
        task.endedAt = (task.endedAt ?? 0) + 61_000_000
        task.evidence.measurements = [
            measured("integration.pass_rate", 0.992, .share, .higherIsBetter),
            measured("integration.flake_rate", 0.034, .share, .lowerIsBetter),
            measured("integration.seconds", 31.4, .seconds, .lowerIsBetter),
            measured("integration.coverage", 0.823, .share, .higherIsBetter),
        ]
        let file = "backend/tests/integration/test_alarm_events.py"
        task.evidence.tests =
            (1...120).map {
                TestResult(id: "\(file)::test_event_\($0)", outcome: .passed, seconds: 0.2, file: file, line: $0 * 9)
            } + [
                TestResult(
                    id: "\(file)::test_event_order", outcome: .failed, seconds: 1.1,
                    message: "assert [3, 1, 2] == [1, 2, 3]",
                    file: file, line: 88),
                TestResult(id: "\(file)::test_event_order", outcome: .passed, seconds: 1.0, repetition: 2),
                TestResult(id: "\(file)::test_event_order", outcome: .passed, seconds: 1.0, repetition: 3),
                TestResult(
                    id: "\(file)::test_reconnect", outcome: .flaky, seconds: 2.4,
                    message: "redis.exceptions.ConnectionError: Connection refused", file: file, line: 131),
                TestResult(id: "\(file)::test_needs_camera", outcome: .skipped),
            ]
        return task
    }

    private static func browser(_ task: TaskAccount) -> TaskAccount {
        var task = task
        task.outcome = "failed"
        task.attempts = 2
        task.reasons = ["exit code 1"]
        task.log =
            "\u{1B}[1m============ test session starts ============\u{1B}[0m\ncollected 24 items\n\n"
            + "tests/e2e/test_dashboard.py \u{1B}[32m.......\u{1B}[31mF\u{1B}[0m\u{1B}[32m................\u{1B}[0m\n\n"
            + "\u{1B}[31mFAILED\u{1B}[0m tests/e2e/test_dashboard.py::test_arm_button - TimeoutError: waiting for selector\n"
            + "\u{1B}[31m============ 1 failed, 23 passed in 17.80s ============\u{1B}[0m\n"
        task.evidence.tests = [
            TestResult(
                id: "tests/e2e/test_dashboard.py::test_arm_button", outcome: .failed, seconds: 5,
                message: "TimeoutError: waiting for selector \"#arm\" to be visible",
                details:
                    "tests/e2e/test_dashboard.py:41: in test_arm_button\n    page.click(\"#arm\")\nE   TimeoutError",
                file: "tests/e2e/test_dashboard.py", line: 41)
        ]
        task.evidence.missing = [
            MissingMetric(name: "browser.coverage", reason: "coverage.xml was not made by phase2/2b/browser-tests")
        ]
        return task
    }

    static func measured(
        _ name: String, _ value: Double, _ unit: MetricUnit, _ direction: MetricDirection
    ) -> Measurement {
        Measurement(
            name: name, value: value, unit: unit, direction: direction,
            provenance: Provenance(run: "0f3c8a1d", host: "builder-2", time: 1))
    }

    private static let gates = [
        GateAccount(
            Gate(
                name: "phase2/2a/integration#all-pass", metric: "integration.pass_rate", comparison: .atLeast,
                limit: .share(0.99)),
            GateResult(.pass, "integration.pass_rate is 99.2%, wanted >= 99%", value: 0.992, limit: 0.99)),
        GateAccount(
            Gate(
                name: "phase2/2a/integration#flake-rate", metric: "integration.flake_rate", comparison: .less,
                limit: .share(0.02), certainty: Certainty(percent: 95)),
            GateResult(
                .fail,
                "integration.flake_rate is 3.4% (7 of 206 suite runs), at least 2.1% with 95% certainty, wanted < 2%",
                value: 0.034, limit: 0.02, bounds: 0.021...0.058,
                sample: Sample(events: 7, trials: 206, unit: .suiteRun))),
        GateAccount(
            Gate(
                name: "phase2/2a/integration#faster", metric: "integration.seconds", comparison: .atMost, factor: 0.6,
                limit: .baseline(Gate.Baseline(.branch, "main"))),
            GateResult(
                .notEnoughData, "integration.seconds is 31.4 s, and branch main has no value to compare with",
                value: 31.4),
            isObserved: true),
    ]
}

extension ReportSample {
    /// Many tasks one after the other with long names: a picture that is wider than any window.
    static var wide: RunEvidence {
        var run = Self.run
        run.tasks = (1...40).map { number in
            var task = TaskAccount(name: "a-task-whose-name-is-long-\(number)", outcome: "succeeded")
            if number > 1 { task.needs = ["a-task-whose-name-is-long-\(number - 1)"] }
            return task
        }
        return run
    }

    /// Half way through.
    static var live: RunEvidence {
        var run = Self.run
        for index in run.tasks.indices.suffix(20) {
            let isFirst = index == run.tasks.count - 20
            run.tasks[index] = TaskAccount(name: run.tasks[index].name, outcome: isFirst ? "running" : "waiting")
            if isFirst {
                run.tasks[index].startedAt = 1_000_000_000
                run.tasks[index].endedAt = 9_000_000_000
                run.tasks[index].attempts = 1
            }
        }
        return run
    }
}
