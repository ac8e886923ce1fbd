// What every reader of a declaration shares: findings, the key being read, and how values are named to people.

internal import Vocabulary
internal import YAML

/// The state of reading one file. Lives only as long as that.
final class Reader {
    let source: SourceID
    let bytes: [UInt8]
    /// Lines were skipped because of syntax errors: that something is missing proves nothing.
    let isDamaged: Bool
    private(set) var diagnostics: [Diagnostic] = []
    /// Nothing that others may refer to was left out because of an error.
    private(set) var isComplete: Bool
    /// Where keys stand that repeat an earlier one; they are not read.
    var duplicates: Set<UInt32> = []
    /// The key whose value is being read, as messages name it.
    private(set) var key = ""

    init(source: SourceID, bytes: [UInt8], isDamaged: Bool) {
        self.source = source
        self.bytes = bytes
        self.isDamaged = isDamaged
        isComplete = !isDamaged
    }

    /// Something that has a name was left out: that others refer to it in vain proves nothing.
    func leaveOut() { isComplete = false }

    func error(_ message: String, at range: SourceRange, notes: [Diagnostic.Note] = [], hint: String? = nil) {
        diagnostics.append(Diagnostic(.error, message, at: range, notes: notes, hint: hint))
    }

    /// Runs the body while messages speak of this key.
    func reading<Result>(_ key: String, _ body: () -> Result) -> Result {
        let outer = self.key
        self.key = key
        defer { self.key = outer }
        return body()
    }

    /// The value of the current key is not of the kind it wants. In a damaged file, nothing may be what was skipped.
    func wrongType(_ node: YAMLNode, wants: String, hint: String? = nil) {
        if isDamaged, node.isNull { return }
        let isTemplate = node.kind == .scalar && node.text.contains("${{")
        error(
            "`\(key)` wants \(wants), got \(Self.describe(node))", at: node.range,
            hint: hint ?? (isTemplate ? "variables cannot be used here" : nil)
        )
    }

    /// A key that must be there is not. Silent in a damaged file, where it may have been skipped.
    func missing(_ key: String, in place: String, at range: SourceRange, hint: String? = nil) {
        guard !isDamaged else { return }
        error("`\(key)` is missing in \(place)", at: range, hint: hint)
    }

    /// A value in a few words: "a list", "nothing", or the text itself.
    static func describe(_ node: YAMLNode) -> String {
        switch node.kind {
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .scalar:
            if node.isNull { return "nothing" }
            let text = node.text
            return text.unicodeScalars.count > 40 ? "\"\(String(text.unicodeScalars.prefix(37)))...\"" : "\"\(text)\""
        }
    }

    /// "did you mean" for a misspelt name, or nil.
    static func didYouMean(_ name: String, among candidates: some Sequence<String>) -> String? {
        suggestion(for: name, among: candidates).map { "did you mean \"\($0)\"?" }
    }

    /// `a, b or c`.
    static func alternatives(_ names: [String]) -> String {
        guard names.count > 1, let last = names.last else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }
}
