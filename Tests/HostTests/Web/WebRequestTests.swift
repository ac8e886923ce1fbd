// What is a request, and who may ask for what, as tables.

import Testing

@testable import Host

@Suite struct WebRequestTests {
    private static func read(_ text: String) -> WebRequest.Reading { WebRequest.read(Array(text.utf8)) }

    @Test func aRequestIsRead() throws {
        guard
            case .whole(let request) = Self.read(
                "GET /events?a=1&token=xyz HTTP/1.1\r\nHost: localhost:80 \r\nORIGIN:\thttp://x\r\n\r\n")
        else { return #expect(Bool(false), "it was not read") }
        #expect(request.method == "GET" && request.path == "/events" && request.query == "a=1&token=xyz")
        #expect(request.values(of: "host") == ["localhost:80"] && request.values(of: "origin") == ["http://x"])
        #expect(request.parameter("token") == "xyz" && request.parameter("oken") == nil)
    }

    @Test(arguments: ["", "GET", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r"])
    func whatIsNotWholeIsWaitedFor(text: String) {
        #expect(Self.read(text) == .incomplete)
    }

    @Test(arguments: [
        ("GET /\r\n\r\n", "no request line"), ("GET  / HTTP/1.1\r\n\r\n", "no request line"),
        ("GET http://a/ HTTP/1.1\r\n\r\n", "no request line"), ("GET / HTTP/2\r\n\r\n", "no request line"),
        ("G(T / HTTP/1.1\r\n\r\n", "no request line"), ("\r\n\r\n", "no request line"),
        ("GET / HTTP/1.1\r\nHost\r\n\r\n", "no header field"),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "no header field"),
        ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", "no header field"),
        ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", "a carriage return alone"),
        ("GET / HTTP/1.1\r\nHost: \u{0}\r\n\r\n", "bytes that are no text"),
        ("GET / HTTP/1.1\r\nHost: ä\r\n\r\n", "bytes that are no text"),
        ("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "a body"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "a body"),
    ])
    func whatIsNoRequestIsRefused(text: String, why: String) {
        #expect(Self.read(text) == .malformed(why))
    }

    @Test func longHeadsAreRefused() {
        let field = "X: " + String(repeating: "a", count: WebRequest.longestHead)
        #expect(Self.read("GET / HTTP/1.1\r\n" + field) == .tooLong)
        #expect(Self.read("GET / HTTP/1.1\r\n\(field)\r\n\r\n") == .tooLong)
    }
}

@Suite struct WebPolicyTests {
    private static let policy = WebPolicy(port: 4000, token: "secret")

    private static func answer(_ target: String, _ fields: String..., method: String = "GET") -> WebAnswer? {
        let text = "\(method) \(target) HTTP/1.1\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
        guard case .whole(let request) = WebRequest.read(Array(text.utf8)) else { return nil }
        return policy.answer(to: request)
    }

    private static func status(_ answer: WebAnswer?) -> Int {
        switch answer {
        case .page, .events: 200
        case .refusal(let status, _): status
        case nil: 0
        }
    }

    @Test(arguments: ["127.0.0.1:4000", "localhost:4000", "LocalHost:4000"])
    func whoHasTheTokenReads(host: String) {
        #expect(Self.answer("/?token=secret", "Host: \(host)") == .page)
        #expect(Self.answer("/events?token=secret", "Host: \(host)", "Origin: http://\(host)") == .events)
        #expect(Self.answer("/?token=secret", "Host: \(host)", "Sec-Fetch-Site: none") == .page)
    }

    @Test(arguments: [
        "/", "/?token=", "/?token=secre", "/?token=secret1", "/?token=secretsecret", "/?token=Secret", "/?oken=secret",
        "/events", "/?token=x&token=secret",
    ])
    func withoutTheTokenNothing(target: String) {
        #expect(Self.status(Self.answer(target, "Host: localhost:4000")) == 403)
    }

    /// A name that its owner lets resolve to 127.0.0.1 is another origin's.
    @Test(arguments: [
        "evil.example:4000", "localhost", "localhost:4001", "127.0.0.1", "127.0.0.1:80", "127.0.0.2:4000",
        "localhost.evil.example:4000", "[::1]:4000", "",
    ])
    func anotherHostIsMisdirected(host: String) {
        #expect(Self.status(Self.answer("/?token=secret", "Host: \(host)")) == 421)
    }

    @Test func oneHostIsWanted() {
        #expect(Self.status(Self.answer("/?token=secret")) == 400)
        #expect(Self.status(Self.answer("/?token=secret", "Host: localhost:4000", "Host: localhost:4000")) == 400)
    }

    @Test(arguments: [
        "Origin: http://evil.example", "Origin: null", "Origin: https://localhost:4000",
        "Origin: http://localhost:4001",
        "Origin: http://127.0.0.1:4000", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site",
    ])
    func otherOriginsReadNothing(field: String) {
        #expect(Self.status(Self.answer("/?token=secret", "Host: localhost:4000", field)) == 403)
    }

    @Test func onlyTheseTwoAndOnlyRead() {
        #expect(Self.status(Self.answer("/favicon.ico?token=secret", "Host: localhost:4000")) == 404)
        #expect(Self.status(Self.answer("/?token=secret", "Host: localhost:4000", method: "POST")) == 405)
    }

    @Test func emptyTokensAreTheSameAsNone() {
        #expect(!WebPolicy.isSame("", ""))
        #expect(WebPolicy.isSame("abc", "abc") && !WebPolicy.isSame("abd", "abc") && !WebPolicy.isSame("", "abc"))
    }
}
