// What valid files declare: values, kinds and defaults, read back from the declarations.

import Manifest
import Testing
import Vocabulary

@Suite struct DeclarationTests {
    private func parse(_ text: String) throws -> FileDeclaration {
        let (file, diagnostics) = FileDeclaration.parse(Array("version: 1\n\(text)".utf8), source: SourceID(0))
        try #require(diagnostics == [])
        return file
    }

    private func task(_ body: String) throws -> TaskDeclaration {
        let file = try parse("build:\n" + body.split(separator: "\n").map { "  \($0)\n" }.joined())
        guard case .task(let task) = try #require(file.children.first) else { throw Unexpected() }
        return task
    }

    private struct Unexpected: Error {}

    /// A template as text with references written `<a.b>`.
    private func shown(_ template: Template?) -> String? {
        template?.segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .reference(let reference): "<\(reference.name)>"
            }
        }.joined()
    }

    @Test func theTopLevel() throws {
        let file = try parse(
            """
            name: demo
            include: [a.yaml, sub/b.yaml]
            vars: {repo: {path: Examples}, flags: [-O2, 1.10], debug: no}
            pools: {db: 2}
            .base: &base {dir: backend}
            group: {title: G, a: {run: x, <<: *base}, tasks: {env: {ensure: [{exists: f}]}}}
            """
        )
        #expect(file.name?.value == "demo")
        #expect(file.includes.map(\.value) == ["a.yaml", "sub/b.yaml"])
        #expect(file.pools.map { "\($0.name.value)=\($0.size.value)" } == ["db=2"])
        let values = file.variables.map { variable -> String? in
            switch variable.value {
            case .text(let text): shown(text)
            case .path(let path): "path " + (shown(path) ?? "")
            case .list(let list): list.map { shown($0) ?? "" }.joined(separator: "|")
            }
        }
        #expect(values == ["path Examples", "-O2|1.10", "no"])
        guard case .group(let group) = try #require(file.children.first) else { throw Unexpected() }
        #expect(group.children.map(\.name.value) == ["a", "env"])
        guard case .task(let merged) = group.children[0] else { throw Unexpected() }
        #expect(shown(merged.shared.directory) == "backend")
    }

    @Test func commandsAndShells() throws {
        guard case .script(let script)? = try task("run: |\n  a ${{ x }}\n  b").run else { throw Unexpected() }
        #expect(shown(script) == "a <x>\nb\n")
        guard case .arguments(let arguments, _)? = try task("run: [cc, 010, '${{ vars.f }}']").run
        else { throw Unexpected() }
        #expect(arguments.map(shown) == ["cc", "010", "<vars.f>"])
        guard case .command(let shell)? = try task("run: x\nshell: bash -eu").shared.shell else { throw Unexpected() }
        #expect(shown(shell) == "bash -eu")
    }

    @Test func needsOfEveryKind() throws {
        let needs = try task("run: x\nneeds: [a, {task: b, order-only: true}, {task: c, soft: true}, {task: d}]").shared
            .needs
        #expect(needs.map(\.kind) == [.hard, .orderOnly, .soft, .hard])
        #expect(needs.map { shown($0.target) } == ["a", "b", "c", "d"])
        #expect(try task("run: x\nneeds: a").shared.needs.count == 1)
        #expect(try task("run: x\nneeds: {task: a, soft: true}").shared.needs.map(\.kind) == [.soft])
    }

    @Test func patternsAndOutputs() throws {
        let task = try task(
            "run: x\ninputs: ['src/**', '!src/gen/**']\noutputs: [out, {path: big, store: false}]\nchanges: '**'")
        #expect(
            task.inputs?.map { "\($0.isExcluded) \(shown($0.template) ?? "")" } == ["false src/**", "true src/gen/**"])
        #expect(task.outputs.map(\.isStored) == [true, false])
        #expect(task.changes.count == 1)
    }

    @Test func anEmptyListOfInputsIsNotTheSameAsNone() throws {
        #expect(try task("run: x\ninputs: []").inputs?.isEmpty == true)
        #expect(try task("run: x").inputs == nil)
    }

    @Test func limits() throws {
        let task = try task(
            """
            run: x
            timeout: 1m30s
            retries: {limit: 2, backoff: 500ms, on-exit: 75}
            accept-exit: [0, 1]
            cpus: 2
            pool: db
            lock: [a, b]
            cache: {key: ["${{ v }}"], tools: uv, max-age: 7d}
            workspace: {tree: ., at: tree}
            platforms: linux/x86_64
            """
        )
        #expect(task.shared.timeout?.value == .seconds(90))
        #expect(task.shared.retries?.limit.value == 2)
        #expect(task.shared.retries?.backoff?.value == .milliseconds(500))
        #expect(task.shared.retries?.exits.map(\.value) == [75])
        #expect(task.acceptedExits.map(\.value) == [0, 1])
        #expect(task.shared.cpus?.value == 2)
        #expect(task.shared.pool?.value == "db")
        #expect(task.shared.locks.map(\.value) == ["a", "b"])
        #expect(task.shared.cache?.keys.map(shown) == ["<v>"])
        #expect(task.shared.cache?.tools.map(\.value) == ["uv"])
        #expect(task.shared.cache?.maximumAge?.value == .seconds(7 * 86400))
        #expect(task.shared.workspace?.place == .tree)
        #expect(task.shared.platforms?.map(\.value) == ["linux/x86_64"])
        #expect(try self.task("run: x\nretries: 3").shared.retries?.limit.value == 3)
        #expect(try self.task("run: x\ncache: false").shared.cache?.isEnabled?.value == false)
    }

    @Test func instances() throws {
        guard case .items(let items, _)? = try task("run: x\neach: [a, 1.10]").each else { throw Unexpected() }
        #expect(items.map(shown) == ["a", "1.10"])
        guard case .files(let files, _)? = try task("run: x\neach: {files: 'src/*.c'}").each else { throw Unexpected() }
        #expect(files.map { shown($0.template) } == ["src/*.c"])
        guard case .list(let list)? = try task("run: x\neach: ${{ vars.all }}").each else { throw Unexpected() }
        #expect(shown(list) == "<vars.all>")
        let axes = try task("run: x\nmatrix: {python: [3.11, 3.12], os: '${{ systems }}'}").matrix
        #expect(axes.map(\.name.value) == ["python", "os"])
        guard case .items(let versions) = axes[0].values else { throw Unexpected() }
        #expect(versions.map(shown) == ["3.11", "3.12"])
        let repetition = try task("run: x\nrepeat: {times: 20, until: stable}").repetition
        #expect(repetition?.times.value == 20)
        #expect(repetition?.until?.value == "stable")
    }

    @Test(arguments: ["true", "false", "${{ env.CI }}", "${{ a }} == b", "'${{ a }} != true'"])
    func conditionsOfTakingPart(text: String) throws {
        #expect(try task("run: x\nwhen: \(text)").shared.when != nil)
    }

    @Test func conditionsKeepTypes() throws {
        let conditions = try task(
            """
            ensure:
              - toml: {file: p, path: a.b, equals: 3}
              - json: {file: p, path: a, contains: "3"}
              - yaml: {file: p, path: a, absent: false}
              - count: {files: "*", pattern: x, at-least: 1, at-most: 3}
              - same: [a, b]
              - run: uv lock --check
            """
        ).conditions
        try #require(conditions.count == 6)
        guard case .value(.toml, _, _, .equals(_, .integer(3))) = conditions[0].kind else { throw Unexpected() }
        guard case .value(.json, _, _, .contains(_, .string("3"))) = conditions[1].kind else { throw Unexpected() }
        guard case .value(.yaml, _, _, .present) = conditions[2].kind else { throw Unexpected() }
        guard case .count(_, .some, CountBounds(atLeast: 1, atMost: 3)) = conditions[3].kind else { throw Unexpected() }
        guard case .same = conditions[4].kind, case .run(.script) = conditions[5].kind else { throw Unexpected() }
    }

    @Test func metricsAndGates() throws {
        let task = try task(
            """
            run: x
            metrics:
              pass: {junit: 'reports/*.xml', value: pass_rate, aggregate: mean}
              size: {json: a.json, path: a.b, max-age: 1d, same-run: true}
              lines: {count: 'src/**', pattern: TODO}
              took: {duration: true}
            gates:
              a: pass == 100%
              b: flake < 5% at 95%
              c: {expect: seconds <= 0.6 * baseline, baseline: {branch: main}}
              d: pass >= ${{ limit }}
            """
        )
        #expect(task.metrics.map(\.source.value) == [.junit, .json, .count, .duration])
        #expect(task.metrics.map { shown($0.value) } == ["pass_rate", "a.b", "TODO", nil])
        #expect(task.metrics[0].aggregate?.value == .mean)
        let gates = task.gates.map(\.comparison)
        #expect(gates.map { $0?.metric.value } == ["pass", "flake", "seconds", "pass"])
        #expect(gates.map { $0?.operator } == [.equal, .less, .atMost, .atLeast])
        #expect(gates[0]?.limit == .percentage(100))
        #expect(gates[1]?.confidence == 95)
        #expect(gates[2]?.factor == 0.6)
        #expect(task.gates[2].baseline?.kind.value == .branch)
        guard case .reference(let limit)? = gates[3]?.limit else { throw Unexpected() }
        #expect(limit.name == "limit")
    }

    @Test func servicesAndProbes() throws {
        let file = try parse(
            """
            services:
              db:
                driver: postgres
                scope: module
                setup: [../schema.sql]
                env: {URL: "postgresql://${{ self.host }}"}
                settings: {jit: off}
                ready: {postgres: {}, deadline: 20s}
              api:
                driver: process
                needs: [phase1]
                run: uvicorn --port ${{ self.port }}
                ready: {http: {path: /health, status: 200}, period: 50ms, failure-threshold: 3}
                shutdown: {signal: INT, timeout: 2s}
            """
        )
        let (db, api) = (file.services[0], file.services[1])
        #expect(db.driver.value == .postgres)
        #expect(db.scope?.value == .module)
        #expect(db.setup.map(shown) == ["../schema.sql"])
        #expect(db.settings.map { "\($0.name.value)=\(shown($0.value) ?? "")" } == ["jit=off"])
        #expect(db.ready?.deadline?.value == .seconds(20))
        #expect(api.ready?.kind.value == .http)
        #expect(
            api.ready?.options.map { "\($0.name.value)=\(shown($0.value) ?? "")" } == ["path=/health", "status=200"])
        #expect(api.ready?.failureThreshold?.value == 3)
        #expect(api.options.map(\.name.value) == ["shutdown.signal", "shutdown.timeout"])
    }

    @Test func referencesPointIntoTheSource() throws {
        let text = "version: 1\nb:\n  title: 'ü ${{ a }}'\n  run: |\n    ö $${{ x }}\n    ${{ vars.b }} ${{c}}\n"
        let (file, diagnostics) = FileDeclaration.parse(Array(text.utf8), source: SourceID(0))
        #expect(diagnostics == [])
        guard case .task(let task) = try #require(file.children.first), case .script(let script)? = task.run else {
            throw Unexpected()
        }
        #expect(shown(script) == "ö ${{ x }}\n<vars.b> <c>\n")
        let bytes = Array(text.utf8)
        let covered = ((task.title?.segments ?? []) + script.segments).compactMap { segment -> String? in
            guard case .reference(let reference) = segment else { return nil }
            return String(decoding: bytes[Int(reference.range.start)..<Int(reference.range.end)], as: UTF8.self)
        }
        #expect(covered == ["${{ a }}", "${{ vars.b }}", "${{c}}"])
    }

    @Test(arguments: [
        ("0", Duration.zero), ("500ms", .milliseconds(500)), ("90s", .seconds(90)), ("1m30s", .seconds(90)),
        ("1.5h", .seconds(5400)), ("7d", .seconds(604_800)),
    ])
    func durations(text: String, value: Duration) throws {
        #expect(try task("run: x\ntimeout: \(text)").shared.timeout?.value == value)
    }
}
