// `each` over files that a task made: the instances, once those files are known.

import Patterns
public import Vocabulary

extension Graph {
    /// The instances of an expansion, one for each file, with the errors that only now can be seen: a second producer
    /// of a path, or an instance that reads what depends on it.
    ///
    /// - Parameter files: the paths that the expansion's patterns match now, relative to the root, sorted.
    public func instances(
        of id: TaskID, files: [String]
    ) -> (definitions: [TaskDefinition], diagnostics: [Diagnostic]) {
        guard case .expansion(let expansion) = self[id].kind, let loader else { return ([], []) }
        let findings = Findings()
        let resolver = Resolver(
            context: loader.context, variables: loader.variables, findings: findings, outputs: loader.outputs
        )
        let directory = resolver.itemDirectory(of: expansion.site)
        let definitions = files.map { file in
            let item = Resolver.item(file, seenFrom: directory)
            return resolver.definition(of: expansion.site, instance: Instance(label: item, item: item, isFile: true))
        }
        for (position, definition) in definitions.enumerated() {
            reportProducers(of: definition, besides: id, earlier: definitions[..<position], to: findings)
            reportCycles(through: id, of: definition, to: findings)
        }
        reportSiblingNeeds(among: definitions, to: findings)
        return (definitions, findings.diagnostics)
    }

    private func reportProducers(
        of definition: TaskDefinition, besides id: TaskID, earlier: ArraySlice<TaskDefinition>, to findings: Findings
    ) {
        for output in definition.outputs where !output.pattern.isExcluded {
            for other in loader?.index.meeting(output.pattern, in: definition.territory) ?? [] where other.task != id {
                findings.report(secondProducer(definition.name, output.pattern, self[other.task].name, other.pattern))
            }
            for other in earlier {
                for pattern in other.outputs.map(\.pattern)
                where pattern.pattern.isExpectedToMeet(output.pattern.pattern) {
                    findings.report(secondProducer(definition.name, output.pattern, other.name, pattern))
                }
            }
        }
    }

    private func reportCycles(through id: TaskID, of definition: TaskDefinition, to findings: Findings) {
        for input in definition.inputs ?? [] where !input.isExcluded {
            for producer in loader?.index.meeting(input, in: definition.territory) ?? [] where producer.task != id {
                guard closure(of: [producer.task])[id] else { continue }
                let path = [definition.name, self[producer.task].name, self[id].name]
                findings.error(
                    "tasks need each other in a circle: \(path.joined(separator: " → "))", at: input.range,
                    notes: [
                        .init(
                            "\"\(path[1])\" makes \"\(producer.pattern.pattern.text)\" here", at: producer.pattern.range
                        )
                    ],
                    hint: "remove one of these needs, or split a task in two"
                )
            }
        }
    }
}
