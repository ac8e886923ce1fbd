// One part of a key that differs between two moments, with what it was and what it is. Compares, decides nothing.

public import Vocabulary

/// What a key was made of at one moment.
public struct KeyContents: Sendable {
    public var listing: KeyListing
    /// As far as they are known.
    public var texts: [KeyText]

    public init(listing: KeyListing, texts: [KeyText] = []) {
        self.listing = listing
        self.texts = texts
    }

    /// Every part that differs from an earlier moment, in the listing's order.
    func differences(since earlier: KeyContents) -> [KeyDifference] {
        let (before, after) = (earlier.values, values)
        return listing.changes(since: earlier.listing).map { change in
            let place = Place(kind: change.kind, name: change.name)
            var (old, new) = (before[place], after[place])
            // Words on one side and a digest on the other say nothing together.
            if let pair = (old, new) as? (Value, Value), (pair.0.text == nil) != (pair.1.text == nil) {
                old?.text = nil
                new?.text = nil
            }
            let shown = Prose.values(old?.text ?? old?.digest.short, new?.text ?? new?.digest.short)
            return KeyDifference(change: change, before: shown.before, after: shown.after)
        }
    }

    private struct Place: Hashable {
        var kind: KeyPart.Kind
        var name: String
    }

    private struct Value {
        var digest: Digest
        var text: String?
    }

    private var values: [Place: Value] {
        var values: [Place: Value] = [:]
        for part in listing.parts { values[Place(kind: part.kind, name: part.name)] = Value(digest: part.digest) }
        for text in texts { values[Place(kind: text.kind, name: text.name)]?.text = text.text }
        return values
    }
}

/// A change with both values, each on one line: words where they are known, else the beginning of a digest.
struct KeyDifference {
    var change: KeyChange
    /// Nil: it was not there.
    var before: String?
    var after: String?

    /// `1.2 → 1.3`, or the one that there is.
    var values: String { [before, after].compactMap { $0 }.joined(separator: " → ") }

    var json: JSON {
        .object(dropping: [
            ("kind", .string(change.kind.jsonName)), ("name", .string(change.name)),
            ("change", .string(change.direction.rawValue)), ("before", before.map { .string($0) }),
            ("after", after.map { .string($0) }), ("text", .string(Prose.text(change))),
        ])
    }
}

extension Prose {
    /// The first line in which two texts differ, cut around the first difference when it is long.
    static func values(_ before: String?, _ after: String?) -> (before: String?, after: String?) {
        guard let before, let after else { return (before.map(firstLine), after.map(firstLine)) }
        let old = before.split(separator: "\n", omittingEmptySubsequences: false)
        let new = after.split(separator: "\n", omittingEmptySubsequences: false)
        let same = zip(old, new).prefix { $0 == $1 }.count
        let lines = (same < old.count ? String(old[same]) : nil, same < new.count ? String(new[same]) : nil)
        guard let left = lines.0, let right = lines.1 else {
            return (lines.0.map(quoted) ?? "…", lines.1.map(quoted) ?? "…")
        }
        let shared = zip(left, right).prefix { $0 == $1 }.count
        return (quoted(excerpt(left, around: shared)), quoted(excerpt(right, around: shared)))
    }

    private static let longestValue = 60

    private static func firstLine(_ text: String) -> String {
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        return quoted(excerpt(line, around: 0)) + (line.count < text.count ? " …" : "")
    }

    private static func excerpt(_ line: String, around position: Int) -> String {
        guard line.count > longestValue else { return line }
        let start = min(max(0, position - 20), line.count - longestValue)
        let part = line.dropFirst(start).prefix(longestValue)
        return (start > 0 ? "…" : "") + part + (start + part.count < line.count ? "…" : "")
    }

    /// What would not be seen, or be taken for something else, is shown with quotes.
    private static func quoted(_ line: String) -> String {
        let isPlain = !line.isEmpty && line.first != " " && line.last != " "
        return isPlain ? printable(line) : "\"\(printable(line))\""
    }
}
