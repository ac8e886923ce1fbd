// The small language of gates: METRIC OPERATOR [FACTOR *] LIMIT [at N%]. Does not know which metrics exist.

internal import Vocabulary

extension Reader {
    /// Takes a gate's expression apart. Nil after an error was reported.
    func comparison(_ expression: Template) -> GateComparison? {
        var tokens = GateTokens(expression)
        guard let metric = tokens.metric() else { return refuse(expression, "it must begin with the name of a metric") }
        guard let word = tokens.next(), case .word(let symbol) = word,
            let operation = GateComparison.Operator(rawValue: symbol)
        else {
            let operators = GateComparison.Operator.allCases.map(\.rawValue).joined(separator: " ")
            return refuse(expression, "after the metric stands one of \(operators)")
        }
        guard let (factor, limit) = tokens.limit() else {
            return refuse(expression, "it must end with a number, a percentage, a metric or `baseline`")
        }
        var confidence: Double?
        if let word = tokens.next() {
            guard case .word("at") = word, let certainty = tokens.percentage(), tokens.next() == nil else {
                return refuse(
                    expression, "only \"at 95%\" may follow the limit; write several gates for several claims")
            }
            guard certainty > 50, certainty < 100 else {
                return refuse(expression, "certainty lies between 50% and 100%")
            }
            confidence = certainty
        }
        return GateComparison(metric: metric, operator: operation, factor: factor, limit: limit, confidence: confidence)
    }

    private func refuse(_ expression: Template, _ why: String) -> GateComparison? {
        error("a gate is a comparison such as tests.pass_rate == 100%; \(why)", at: expression.range)
        return nil
    }
}

/// The words of a gate's expression.
private struct GateTokens {
    enum Token: Equatable {
        case word(String)
        case reference(Template.Reference)
    }

    private var rest: ArraySlice<Token>
    private let range: SourceRange

    init(_ template: Template) {
        range = template.range
        var tokens: [Token] = []
        for segment in template.segments {
            switch segment {
            case .reference(let reference): tokens.append(.reference(reference))
            case .literal(let text): tokens += Self.words(text).map(Token.word)
            }
        }
        rest = tokens[...]
    }

    mutating func next() -> Token? { rest.popFirst() }

    mutating func metric() -> Located<String>? {
        guard case .word(let name)? = rest.first, isMetric(name) else { return nil }
        rest.removeFirst()
        return Located(name, range)
    }

    /// `[FACTOR *] LIMIT`
    mutating func limit() -> (Double, GateComparison.Operand)? {
        guard let first = operand() else { return nil }
        guard rest.first == .word("*") else { return (1, first) }
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
        switch next() {
        case .reference(let reference): return .reference(reference)
        case .word("baseline"): return .baseline(range)
        case .word(let text):
            if text.hasSuffix("%") { return Double(text.dropLast()).map { .percentage($0) } }
            if let number = Double(text) { return .number(number) }
            return isMetric(text) ? .metric(Located(text, range)) : nil
        case nil: return nil
        }
    }

    private func isMetric(_ text: String) -> Bool {
        Names.objection(to: text) == nil && text != "baseline" && Double(text) == nil
    }

    /// Splits at blanks and around operators.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var isOperator = false
        for scalar in text.unicodeScalars {
            let isBlank = scalar.properties.isWhitespace
            let belongsToOperator = "<>=!*".unicodeScalars.contains(scalar)
            if isBlank || belongsToOperator != isOperator, !word.isEmpty {
                words.append(word)
                word = ""
            }
            isOperator = belongsToOperator
            if !isBlank { word.unicodeScalars.append(scalar) }
        }
        return word.isEmpty ? words : words + [word]
    }
}
