// From `ready` and `live` as written to what is tried, and what is said about mistakes in them.

import Manifest
import TestKit
import Testing
import Vocabulary

@Suite struct ProbeSpecTests {
    private static func text(_ template: Template) -> String {
        template.segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .reference(let reference): reference.name == "self.port" ? "5433" : "<\(reference.name)>"
            }
        }.joined()
    }

    private func service(_ probes: String) throws -> ServiceDeclaration {
        let text = "version: 1\nservices:\n  it: {driver: process, run: x, \(probes)}\n"
        let (file, diagnostics) = FileDeclaration.parse(Array(text.utf8), source: SourceID(0))
        try #require(diagnostics == [])
        return file.services[0]
    }

    @Test(arguments: [
        ("postgres: {}", ProbeKind.postgres(query: nil, parameters: []), ProbeAddress()),
        (
            "postgres: {database: d, user: u, password: p, host: h, port: \"${{ self.port }}\", query: SELECT 1}",
            .postgres(query: "SELECT 1", parameters: []),
            ProbeAddress(host: "h", port: 5433, user: "u", password: "p", database: "d")
        ),
        ("redis: {port: 1, password: p}", .redis, ProbeAddress(port: 1, password: "p")),
        ("tcp: \"${{ self.port }}\"", .tcp, ProbeAddress(port: 5433)),
        ("tcp: {port: 1, host: h}", .tcp, ProbeAddress(host: "h", port: 1)),
        ("http: /health", .http(HTTPExpectation(path: "/health")), ProbeAddress()),
        (
            "http: {status: [200, 3xx, 500-503], headers: {Accept: a, X: \"${{ self.port }}\"}, contains: c, body: b}",
            .http(
                HTTPExpectation(
                    headers: [.init(name: "Accept", value: "a"), .init(name: "X", value: "5433")],
                    statuses: [200...200, 300...399, 500...503], contains: "c", body: "b")), ProbeAddress()
        ),
        ("exec: \"pg_isready -p ${{ self.port }}\"", .exec(.script("pg_isready -p 5433")), ProbeAddress()),
        ("exec: [a, \"b c\"]", .exec(.arguments(["a", "b c"])), ProbeAddress()),
        ("log: up", .log(pattern: "up", file: nil), ProbeAddress()),
        ("log: {pattern: up, file: f}", .log(pattern: "up", file: "f"), ProbeAddress()),
        ("file: {path: p, contains: c}", .file(path: "p", contains: "c"), ProbeAddress()),
        ("notify: {}", .notify, ProbeAddress()),
    ])
    func kinds(written: String, kind: ProbeKind, address: ProbeAddress) throws {
        let ready = try #require(try service("ready: {\(written)}").ready)
        #expect(try ready.spec(for: .startup, Self.text).get() == ProbeSpec(kind, at: address))
    }

    @Test func timing() throws {
        let it = try service(
            """
            ready: {tcp: 1, initial-delay: 1ms, period: 50ms, timeout: 2s, success-threshold: 2, failure-threshold: 9, deadline: 30s},
            live: {tcp: 1, period: 5s}
            """)
        let ready = try #require(try it.ready?.spec(for: .startup, Self.text).get())
        #expect(
            ready.timing
                == ProbeTiming(
                    initialDelay: 1_000_000, period: 50_000_000, timeout: 2_000_000_000, successThreshold: 2,
                    failureThreshold: 9, deadline: 30_000_000_000))
        let live = try #require(try it.live?.spec(for: .liveness, Self.text).get())
        #expect(live.timing == ProbeTiming(period: 5_000_000_000, failureThreshold: 3))
    }

    /// What only the value of a variable shows is an error at the place where the variable is used.
    @Test func whatAVariableSpoils() throws {
        let ready = try #require(try service("ready: {http: {status: \"${{ self.host }}\"}}").ready)
        let result = ready.spec(for: .startup, Self.text)
        guard case .failure(let error) = result else {
            Issue.record("it was taken: \(result)")
            return
        }
        #expect(
            error.diagnostic.message
                == "`http.status` wants a status such as 200, 2xx or 200-299, got \"<self.host>\"")
        #expect(error.diagnostic.range == ready.options[0].value.range)
    }

    @Test func mistakes() {
        let marked = #"""
            version: 1
            services:
              api:
                driver: process
                run: x
                ready: {http: {path: /, status: 99, port: 0, heders: {}}, perod: 1s}
                                                ^~ error: `http.status` wants a status such as 200, 2xx or 200-299, got "99"
                                                          ^ error: `http.port` wants a port from 1 to 65535, got "0"
                                                             ^~~~~~ error: unknown key "heders" in the probe `http`
                                                             ^ hint: did you mean "headers"?
                                                                          ^~~~~ error: unknown key "perod" in `ready`
                                                                          ^ hint: did you mean "period"?
                live: {log: x, deadline: 1s, success-threshold: 2}
                            ^ error: `live` cannot be a probe of the kind log
                            ^ hint: it tells once that a service is ready, and never that it is still there
                                         ^~ error: `deadline` is not for `live`, which ends with the service
                                         ^ hint: `failure-threshold` says how many failures in a row count
                                                                ^ error: `success-threshold` is not for `live`, which ends with the service
                                                                ^ hint: `failure-threshold` says how many failures in a row count
              web:
                driver: process
                run: x
                ready: {http: {headers: a, status: {}}, tcp: 70000}
                              ^~~~~~~~~~~~~~~~~~~~~~~~ note: the first one is here
                                        ^ error: `http.headers` wants a mapping such as {Accept: application/json}, got "a"
                                                   ^~ error: `http.status` wants text or a list, got a mapping
                                                             ^~~~~ error: `tcp.port` wants a port from 1 to 65535, got "70000"
                                                             ^~~~~ error: `ready` wants one kind of probe
                live: {postgrs: {}}
                       ^~~~~~~ error: unknown key "postgrs" in `live`
                       ^ hint: did you mean "postgres"?
            """#
        let fixture = MarkedYAML(marked)
        let (_, diagnostics) = FileDeclaration.parse(Array(fixture.source.utf8), source: SourceID(0))
        #expect(fixture.marking(diagnostics) == marked)
    }
}
