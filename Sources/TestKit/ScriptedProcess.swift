// What a pretended process does. Runs nothing.

public import Ports
public import Vocabulary

/// The answer of a `ScriptedReactor` to a request.
public struct ScriptedProcess {
    /// Printed right before its end, a chunk per item.
    public var output: [String]
    public var status: ExitStatus
    /// Nanoseconds on the reactor's clock; nil runs until the test ends it or it is stopped.
    public var duration: UInt64?
    /// Only KILL, after the grace, ends it.
    public var ignoresTerm: Bool
    /// Why it cannot be started.
    public var refusal: SpawnError?
    /// What it does, done when it ends by itself: writing its outputs, for example.
    public var effect: () throws -> Void

    public init(
        output: [String] = [], status: ExitStatus = .exited(0), duration: UInt64? = 0, ignoresTerm: Bool = false,
        refusal: SpawnError? = nil, effect: @escaping () throws -> Void = {}
    ) {
        self.output = output
        self.status = status
        self.duration = duration
        self.ignoresTerm = ignoresTerm
        self.refusal = refusal
        self.effect = effect
    }

    /// A process that fails.
    public static func failing(_ code: Int32 = 1, output: [String] = []) -> ScriptedProcess {
        ScriptedProcess(output: output, status: .exited(code))
    }

    /// A process that the test ends.
    public static var untilEnded: ScriptedProcess { ScriptedProcess(duration: nil) }
}
