// A pipe for a process' output. Reads and writes nothing.

internal import CLinux
internal import Ports

struct Pipe: ~Copyable {
    /// Never waits.
    let reading: Descriptor
    /// Waits when the pipe is full, as programs expect of their output.
    let writing: Descriptor

    init(for request: ProcessRequest) throws(SpawnError) {
        var ends: [Int32] = [-1, -1]
        let code = tg_output_pipe(&ends)
        guard let reading = Descriptor(ends[0]), let writing = Descriptor(ends[1]) else {
            throw SpawnError(explaining: code, program: request.arguments.first ?? "", request: request)
        }
        self.reading = reading
        self.writing = writing
    }
}
