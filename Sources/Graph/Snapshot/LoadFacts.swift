// Everything outside of the YAML's meaning that a load depended on: while it is the same, so is the graph.

public import Vocabulary

/// What a graph was made from. A snapshot is the graph as long as all of this holds.
public struct LoadFacts: Sendable {
    /// Absolute path of the root file's directory.
    public var root: String
    /// The plan's name.
    public var title: String?
    /// Absolute path of the root file.
    public var rootFile: String
    /// Identity of the program that made the snapshot: another version may understand the YAML differently.
    public var program: Observation
    /// `--var`, sorted by name.
    public var overrides: [EnvironmentEntry]
    /// Directory that relative paths in overrides, and paths in messages, start from.
    public var workingDirectory: String
    /// Values of the caller's variables that were asked for.
    public var environment: [EnvironmentEntry]
    /// Paths of the source files as messages show them, in the order of their ids.
    public var sources: [String]
    /// Everything on disk that loading looked at: the files, what is not there, directories that were listed.
    public var observations: [Observation]

    public init(
        root: String, rootFile: String, program: Observation, overrides: [EnvironmentEntry], workingDirectory: String,
        environment: [EnvironmentEntry], sources: [String], observations: [Observation]
    ) {
        self.root = root
        self.rootFile = rootFile
        self.program = program
        self.overrides = overrides
        self.workingDirectory = workingDirectory
        self.environment = environment
        self.sources = sources
        self.observations = observations
    }

    func encode(into writer: inout ByteWriter) {
        writer.string(root)
        writer.string(title ?? "")
        writer.string(rootFile)
        program.encode(into: &writer)
        writer.string(workingDirectory)
        for entries in [overrides, environment] {
            writer.integer(UInt32(entries.count))
            for entry in entries {
                writer.string(entry.name)
                writer.string(entry.value)
            }
        }
        writer.integer(UInt32(sources.count))
        for source in sources { writer.string(source) }
        writer.integer(UInt32(observations.count))
        for observation in observations { observation.encode(into: &writer) }
    }

    /// Nil when the bytes are torn.
    init?(from reader: inout ByteReader) {
        guard let root = reader.string(), let title = reader.string(), let rootFile = reader.string(),
            let program = Observation(from: &reader),
            let workingDirectory = reader.string(), let overrides = LoadFacts.entries(&reader),
            let environment = LoadFacts.entries(&reader), let sourceCount: UInt32 = reader.integer()
        else { return nil }
        self.init(
            root: root, rootFile: rootFile, program: program, overrides: overrides, workingDirectory: workingDirectory,
            environment: environment, sources: [], observations: []
        )
        self.title = title.isEmpty ? nil : title
        for _ in 0..<sourceCount {
            guard let source = reader.string() else { return nil }
            sources.append(source)
        }
        guard let count: UInt32 = reader.integer() else { return nil }
        for _ in 0..<count {
            guard let observation = Observation(from: &reader) else { return nil }
            observations.append(observation)
        }
    }

    private static func entries(_ reader: inout ByteReader) -> [EnvironmentEntry]? {
        guard let count: UInt32 = reader.integer() else { return nil }
        var entries: [EnvironmentEntry] = []
        for _ in 0..<count {
            guard let name = reader.string(), let value = reader.string() else { return nil }
            entries.append(EnvironmentEntry(name: name, value: value))
        }
        return entries
    }
}
