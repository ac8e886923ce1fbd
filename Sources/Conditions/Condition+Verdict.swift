// The door of the room: a condition and a tree in, a verdict out; and what is wrong with a condition before any tree is there.

internal import Patterns
public import Vocabulary

extension Condition {
    /// Whether the condition holds on a tree; nil for `run`, which the engine executes.
    public func verdict(on tree: some ConditionTree) -> Verdict? {
        do throws(ConditionFailure) {
            switch kind {
            case .exists(let patterns): try tree.requireExisting(patterns)
            case .absent(let patterns): try tree.requireAbsent(patterns)
            case .match(let files, let expression): try tree.requireLines(expression, in: files)
            case .noMatch(let files, let expression): try tree.forbidLines(expression, in: files)
            case .value(let format, let file, let path, let test): try tree.requireValue(format, file, path, test)
            case .count(let files, nil, let bounds): try tree.requireFileCount(files, bounds)
            case .count(let files, let expression?, let bounds):
                try tree.requireLineCount(expression, in: files, bounds)
            case .same(let left, let right): try tree.requireSame(left, right)
            case .run: return nil
            }
            return .holds
        } catch {
            return .fails(error)
        }
    }

    /// What can be seen to be wrong without a tree: expressions and value paths. Patterns are checked where they are anchored.
    public func diagnostics() -> [Diagnostic] {
        switch kind {
        case .match(_, let text), .noMatch(_, let text), .count(_, let text?, _):
            do throws(ExpressionError) { _ = try LineExpression(text) } catch {
                return [diagnostic("regular expression", text, error)]
            }
        case .value(_, _, let text, _):
            do throws(ExpressionError) { _ = try ValuePath(text) } catch {
                return [diagnostic("path", text, error)]
            }
        case .exists, .absent, .count, .same, .run: break
        }
        return []
    }

    /// Names the place by the text from there on.
    private func diagnostic(_ what: String, _ text: String, _ error: ExpressionError) -> Diagnostic {
        let rest = String(decoding: text.utf8.dropFirst(error.offset ?? 0), as: UTF8.self)
        let place = rest.isEmpty ? " at the end" : rest == text ? "" : " at \"\(rest)\""
        return Diagnostic(.error, "bad \(what) \"\(text)\": \(error.message)\(place)", at: range, hint: error.hint)
    }
}

/// Reads what was checked at load; a mistake here is one that no load has seen.
func readable<Value, Failure>(
    _ what: String, _ text: String, _ body: () throws(Failure) -> Value
) throws(ConditionFailure) -> Value {
    do throws(Failure) { return try body() } catch {
        let mistake = (error as? ExpressionError)?.message ?? (error as? PatternError)?.message ?? "unreadable"
        throw ConditionFailure("bad \(what) \"\(text)\": \(mistake)")
    }
}

func patternSet(_ texts: [String]) throws(ConditionFailure) -> PatternSet {
    try readable("pattern", texts.joined(separator: "\", \"")) { () throws(PatternError) in
        try PatternSet(texts, allowAbsolute: true)
    }
}
