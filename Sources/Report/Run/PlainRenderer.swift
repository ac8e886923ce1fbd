// A run as plain lines, for CI and whatever is not a terminal. Knows no time: a line is out as soon as it is known.

public import Vocabulary

/// One line when a task starts, its output behind its name, one line when it ends.
public struct PlainRenderer: Renderer {
    private var transcript: Transcript

    public init(tasks: TaskTable, verbosity: Verbosity = .normal, style: Style = .plain) {
        transcript = Transcript(tasks: tasks, verbosity: verbosity, style: style, output: .streamed)
    }

    public mutating func render(_ event: Event) -> [UInt8] {
        transcript.lines(for: event)
    }
}
