// A request as C wants it. Starts nothing.

internal import CLinux
internal import Ports

extension ProcessRequest {
    /// For the duration of a call: the request, and the text of all arguments and variables in one piece. Nil, without a
    /// call, when one of them contains a zero byte.
    /// - Parameter program: the path to execute.
    func withSpawnRequest<Result>(
        _ program: String, _ descriptors: StandardDescriptors,
        _ body: (tg_spawn_request, UnsafeBufferPointer<CChar>) -> Result
    ) -> Result? {
        let (output, terminal): (Int32, Int32) =
            switch descriptors {
            case .inherited(let terminal): (-1, terminal ?? -1)
            case .output(let output): (output, -1)
            }
        return CStringArray.with(arguments, environment) { arguments, environment, text in
            program.withCString { program in
                directory.withCString { directory in
                    let spawn = tg_spawn_request(
                        program: program, arguments: UnsafePointer(arguments), environment: UnsafePointer(environment),
                        directory: directory, input: -1, output: output, group_only: output < 0 ? 1 : 0,
                        terminal: terminal, tokens: tokens ?? -1, ends_with_us: 0, has_fresh_signals: 0)
                    return body(spawn, text)
                }
            }
        }
    }
}
