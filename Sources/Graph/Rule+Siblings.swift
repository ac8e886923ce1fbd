// Rule: instances that only a run makes known do not read what another one of them makes. Knows nothing of other tasks.

import Patterns
import Vocabulary

extension Graph {
    /// Reports a circle among instances of one expansion, or else the first that reads what another makes: the order
    /// among them would have to be found while they are made.
    func reportSiblingNeeds(among instances: [TaskDefinition], to findings: Findings) {
        let needs = siblingNeeds(among: instances)
        let circle = instances.indices.lazy.compactMap { siblingCircle(from: $0, needs) }.first
        if let circle {
            findings.report(report(circle, instances))
        } else if let position = needs.firstIndex(where: { !$0.isEmpty }), let need = needs[position].first {
            let (reader, maker) = (instances[position].name, instances[need.maker].name)
            findings.error(
                "\"\(reader)\" reads what \"\(maker)\" makes, and both are known only while the run goes on",
                at: need.input.range, notes: [.init("\"\(maker)\" makes it here", at: need.output.range)],
                hint: "let a second task read what all of them make, or exclude it with `!`"
            )
        }
    }

    private func siblingNeeds(among instances: [TaskDefinition]) -> [[SiblingNeed]] {
        let index = ProducerIndex(
            instances.enumerated().flatMap { position, instance in
                instance.outputs.map(\.pattern).filter { !$0.isExcluded }.map {
                    ProducerIndex.Producer(task: TaskID(position), territory: instance.territory, pattern: $0)
                }
            }
        )
        return instances.enumerated().map { position, instance in
            let inputs = instance.inputs ?? []
            let excludes = inputs.filter(\.isExcluded).map(\.pattern)
            return inputs.filter { !$0.isExcluded }.flatMap { input in
                let remaining = PatternSet([input.pattern], excluding: excludes)
                return index.meeting(input, in: instance.territory)
                    .filter { $0.task.index != position && remaining.canMeet($0.pattern.pattern) }
                    .map { SiblingNeed(maker: $0.task.index, input: input, output: $0.pattern) }
            }
        }
    }

    /// The shortest way from an instance back to itself, as positions.
    private func siblingCircle(from start: Int, _ needs: [[SiblingNeed]]) -> [(reader: Int, need: SiblingNeed)]? {
        var ways: [[(reader: Int, need: SiblingNeed)]] = needs[start].map { [(start, $0)] }
        var seen: Set<Int> = []
        var next = 0
        while next < ways.count {
            let way = ways[next]
            next += 1
            guard let maker = way.last?.need.maker else { continue }
            if maker == start { return way }
            guard seen.insert(maker).inserted else { continue }
            ways += needs[maker].map { way + [(maker, $0)] }
        }
        return nil
    }

    private func report(_ circle: [(reader: Int, need: SiblingNeed)], _ instances: [TaskDefinition]) -> Diagnostic {
        let names = circle.map { instances[$0.reader].name }
        let notes = zip(names, circle).map { name, step in
            Diagnostic.Note(
                "\"\(name)\" reads what \"\(instances[step.need.maker].name)\" makes here", at: step.need.input.range)
        }
        return Diagnostic(
            .error, "tasks need each other in a circle: \((names + [names[0]]).joined(separator: " → "))",
            at: notes[0].range, notes: notes, hint: "remove one of these needs, or split a task in two"
        )
    }
}

/// An input that meets an output of another instance.
private struct SiblingNeed {
    let maker: Int
    let input: FilePattern
    let output: FilePattern
}
