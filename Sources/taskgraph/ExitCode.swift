// The exit codes, by kind of failure. The help lists them.

enum ExitCode: Int32 {
    case done = 0
    /// A task failed, or `check` found drift.
    case failed = 1
    case usage = 2
    /// The YAML is wrong.
    case plan = 3
    /// `wait`: something was not ready in time.
    case notReady = 4
    /// The machine refused: state directory, git, disk.
    case machine = 5
    /// Every task went well, and a gate failed or could not be judged.
    case gate = 6
}

/// Ends a command early with a text on standard error.
struct CommandFailure: Error {
    let code: ExitCode
    let text: String
    /// The signal that ended the run; the exit status is then 128 and its number.
    var signal: Int32?

    init(signal: Int32) {
        self.init(.failed, "")
        self.signal = signal
    }

    init(_ code: ExitCode, _ text: String) {
        self.code = code
        self.text = text
    }
}
