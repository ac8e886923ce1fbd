// What answers of servers mean: bytes in, a verdict out, in one piece or byte by byte.

import Conditions
import Ports
import Testing
import Vocabulary

@testable import Host

@Suite struct AnswerTests {
    /// Feeds an answer in pieces of a size, then its end.
    private func verdict(_ dialogue: some Dialogue, _ answer: String, piece: Int) -> AttemptResult {
        var dialogue = dialogue
        let bytes = Array(answer.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            let result = bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes { dialogue.receive($0) }
            if let result { return result }
        }
        return dialogue.end()
    }

    private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\n\r\n", HTTPExpectation(), AttemptResult.succeeded),
        ("HTTP/1.0 302 Found\r\nLocation: /\r\n\r\n", HTTPExpectation(), .succeeded),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", HTTPExpectation(), .succeeded),
        ("HTTP/1.1 404 Not Found\r\n\r\n", HTTPExpectation(), .failed("it answered 404 Not Found, wanted 200-399")),
        (
            "HTTP/1.1 200 OK\r\n\r\n", HTTPExpectation(statuses: [204...204, 500...599]),
            .failed("it answered 200 OK, wanted 204, 500-599")
        ),
        ("HTTP/1.1 200\r\n\r\n", HTTPExpectation(statuses: [204...204]), .failed("it answered 200, wanted 204")),
        ("", HTTPExpectation(), .failed("the connection was closed without an answer")),
        (
            "HTTP/1.1 200 OK\r\nA: b", HTTPExpectation(),
            .failed("the connection was closed in the middle of the answer")
        ),
        ("+PONG\r\n", HTTPExpectation(), .failed("what answered is not HTTP: \"+\"")),
        ("HTTP/1.1 what\r\n\r\n", HTTPExpectation(), .failed("what answered is not HTTP: \"HTTP/1.1 what\"")),
        ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello and more", HTTPExpectation(contains: "hello"), .succeeded),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", HTTPExpectation(contains: "more"),
            .failed("the body does not contain \"more\"")
        ),
        ("HTTP/1.1 200 OK\r\n\r\nall\nuntil the end", HTTPExpectation(body: "^until"), .succeeded),
        (
            "HTTP/1.1 200 OK\r\n\r\nall\nuntil the end", HTTPExpectation(body: "^the"),
            .failed("no line of the body matches /^the/")
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", HTTPExpectation(contains: "hello"),
            .failed("the connection was closed in the middle of the answer")
        ),
        (chunked + "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n", HTTPExpectation(contains: "hello"), .succeeded),
        (
            chunked + "2\r\nhe\r\n3\r\nl", HTTPExpectation(contains: "he"),
            .failed("the connection was closed in the middle of the answer")
        ),
    ])
    func http(answer: String, expectation: HTTPExpectation, result: AttemptResult) throws {
        for piece in [1_000_000, 7, 1] {
            let body = try expectation.body.map { try LineExpression($0) }
            let dialogue = HTTPDialogue(expectation, body: body, host: "h")
            let found = verdict(dialogue, answer, piece: piece)
            // The excerpt of what is no HTTP is as long as what had come by then.
            if case .failed(let text) = result, text.contains("not HTTP"), piece == 1 { continue }
            if answer == "+PONG\r\n", piece > 1 {
                #expect(found == .failed("what answered is not HTTP: \"+PONG\""))
            } else {
                #expect(found == result, "in pieces of \(piece)")
            }
        }
    }

    @Test func httpSaysWhatItWants() {
        let headers = [ConnectionParameter(name: "host", value: "other"), ConnectionParameter(name: "X-A", value: "b")]
        let dialogue = HTTPDialogue(HTTPExpectation(path: "/a?b", headers: headers), body: nil, host: "h:81")
        #expect(
            String(decoding: dialogue.request, as: UTF8.self)
                == "GET /a?b HTTP/1.1\r\nUser-Agent: taskgraph\r\nAccept: */*\r\nConnection: close\r\nhost: other\r\nX-A: b\r\n\r\n"
        )
    }

    @Test(arguments: [
        (nil, "+PONG\r\n", AttemptResult.succeeded),
        (nil, "$4\r\nPONG\r\n", .succeeded),
        (nil, "-LOADING Redis is loading\r\n", .failed("it answered PING with LOADING Redis is loading")),
        (nil, "-NOAUTH Authentication required.\r\n", .failed("it answered PING with NOAUTH Authentication required.")),
        (nil, "", .failed("the connection was closed without an answer")),
        (nil, "HTTP/1.1 400\r\n", .failed("what answered is not Redis: Protocol error, got \"H\" as reply type byte")),
        ("pw", "+OK\r\n+PONG\r\n", .succeeded),
        ("pw", "+OK\r\n", .failed("the connection was closed without an answer")),
        ("pw", "-WRONGPASS no\r\n-NOAUTH no\r\n", .failed("it answered AUTH with WRONGPASS no")),
    ])
    func redis(password: String?, answer: String, result: AttemptResult) {
        for piece in [1_000, 1] {
            let dialogue = RedisDialogue(user: nil, password: password)
            #expect(verdict(dialogue, answer, piece: piece) == result, "in pieces of \(piece)")
        }
    }

    @Test func redisSaysWhatItWants() {
        let dialogue = RedisDialogue(user: "ann", password: "pä")
        #expect(
            String(decoding: dialogue.request, as: UTF8.self)
                == "*3\r\n$4\r\nAUTH\r\n$3\r\nann\r\n$3\r\npä\r\n*1\r\n$4\r\nPING\r\n")
    }

    @Test(arguments: [
        (
            "connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tIs the server running on that host?\n",
            nil, "Connection refused"
        ),
        (
            "connection to server at \"::1\", port 1 failed: Connection refused\n\tIs it?\nconnection to server at \"127.0.0.1\", port 1 failed: FATAL:  57P03: the database system is starting up\nLOCATION:  ProcessStartupPacket, postmaster.c:2346\n",
            "57P03", "FATAL: the database system is starting up (SQLSTATE 57P03)"
        ),
        (
            "ERROR:  42P01: relation \"x\" does not exist\nLINE 1: SELECT\n", "42P01",
            "ERROR: relation \"x\" does not exist (SQLSTATE 42P01)"
        ),
        (
            "connection to server on socket \"/x/.s.PGSQL.5432\" failed: FATAL:  28000: role \"FATAL\" is not there\n",
            "28000", "FATAL: role \"FATAL\" is not there (SQLSTATE 28000)"
        ),
        ("", nil, "no reason was given"),
    ])
    func postgres(message: String, state: String?, text: String) {
        let refusal = PostgresRefusal(message)
        #expect(refusal.state == state && refusal.text == text, "\(refusal)")
        #expect(refusal.isNotNow == (state == "57P03"))
    }
}
