// What `why TASK` shows: the decision, and every part of the key that differs from the most similar earlier result.

public import Vocabulary

public struct Why: Sendable {
    /// A result that is there.
    public struct Earlier: Sendable {
        public var key: Digest
        public var listing: KeyListing
        /// Nanoseconds since it was recorded.
        public var age: UInt64

        public init(key: Digest, listing: KeyListing, age: UInt64) {
            self.key = key
            self.listing = listing
            self.age = age
        }
    }

    public var task: String
    public var forecast: Forecast
    /// Nil when the key cannot be known yet, or the task has none.
    public var key: Digest?
    public var listing: KeyListing?
    /// The result with this key or, when there is none, the most similar one.
    public var earlier: Earlier?

    public init(
        task: String, forecast: Forecast, key: Digest? = nil, listing: KeyListing? = nil, earlier: Earlier? = nil
    ) {
        self.task = task
        self.forecast = forecast
        self.key = key
        self.listing = listing
        self.earlier = earlier
    }

    /// The decision, what is compared, every change under its kind, and what the key is made of. Verbose: every part.
    public func text(verbosity: Verbosity = .normal, style: Style = .plain) -> String {
        let (words, detail) = Prose.text(forecast)
        var lines = ["\(task): \(style.paint(.bold, words))" + (detail.map { " — \($0)" } ?? "")]
        if let earlier {
            let which = earlier.key == key ? "result with this key" : "most similar result"
            lines += ["", "\(which): \(humanDuration(earlier.age)) old, key \(earlier.key.short)"]
        }
        lines += changeLines(style)
        if let listing {
            lines += ["", "key \(key.map(\.short) ?? "not known yet"): \(Prose.composition(of: listing))"]
            if verbosity == .verbose { lines += partLines(listing) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// - Parameter sources: the texts that findings about declarations refer to.
    public func json(in sources: SourceMap = SourceMap()) -> [UInt8] {
        JSON.object(
            dropping: [("version", .integer(1)), ("task", .string(task))] + forecast.members(in: sources) + [
                ("key", key.map { .string($0.hex) }),
                (
                    "earlier",
                    earlier.map {
                        .object([("key", .string($0.key.hex)), ("age", .unsigned($0.age))])
                    }
                ),
                ("changes", .array(changes.map(\.json))),
                (
                    "parts",
                    listing.map { listing in
                        .array(
                            listing.parts.map { part in
                                .object([
                                    ("kind", .string(part.kind.jsonName)), ("name", .string(part.name)),
                                    ("digest", .string(part.digest.hex)),
                                ])
                            })
                    }
                ),
            ]
        ).indented
    }

    private var changes: [KeyChange] {
        guard let listing, let earlier else { return [] }
        return listing.changes(since: earlier.listing)
    }

    private func changeLines(_ style: Style) -> [String] {
        let all = changes
        let before = earlier?.listing.byPlace ?? [:]
        let after = listing?.byPlace ?? [:]
        var lines: [String] = []
        for kind in KeyPart.Kind.allCases {
            let changes = all.filter { $0.kind == kind }
            if changes.isEmpty { continue }
            lines += ["", style.paint(.bold, Prose.heading(kind))]
            let names = changes.map { $0.name.isEmpty ? Prose.noun(kind, "") : Prose.printable($0.name) }
            let width = names.map(displayWidth).max() ?? 0
            for (change, name) in zip(changes, names) {
                let digests = Why.digests(change, before, after)
                lines.append("  \(padded(name, to: width))  \(padded(change.direction.rawValue, to: 7))  \(digests)")
            }
        }
        return lines
    }

    /// `1a2b3c4d5e6f → 5e6f7a8b9c0d`, or the one that there is.
    private static func digests(
        _ change: KeyChange, _ before: [KeyChange.Place: Digest], _ after: [KeyChange.Place: Digest]
    ) -> String {
        [before[change.place], after[change.place]].compactMap { $0?.short }.joined(separator: " → ")
    }

    private func partLines(_ listing: KeyListing) -> [String] {
        let rows = listing.parts.map { (Prose.heading($0.kind), Prose.printable($0.name), $0.digest.short) }
        let kinds = rows.map { displayWidth($0.0) }.max() ?? 0
        let names = rows.map { displayWidth($0.1) }.max() ?? 0
        return rows.map { "  \(padded($0.0, to: kinds))  \(padded($0.1, to: names))  \($0.2)" }
    }
}

extension KeyChange {
    /// What identifies a part in a listing.
    fileprivate struct Place: Hashable {
        var kind: KeyPart.Kind
        var name: String
    }

    fileprivate var place: Place { Place(kind: kind, name: name) }
}

extension KeyListing {
    fileprivate var byPlace: [KeyChange.Place: Digest] {
        Dictionary(parts.map { (KeyChange.Place(kind: $0.kind, name: $0.name), $0.digest) }) { first, _ in first }
    }
}
