// What libpq's message about a failed connection or query says. Pure.

struct PostgresRefusal {
    /// `cannot_connect_now`: starting up, shutting down, in recovery.
    private static let notNow = "57P03"

    /// SQLSTATE, when the server itself refused.
    let state: String?
    /// One line.
    let text: String

    /// - Parameter message: in the verbose form, with the SQLSTATE behind the severity.
    init(_ message: String) {
        // Of several addresses that were tried each has a line; hints and places follow on lines of their own.
        let lines = message.split(separator: "\n").filter { !$0.hasPrefix("\t") && !$0.hasPrefix("LOCATION:") }
        let line = lines.last { $0.contains("failed: ") } ?? lines.first ?? "no reason was given"
        let reason = line.firstRange(of: "failed: ").map { line[$0.upperBound...] } ?? line
        var words = reason.split(separator: " ").map(String.init)
        if let position = words.prefix(3).firstIndex(where: PostgresRefusal.isState) {
            state = String(words.remove(at: position).dropLast())
            words.append("(SQLSTATE \(state ?? ""))")
        } else {
            state = nil
        }
        text = words.joined(separator: " ")
    }

    var isFromServer: Bool { state != nil }
    var isNotNow: Bool { state == PostgresRefusal.notNow }

    /// `57P03:`
    private static func isState(_ word: String) -> Bool {
        let characters = word.utf8
        return characters.count == 6 && characters.last == UInt8(ascii: ":")
            && characters.dropLast().allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
            && word != "FATAL:" && word != "ERROR:" && word != "PANIC:"
    }
}
