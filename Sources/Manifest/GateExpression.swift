// The small language of gates: METRIC OPERATOR [FACTOR *] LIMIT [at N%]. Does not know which metrics exist.

internal import Vocabulary

extension Reader {
    /// Takes a gate's expression apart. Nil after an error was reported.
    func comparison(_ expression: Template) -> GateComparison? {
        var tokens = GateTokens(expression, in: bytes)
        guard let metric = tokens.metric() else {
            return refuse(tokens.place, "it must begin with the name of a metric")
        }
        guard let word = tokens.next(), case .word(let symbol) = word.value,
            let operation = Gate.Comparison(rawValue: symbol)
        else {
            let operators = Gate.Comparison.allCases.map(\.rawValue).joined(separator: " ")
            return refuse(tokens.place, "after the metric stands one of \(operators)")
        }
        guard let (factor, limit) = tokens.limit() else {
            return refuse(tokens.place, "it must end with a number, a percentage, a metric or `baseline`")
        }
        var comparison = GateComparison(metric: metric, operator: operation, factor: factor, limit: limit)
        guard !tokens.isAtEnd else { return comparison }
        guard let certainty = certainty(of: operation, &tokens) else { return nil }
        comparison.confidence = certainty
        return comparison
    }

    /// `at 95%`
    private func certainty(of operation: Gate.Comparison, _ tokens: inout GateTokens) -> Double? {
        let wish = "only \"at 95%\" may follow the limit; write several gates for several claims"
        guard tokens.next()?.value == .word("at"), let certainty = tokens.percentage() else {
            return refuse(tokens.place, wish)
        }
        guard certainty > 50, certainty < 100 else {
            return refuse(tokens.place, "certainty lies between 50% and 100%")
        }
        guard operation != .equal, operation != .notEqual else {
            return refuse(tokens.whole, "no number of runs makes it certain that a rate is exactly this; use < or >")
        }
        guard tokens.next() == nil else { return refuse(tokens.place, wish) }
        return certainty
    }

    private func refuse<Result>(_ place: SourceRange, _ why: String) -> Result? {
        error("a gate is a comparison such as tests.pass_rate == 100%; \(why)", at: place)
        return nil
    }
}

/// The words of a gate's expression, each with its place.
private struct GateTokens {
    enum Token: Equatable {
        case word(String)
        case reference(Template.Reference)
    }

    let whole: SourceRange
    /// Of the last token that was taken, and the whole when there was none left.
    private(set) var place: SourceRange
    private var rest: ArraySlice<Located<Token>>

    init(_ template: Template, in bytes: [UInt8]) {
        whole = template.range
        place = template.range
        rest = Self.tokens(template, in: bytes)[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func next() -> Located<Token>? {
        let token = rest.popFirst()
        place = token?.range ?? whole
        return token
    }

    mutating func metric() -> Located<String>? {
        guard let token = next(), case .word(let name) = token.value, isMetric(name) else { return nil }
        return Located(name, token.range)
    }

    /// `[FACTOR *] LIMIT`
    mutating func limit() -> (Double, GateComparison.Operand)? {
        guard let first = operand() else { return nil }
        guard rest.first?.value == .word("*") else { return (1, first) }
        rest.removeFirst()
        guard let second = operand() else { return nil }
        switch (first, second) {
        case (.number(let factor), let limit), (let limit, .number(let factor)): return (factor, limit)
        default: return nil
        }
    }

    mutating func percentage() -> Double? {
        guard case .percentage(let value)? = operand() else { return nil }
        return value
    }

    private mutating func operand() -> GateComparison.Operand? {
        guard let token = next() else { return nil }
        switch token.value {
        case .reference(let reference): return .reference(reference)
        case .word("baseline"): return .baseline(token.range)
        case .word(let text):
            if let operand = GateComparison.Operand(numberText: text) { return operand }
            return isMetric(text) ? .metric(Located(text, token.range)) : nil
        }
    }

    private func isMetric(_ text: String) -> Bool {
        Names.objection(to: text) == nil && text != "baseline" && GateComparison.Operand(numberText: text) == nil
    }

    /// Split at blanks and around operators.
    private static func tokens(_ template: Template, in bytes: [UInt8]) -> [Located<Token>] {
        var tokens: [Located<Token>] = []
        var position = Int(template.range.start)
        for segment in template.segments {
            switch segment {
            case .reference(let reference):
                tokens.append(Located(.reference(reference), reference.range))
                position = Int(reference.range.end)
            case .literal(let text):
                // What is escaped or folded stands elsewhere than in the text: then everything points to the whole.
                let isAsWritten = bytes.count >= position && bytes[position...].starts(with: text.utf8)
                for word in words(text) {
                    let start = UInt32(position + word.offset)
                    let range = SourceRange(
                        source: template.range.source, start: start, end: start + UInt32(word.text.utf8.count))
                    tokens.append(Located(.word(word.text), isAsWritten ? range : template.range))
                }
            }
        }
        return tokens
    }

    private static func words(_ text: String) -> [(text: String, offset: Int)] {
        var words: [(text: String, offset: Int)] = []
        var word = ""
        var isOperator = false
        var offset = 0
        func end() { if !word.isEmpty { words.append((word, offset - word.utf8.count)) } }
        for scalar in text.unicodeScalars {
            let isBlank = scalar.properties.isWhitespace
            let belongsToOperator = "<>=!*".unicodeScalars.contains(scalar)
            if isBlank || belongsToOperator != isOperator {
                end()
                word = ""
            }
            isOperator = belongsToOperator
            if !isBlank { word.unicodeScalars.append(scalar) }
            offset += UTF8.width(scalar)
        }
        end()
        return words
    }
}

extension GateComparison.Operand {
    /// `3`, `-0.5`, `1e6`, `5%`; nil for anything else. Not what only Swift reads as a number: `inf`, `nan`, `0x10`.
    public init?(numberText text: String) {
        let isPercentage = text.hasSuffix("%")
        let digits = isPercentage ? text.dropLast() : text[...]
        guard let first = digits.utf8.first, (0x30...0x39).contains(first) || "+-.".utf8.contains(first),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }),
            let value = Double(digits), value.isFinite
        else { return nil }
        self = isPercentage ? .percentage(value) : .number(value)
    }
}
