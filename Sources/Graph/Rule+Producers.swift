// Rule: no path has two producers that can both run here.

import Patterns
import Vocabulary

extension Draft {
    func reportSecondProducers() {
        for position in definitions.indices where definitions[position].skipReason == nil {
            for output in definitions[position].outputs where !output.pattern.isExcluded {
                for other in index.meeting(output.pattern, in: definitions[position].territory)
                where other.task.index < position && definitions[other.task.index].skipReason == nil {
                    findings.report(
                        secondProducer(
                            definitions[position].name, output.pattern, definitions[other.task.index].name,
                            other.pattern
                        )
                    )
                }
            }
        }
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
