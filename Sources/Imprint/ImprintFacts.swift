// What all tasks of an imprint have in common: the caller's variables that keys contain, and paths outside of tasks.

public import Vocabulary

/// What every task's being up to date depends on. If any of it differs, the imprint says nothing.
public struct ImprintFacts: Hashable, Sendable {
    /// Names of the caller's variables that some key contains, sorted; those of the locale besides.
    public var variableNames: [String]
    /// Digest over the values of the variables.
    public var variables: Digest
    /// Programs of keyed tools, with the places where they were looked for; ignore files above the root; the cache.
    public var observations: [Observation]

    public init(variableNames: [String], variables: Digest, observations: [Observation]) {
        self.variableNames = variableNames
        self.variables = variables
        self.observations = observations
    }

    /// Further paths that every task depends on.
    public mutating func add(_ more: [Observation]) {
        let known = Set(observations)
        observations += more.filter { !known.contains($0) }
    }

    func encode(into writer: inout ByteWriter) {
        writer.integer(UInt32(variableNames.count))
        for name in variableNames { writer.string(name) }
        writer.digest(variables)
        writer.integer(UInt32(observations.count))
        for observation in observations { observation.encode(into: &writer) }
    }

    /// Nil when the bytes are torn.
    init?(from reader: inout ByteReader) {
        guard let nameCount: UInt32 = reader.integer() else { return nil }
        self.init(variableNames: [], variables: .zero, observations: [])
        for _ in 0..<nameCount {
            guard let name = reader.string() else { return nil }
            variableNames.append(name)
        }
        guard let variables = reader.digest(), let count: UInt32 = reader.integer() else { return nil }
        self.variables = variables
        for _ in 0..<count {
            guard let observation = Observation(from: &reader) else { return nil }
            observations.append(observation)
        }
    }
}
