// What `why TASK` shows: the decision, and every part of the key that differs from the most similar earlier result.

public import Vocabulary

public struct Why: Sendable {
    /// A result that is there.
    public struct Earlier: Sendable {
        public var key: Digest
        public var listing: KeyListing
        /// Nanoseconds since it was recorded.
        public var age: UInt64
        /// The run that made it, if its journal is kept: number and time.
        public var run: (number: UInt64, clock: String)?
        /// What the parts of its key stood for, if its journal is kept.
        public var texts: [KeyText] = []

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
    /// What the parts of the key stand for.
    public var texts: [KeyText] = []
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
            let run = earlier.run.map { "run \($0.number) of \($0.clock), " } ?? ""
            lines += ["", "\(which): \(run)\(humanDuration(earlier.age)) old, key \(earlier.key.short)"]
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
                        .object(dropping: [
                            ("key", .string($0.key.hex)), ("age", .unsigned($0.age)),
                            ("run", $0.run.map { .unsigned($0.number) }),
                        ])
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

    private var changes: [KeyDifference] {
        guard let listing, let earlier else { return [] }
        return KeyContents(listing: listing, texts: texts)
            .differences(since: KeyContents(listing: earlier.listing, texts: earlier.texts))
    }

    private func changeLines(_ style: Style) -> [String] {
        let all = changes
        var lines: [String] = []
        for kind in KeyPart.Kind.allCases {
            let changes = all.filter { $0.change.kind == kind }
            if changes.isEmpty { continue }
            lines += ["", style.paint(.bold, Prose.heading(kind))]
            let names = changes.map {
                $0.change.name.isEmpty ? Prose.noun(kind, "") : Prose.printable($0.change.name)
            }
            let width = names.map(displayWidth).max() ?? 0
            for (difference, name) in zip(changes, names) {
                let direction = padded(difference.change.direction.rawValue, to: 7)
                lines.append("  \(padded(name, to: width))  \(direction)  \(difference.values)")
            }
        }
        return lines
    }

    private func partLines(_ listing: KeyListing) -> [String] {
        let rows = listing.parts.map { (Prose.heading($0.kind), Prose.printable($0.name), $0.digest.short) }
        let kinds = rows.map { displayWidth($0.0) }.max() ?? 0
        let names = rows.map { displayWidth($0.1) }.max() ?? 0
        return rows.map { "  \(padded($0.0, to: kinds))  \(padded($0.1, to: names))  \($0.2)" }
    }
}
