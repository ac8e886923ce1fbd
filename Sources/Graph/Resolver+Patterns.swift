// Globs and conditions of a task: templates resolved, paths anchored at the root or at the view.

import Manifest
import Patterns
import Vocabulary

extension Resolver {
    /// Patterns anchored at a directory. Relative ones stand beneath it; in a workspace an absolute one beneath the
    /// root is looked up in the root's tree.
    func patterns(
        _ declarations: [PatternDeclaration], _ scope: Scope, directory: String, isView: Bool = false
    ) -> [FilePattern] {
        var scope = scope
        scope.isInPattern = true
        return declarations.flatMap { [scope] declaration -> [FilePattern] in
            let range = declaration.template.range
            let texts: [String] = scope.values(declaration.template) ?? []
            return texts.compactMap { (text: String) -> FilePattern? in
                let isInRoot = isView && text.hasPrefix("/")
                let isExcluded = declaration.isExcluded
                let anchored = Paths.relative(text, directory: directory, root: context.root)
                // The directory itself: everything in it.
                // A slash at the end says that a name with a dot is a directory's.
                let covered = anchored.isEmpty ? "**" : text.hasSuffix("/") ? anchored + "/" : anchored
                do throws(PatternError) {
                    let pattern = try Pattern(covered, allowAbsolute: true)
                    return FilePattern(pattern, isExcluded: isExcluded, isInRoot: isInRoot, range: range)
                } catch {
                    findings.error(
                        "bad pattern \"\(text)\": \(error.message)", at: range, hint: error.hint
                    )
                    return nil
                }
            }
        }
    }

    func refuseOutside(_ outputs: [OutputPattern]) {
        for output in outputs where output.pattern.isInRoot {
            findings.error(
                "output \"\(output.pattern.pattern.text)\" lies outside of the workspace", at: output.pattern.range,
                hint: "a task in a workspace leaves its outputs there; write a path relative to it"
            )
        }
        for output in outputs where output.pattern.pattern.isAbsolute && !output.pattern.isInRoot {
            findings.error(
                "output \"\(output.pattern.pattern.text)\" lies outside of the root", at: output.pattern.range,
                hint: "outputs stand beneath the directory of the root file"
            )
        }
    }

    func condition(
        _ declaration: ConditionDeclaration, _ scope: Scope, _ directory: String, isView: Bool
    ) -> Condition? {
        func globs(_ declarations: [PatternDeclaration]) -> [String] {
            patterns(declarations, scope, directory: directory, isView: isView).map(\.spelling)
        }
        func path(_ template: Template) -> String? {
            scope.text(template).map { Paths.relative($0, directory: directory, root: context.root) }
        }
        let kind: Condition.Kind?
        switch declaration.kind {
        case .exists(let files): kind = .exists(globs(files))
        case .absent(let files): kind = .absent(globs(files))
        case .match(let files, let expression):
            kind = scope.text(expression).map { .match(files: globs(files), expression: $0) }
        case .noMatch(let files, let expression):
            kind = scope.text(expression).map { .noMatch(files: globs(files), expression: $0) }
        case .value(let format, let file, let valuePath, let test):
            guard let file = path(file), let text = scope.text(valuePath), let test = valueTest(test, scope) else {
                return nil
            }
            kind = .value(format: format, file: file, path: text, test: test)
        case .count(let files, let expression, let bounds):
            kind = .count(files: globs(files), expression: expression.flatMap(scope.text), bounds: bounds)
        case .same(let left, let right):
            guard let left = path(left), let right = path(right) else { return nil }
            kind = .same(left, right)
        case .run(.script(let template)): kind = scope.text(template).map { .run(.script($0)) }
        case .run(.arguments(let templates, _)):
            kind = .run(.arguments(templates.compactMap(scope.values).flatMap { $0 }))
        }
        return kind.map { Condition($0, at: declaration.range) }
    }

    private func valueTest(_ test: ValueTestDeclaration, _ scope: Scope) -> ValueTest? {
        func scalar(_ template: Template, _ scalar: Scalar) -> Scalar? {
            guard case .string = scalar else { return scalar }
            return scope.text(template).map(Scalar.string)
        }
        switch test {
        case .equals(let template, let value): return scalar(template, value).map(ValueTest.equals)
        case .contains(let template, let value): return scalar(template, value).map(ValueTest.contains)
        case .present: return .present
        case .absent: return .absent
        }
    }
}
