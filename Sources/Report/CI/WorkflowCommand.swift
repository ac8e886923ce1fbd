// Commands to GitHub's runner as lines of output: their form and what must be escaped in them. Knows no tasks.

/// One line that the runner acts on: `::error file=a.yaml,line=3::message`.
///
/// The form and the escapes are those of GitHub's "Workflow commands for GitHub Actions" and of its own toolkit
/// (`@actions/core`): in a message `%`, carriage return and line feed, in a property also `:` and `,`.
public struct WorkflowCommand: Hashable, Sendable {
    public var name: String
    /// In order; those with an empty value are left out.
    public var properties: [Property] = []
    public var message: String

    public struct Property: Hashable, Sendable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(_ name: String, _ properties: [Property] = [], _ message: String = "") {
        self.name = name
        self.properties = properties
        self.message = message
    }

    /// The line, with its end.
    public var line: String {
        let told = properties.filter { !$0.value.isEmpty }
        let list = told.map { "\($0.name)=\(WorkflowCommand.escapedProperty($0.value))" }.joined(separator: ",")
        return "::\(name)\(list.isEmpty ? "" : " ")\(list)::\(WorkflowCommand.escaped(message))\n"
    }

    static func escaped(_ text: String) -> String { escaped(text, ["%": "%25", "\r": "%0D", "\n": "%0A"]) }

    static func escapedProperty(_ text: String) -> String {
        escaped(text, ["%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"])
    }

    /// By scalars: CR LF is one character, and two escapes.
    private static func escaped(_ text: String, _ escapes: [Unicode.Scalar: String]) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            if let escape = escapes[scalar] { result += escape } else { result.unicodeScalars.append(scalar) }
        }
    }
}

extension WorkflowCommand {
    /// Commands that make the runner replace a value by `***` wherever it is printed from then on. The runner looks at
    /// lines, so each line of the value is named; lines of fewer than 4 bytes would mask half of every log.
    public static func masks(_ values: some Sequence<String>) -> [WorkflowCommand] {
        var seen: Set<String> = []
        return values.flatMap { $0.split { $0.isNewline } }.map(String.init)
            .filter { $0.utf8.count >= 4 && seen.insert($0).inserted }
            .map { WorkflowCommand("add-mask", [], $0) }
    }
}
