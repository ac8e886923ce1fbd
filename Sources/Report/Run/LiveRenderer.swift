// A run on a terminal: lines that stay, and below them what runs now. Knows the terminal's size, not the terminal.

public import Vocabulary

/// The status area: a line of counts, and a line per running task with its time and its last output.
///
/// Nothing is drawn more often than `interval`; a run shorter than that draws no status at all. Work per event does not
/// depend on how many tasks there are or run.
public struct LiveRenderer: Renderer {
    /// Nanoseconds between two frames.
    public static let interval: UInt64 = 80_000_000
    /// Lines of running tasks, however high the terminal is.
    static let visibleTasks = 12
    /// Lines that wait for the next frame are let out early beyond this many bytes.
    private static let pendingLimit = 1 << 16

    private var transcript: Transcript
    private let style: Style
    private let showsStatus: Bool
    private var columns: Int
    private var rows: Int
    private var area = StatusArea()
    private var running = RunningTasks()
    private var total = 0
    private var ended = 0
    private var failed = 0
    private var pending: [UInt8] = []
    private var lastFrame: UInt64 = 0
    /// Tasks that have the terminal to themselves: nothing is drawn as long as there is one.
    private var interactive: Set<TaskID> = []

    public init(tasks: TaskTable, columns: Int, rows: Int, verbosity: Verbosity = .normal, style: Style) {
        transcript = Transcript(tasks: tasks, verbosity: verbosity, style: style, output: .digested)
        self.style = style
        showsStatus = verbosity > .quiet
        self.columns = max(1, columns)
        self.rows = max(1, rows)
    }

    public mutating func render(_ event: Event) -> [UInt8] {
        pending += transcript.lines(for: event)
        note(event)
        switch event.kind {
        case .runFinished: return end()
        case .started(let task, _) where transcript.tasks.isInteractive(task):
            let bytes = end()
            interactive.insert(task)
            return bytes
        default: return tick(now: event.time)
        }
    }

    public mutating func tick(now: UInt64) -> [UInt8] {
        guard interactive.isEmpty else { return [] }
        guard now >= lastFrame + LiveRenderer.interval || pending.count > LiveRenderer.pendingLimit else { return [] }
        lastFrame = now
        return frame(status(now: now))
    }

    /// Everything that waits, and the status area taken away.
    public mutating func end() -> [UInt8] {
        frame([])
    }

    /// The terminal has another size now.
    public mutating func resize(columns: Int, rows: Int) -> [UInt8] {
        self.columns = max(1, columns)
        self.rows = max(1, rows)
        return area.clear(columns: self.columns)
    }

    private mutating func frame(_ status: [StatusArea.Line]) -> [UInt8] {
        defer { pending.removeAll(keepingCapacity: true) }
        return area.draw(above: pending, status)
    }

    private mutating func note(_ event: Event) {
        switch event.kind {
        case .runStarted(let tasks, _): total = tasks
        case .expanded(_, let instances): total += instances.count
        case .started(let task, let attempt):
            let reason = attempt > 1 ? "attempt \(attempt)" : transcript.reason(of: task).map(Prose.text) ?? ""
            running.start(task, name: transcript.tasks.name(of: task), at: event.time, reason: reason)
        case .repeating(let task, let execution, let most):
            running.note(task, output: Array("execution \(execution) of at most \(most)".utf8))
        case .output(let task, let bytes): running.note(task, output: bytes)
        case .retrying(let task, _, let cause, _): running.note(task, output: Array(Prose.text(cause).utf8))
        case .finished(let task, let outcome, _, _):
            running.end(task)
            interactive.remove(task)
            ended += 1
            if case .failed = outcome { failed += 1 }
        default: break
        }
    }
}

extension LiveRenderer {
    /// The lines of the status area; none of them is as wide as the terminal.
    private func status(now: UInt64) -> [StatusArea.Line] {
        guard showsStatus, ended < total || running.count > 0, rows > 2, columns > 10 else { return [] }
        let room = min(LiveRenderer.visibleTasks, rows - 2)
        let all = running.count
        let shown = running.oldest(all > room ? room - 1 : room)
        let names = min(shown.map { displayWidth($0.name) }.max() ?? 0, columns / 2)
        let times = shown.map { humanDuration(now > $0.since ? now - $0.since : 0) }
        let widest = times.map(displayWidth).max() ?? 0
        var lines = [counts(now: now)]
        for (item, time) in zip(shown, times) {
            let name = padded(trimmed(item.name, to: names), to: names)
            let elapsed = rightAligned(time, to: widest)
            lines.append(fitted([(nil, "  "), (.cyan, name), (nil, "  \(elapsed)"), (.dim, "  " + item.lastLine)]))
        }
        if all > shown.count { lines.append(fitted([(nil, "  and \(humanCount(all - shown.count)) more")])) }
        return lines
    }

    private func counts(now: UInt64) -> StatusArea.Line {
        let text = "\(humanCount(ended)) of \(counted(total, "task"))"
        return fitted([
            (.bold, text), (nil, running.count > 0 ? ", \(humanCount(running.count)) running" : ""),
            (nil, failed > 0 ? ", " : ""), (.boldRed, failed > 0 ? "\(humanCount(failed)) failed" : ""),
            (nil, ", \(humanDuration(now))"),
        ])
    }

    /// Pieces one after the other, cut where the terminal's last column begins.
    private func fitted(_ pieces: [(paint: Style.Paint?, text: String)]) -> StatusArea.Line {
        var line = StatusArea.Line(text: "", width: 0)
        for piece in pieces {
            let text = trimmed(piece.text, to: columns - 1 - line.width)
            line.text += piece.paint.map { style.paint($0, text) } ?? text
            line.width += displayWidth(text)
        }
        return line
    }
}
