// The whole texts of probes that failed.

import Report
import Testing
import Vocabulary

@Suite struct ProbeFailureTests {
    private static func failure(
        _ reason: ProbeFailure.Reason, _ purpose: ProbePurpose = .startup,
        _ change: (inout ProbeFailure) -> Void = { _ in }
    ) -> ProbeFailure {
        var failure = ProbeFailure("redis at 127.0.0.1:6379", purpose, reason)
        failure.attempts = 12
        change(&failure)
        return failure
    }

    @Test(arguments: [
        (failure(.deadline(20_000_000_000)), "redis at 127.0.0.1:6379 was not ready within 20.0 s (12 attempts)\n"),
        (failure(.failures(3)), "redis at 127.0.0.1:6379 is not ready: 3 failures in a row\n"),
        (failure(.failures(1), .liveness), "redis at 127.0.0.1:6379 is no longer there: 1 failure in a row\n"),
        (
            failure(.impossible) {
                $0.lastError = "no"
                $0.hint = "do something"
            },
            """
            redis at 127.0.0.1:6379 cannot be tried
              last error: no
              hint: do something

            """
        ),
        (
            failure(.deadline(50_000_000)) {
                $0.attempts = 1
                $0.lastError = "Connection refused"
                $0.port = .init(6379, .nobody)
                $0.log = ["one\u{1B}[2J", "two"]
            },
            """
            redis at 127.0.0.1:6379 was not ready within 50 ms (1 attempt)
              last error: Connection refused
              port 6379: nobody listens on it
              the log ends with:
                one
                two

            """
        ),
        (
            failure(.failures(2)) { $0.port = .init(80, .process(pid: 7, command: "nginx -g x")) },
            """
            redis at 127.0.0.1:6379 is not ready: 2 failures in a row
              port 80: nginx -g x (pid 7) listens on it

            """
        ),
        (
            failure(.failures(2)) { $0.port = .init(80, .user(33)) },
            """
            redis at 127.0.0.1:6379 is not ready: 2 failures in a row
              port 80: a process of user 33 listens on it, which may not be looked at from here

            """
        ),
    ])
    func texts(failure: ProbeFailure, text: String) {
        #expect(failure.text == text)
    }

    @Test(arguments: [
        (
            ProbeSpec(.postgres(query: nil, parameters: [])), ProbeAddress(port: 1, password: "secret"),
            "postgres at 127.0.0.1:1"
        ),
        (ProbeSpec(.redis), ProbeAddress(socket: "/run/redis"), "redis at /run/redis"),
        (ProbeSpec(.tcp), ProbeAddress(host: "::1", port: 80), "tcp at [::1]:80"),
        (ProbeSpec(.http(HTTPExpectation(path: "/a"))), ProbeAddress(host: "h"), "http://h:80/a"),
        (ProbeSpec(.exec(.arguments(["a", "b"]))), ProbeAddress(), "command `a b`"),
        (ProbeSpec(.log(pattern: "x", file: nil)), ProbeAddress(), "log line /x/"),
        (ProbeSpec(.log(pattern: "x", file: "f")), ProbeAddress(), "log line /x/ in f"),
        (ProbeSpec(.file(path: "f", contains: nil)), ProbeAddress(), "file f"),
        (ProbeSpec(.notify), ProbeAddress(), "READY=1"),
    ])
    func subjects(spec: ProbeSpec, address: ProbeAddress, text: String) {
        #expect(spec.subject(at: spec.address.completed(by: address)) == text)
    }

    /// Who says a port does not mean the service's socket.
    @Test func addressesAreCompleted() {
        let service = ProbeAddress(host: "h", port: 1, socket: "/s", user: "u")
        #expect(ProbeAddress().completed(by: service) == service)
        #expect(ProbeAddress(port: 2).completed(by: service) == ProbeAddress(host: "h", port: 2, user: "u"))
    }

    @Test(arguments: [
        ("200", 200...200), ("2xx", 200...299), ("5XX", 500...599), ("200-399", 200...399),
        ("99", nil), ("600", nil), ("9xx", nil), ("300-200", nil), ("200-", nil), ("", nil), ("a", nil),
    ])
    func statuses(text: String, range: ClosedRange<Int>?) {
        #expect(HTTPExpectation.statuses(text) == range)
    }
}
