// Who may ask a server on loopback for what. Pure.
//
// Every program of this machine reaches the port, and every web page that a browser here has open can make it send
// requests. So: the token, which only who was shown the address has; a `Host` that is ours, because another name that
// resolves to 127.0.0.1 makes another site's page "the same origin" (DNS rebinding); and no `Origin` but ours.

/// What a request is answered with.
enum WebAnswer: Hashable {
    case page
    case events
    case refusal(status: Int, reason: String)
}

struct WebPolicy {
    let port: UInt16
    let token: String

    private var hosts: [String] { ["127.0.0.1:\(port)", "localhost:\(port)"] }

    func answer(to request: WebRequest) -> WebAnswer {
        let host = request.values(of: "host")
        guard host.count == 1 else { return .refusal(status: 400, reason: "one Host is wanted") }
        guard hosts.contains(host[0].lowercased()) else {
            return .refusal(status: 421, reason: "this server is \(hosts[0])")
        }
        let origins = request.values(of: "origin")
        guard origins.allSatisfy({ $0.lowercased() == "http://" + host[0].lowercased() }) else {
            return .refusal(status: 403, reason: "other origins may not read this")
        }
        // What browsers say of requests without an Origin: pictures, scripts, frames and links of other sites.
        guard request.values(of: "sec-fetch-site").allSatisfy({ ["same-origin", "none"].contains($0) }) else {
            return .refusal(status: 403, reason: "other sites may not read this")
        }
        guard WebPolicy.isSame(request.parameter("token") ?? "", token) else {
            return .refusal(
                status: 403, reason: "the address that was printed has a token, and this has another or none")
        }
        guard request.method == "GET" else { return .refusal(status: 405, reason: "only GET is answered") }
        switch request.path {
        case "/": return .page
        case "/events": return .events
        default: return .refusal(status: 404, reason: "there is no such page")
        }
    }

    /// Takes as long wherever the first difference is, so that nobody finds the token byte by byte.
    static func isSame(_ given: String, _ token: String) -> Bool {
        let (given, token) = (Array(given.utf8), Array(token.utf8))
        guard !token.isEmpty else { return false }
        var difference = given.count ^ token.count
        for index in token.indices {
            difference |= Int(token[index] ^ (given.isEmpty ? 0 : given[index % given.count]))
        }
        return difference == 0
    }
}

extension WebAnswer {
    /// The head of an answer. Nothing may keep it, frame it, guess its type, or pass its address on.
    static func head(_ status: Int, type: String, length: Int?) -> [UInt8] {
        let words = [
            200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
            421: "Misdirected Request", 431: "Request Header Fields Too Large",
        ]
        let lines =
            [
                "HTTP/1.1 \(status) \(words[status, default: "Refused"])", "Content-Type: \(type); charset=utf-8",
                "Cache-Control: no-store", "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY",
                "Referrer-Policy: no-referrer", "Cross-Origin-Resource-Policy: same-origin",
                "Cross-Origin-Opener-Policy: same-origin", "Connection: close",
            ] + (length.map { ["Content-Length: \($0)"] } ?? []) + (status == 405 ? ["Allow: GET"] : [])
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
