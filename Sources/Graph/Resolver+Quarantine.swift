// Tests whose failures do not count for a while: days read, each test once.

public import Evidence
import Manifest
public import Vocabulary

/// An excused test, and where that is written.
public struct QuarantinedTest: Hashable, Sendable {
    public let entry: QuarantineEntry
    public let range: SourceRange

    /// What of it decides the numbers that are measured.
    public var keyText: String { "quarantine \(entry.expiry) \(entry.test)" }
}

extension Resolver {
    func quarantine(_ declarations: [QuarantineDeclaration]) -> [QuarantinedTest] {
        var first: [String: SourceRange] = [:]
        return declarations.compactMap { declared in
            guard let day = CalendarDay(declared.until.value) else {
                findings.error(
                    "\"\(declared.until.value)\" is no day", at: declared.until.range, hint: "write 2026-12-31")
                return nil
            }
            if let other = first.updateValue(declared.test.range, forKey: declared.test.value) {
                findings.error(
                    "this test is in quarantine already", at: declared.test.range,
                    notes: [.init("the first entry is here", at: other)], hint: "keep one of the two")
                return nil
            }
            return QuarantinedTest(
                entry: QuarantineEntry(
                    test: declared.test.value, owner: declared.owner.value, expiry: day, reason: declared.reason?.value
                ),
                range: declared.test.range)
        }
    }
}
