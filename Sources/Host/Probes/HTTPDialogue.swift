// HTTP/1.1, as much as it takes to judge one answer. Knows no socket, follows no redirection, speaks no TLS.

internal import Conditions
internal import Ports
internal import Vocabulary

struct HTTPDialogue: Dialogue {
    /// What is read of a head, and of a body, at most.
    static let longestHead = 64 * 1024
    static let longestBody = 1024 * 1024

    let request: [UInt8]
    private let expectation: HTTPExpectation
    private let body: LineExpression?
    private var received: [UInt8] = []
    private var head: HTTPHead?

    /// - Parameter body: the expectation's expression, compiled.
    init(_ expectation: HTTPExpectation, body: LineExpression?, host: String) {
        self.expectation = expectation
        self.body = body
        var headers = [
            ("Host", host), ("User-Agent", "taskgraph"), ("Accept", "*/*"), ("Connection", "close"),
        ]
        for header in expectation.headers {
            headers.removeAll { $0.0.lowercased() == header.name.lowercased() }
            headers.append((header.name, header.value))
        }
        let lines = ["GET \(expectation.path) HTTP/1.1"] + headers.map { "\($0.0): \($0.1)" }
        request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    mutating func receive(_ bytes: UnsafeRawBufferPointer) -> AttemptResult? {
        received += bytes
        return judge(isEnd: false)
    }

    mutating func end() -> AttemptResult {
        judge(isEnd: true) ?? .failed("the connection was closed in the middle of the answer")
    }

    private mutating func judge(isEnd: Bool) -> AttemptResult? {
        if head == nil, let result = readHead(isEnd) { return result }
        guard let head else { return nil }
        guard expectation.statuses.contains(where: { $0.contains(head.status) }) else {
            return .failed("it answered \(head.status)\(head.reason), wanted \(Self.text(expectation.statuses))")
        }
        guard expectation.contains != nil || body != nil else { return .succeeded }
        guard let content = head.body(of: received, isEnd: isEnd) else {
            return received.count > Self.longestBody ? .failed("the body has more than 1 MiB") : nil
        }
        return judge(content)
    }

    private mutating func readHead(_ isEnd: Bool) -> AttemptResult? {
        while head == nil {
            if !HTTPHead.begins(received) { return .failed("what answered is not HTTP: \(excerpt)") }
            guard let end = HTTPHead.end(in: received) else {
                if isEnd, received.isEmpty { return .failed("the connection was closed without an answer") }
                return received.count > Self.longestHead ? .failed("the head of the answer has more than 64 KiB") : nil
            }
            guard let parsed = HTTPHead(received[..<end]) else {
                return .failed("what answered is not HTTP: \(excerpt)")
            }
            received.removeFirst(end)
            // 100 and its like come before the answer itself.
            if parsed.status >= 200 { head = parsed }
        }
        return nil
    }

    private func judge(_ content: [UInt8]) -> AttemptResult {
        if let text = expectation.contains, !String(decoding: content, as: UTF8.self).contains(text) {
            return .failed("the body does not contain \"\(text)\"")
        }
        if let body, !body.isFound(in: content) { return .failed("no line of the body matches /\(body.text)/") }
        return .succeeded
    }

    private var excerpt: String {
        let line = received.prefix(40).prefix { $0 >= 0x20 && $0 < 0x7F }
        return "\"\(String(decoding: line, as: UTF8.self))\""
    }

    private static func text(_ statuses: [ClosedRange<Int>]) -> String {
        statuses.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ", ")
    }
}
