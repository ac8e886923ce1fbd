// Rule: no path has two producers that can both run here.

import Patterns
import Vocabulary

extension Draft {
    /// Instances of one declaration are told once: of many with one output, nearly every pair would be a finding.
    func reportSecondProducers() {
        var told: Set<SourceRange> = []
        for position in definitions.indices where definitions[position].skipReason == nil {
            for output in definitions[position].outputs
            where !output.pattern.isExcluded && !told.contains(output.pattern.range) {
                if reportOthers(making: output.pattern, than: position) { told.insert(output.pattern.range) }
            }
        }
    }

    /// - Returns: whether there are any before this one.
    private func reportOthers(making pattern: FilePattern, than position: Int) -> Bool {
        var told: Set<SourceRange> = []
        for other in index.meeting(pattern, in: definitions[position].territory)
        where other.task.index < position && definitions[other.task.index].skipReason == nil {
            guard told.insert(other.pattern.range).inserted else { continue }
            findings.report(
                secondProducer(
                    definitions[position].name, pattern, definitions[other.task.index].name, other.pattern))
        }
        return !told.isEmpty
    }
}

/// The text for a path that two tasks make; also used for instances that appear while running.
func secondProducer(
    _ name: String, _ pattern: FilePattern, _ otherName: String, _ otherPattern: FilePattern
) -> Diagnostic {
    Diagnostic(
        .error,
        "\"\(name)\" makes \"\(pattern.pattern.text)\", and so does \"\(otherName)\"", at: pattern.range,
        notes: [.init("\"\(otherName)\" declares \"\(otherPattern.pattern.text)\" here", at: otherPattern.range)],
        hint: "let one task make it, or give each its own path"
    )
}
