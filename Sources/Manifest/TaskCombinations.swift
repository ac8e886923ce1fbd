// Keys of one task that exclude each other. Looks at one task only.

internal import Vocabulary

extension Reader {
    func checkCombinations(_ task: TaskDeclaration) {
        if let each = task.each, let axis = task.matrix.first {
            error(
                "a task has `each` or `matrix`, not both", at: axis.name.range,
                notes: [.init("`each` is here", at: each.range)], hint: "make the items an axis of the matrix"
            )
        }
        if let interactive = task.interactive, interactive.value {
            if let output = task.outputs.first {
                error(
                    "an interactive task cannot have `outputs`, because what is typed into it is not part of its key",
                    at: output.pattern.template.range, notes: [.init("`interactive` is here", at: interactive.range)]
                )
            }
            if let cache = task.shared.cache, cache.isEnabled?.value ?? true {
                error(
                    "an interactive task cannot be cached", at: cache.range,
                    notes: [.init("`interactive` is here", at: interactive.range)]
                )
            }
        }
        if let repetition = task.repetition, task.run == nil, !isDamaged {
            error("`repeat` needs `run`: there is nothing to repeat", at: repetition.range)
        }
    }
}

extension EachDeclaration {
    /// Where the items are written.
    var range: SourceRange {
        switch self {
        case .files(_, let range), .items(_, let range): range
        case .list(let template): template.range
        }
    }
}
