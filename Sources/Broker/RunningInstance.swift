// What the keeper holds of one instance: its plan, its process, its probe and the end of its log. Decides nothing.

import Ports
import Vocabulary

struct RunningInstance {
    /// Of a log, in bytes: more than this is forgotten.
    static let longestLog = 32 << 10

    var plan: InstancePlan?
    var token: ProcessToken?
    var probe: ProbeID?
    private(set) var log: [UInt8] = []
    /// Its end was asked for.
    var isStopping = false

    mutating func note(_ bytes: [UInt8]) {
        log += bytes
        if log.count > 2 * RunningInstance.longestLog { log.removeFirst(log.count - RunningInstance.longestLog) }
    }

    /// The last lines of what it wrote, each indented.
    func tail(lines: Int = 20) -> String {
        let all = String(decoding: log, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true)
        return all.suffix(lines).map { "  | \($0)" }.joined(separator: "\n")
    }
}

extension ExitStatus {
    /// `ended with exit code 1`, `was ended by signal 9`.
    var sentence: String {
        switch self {
        case .exited(let code): "ended with exit code \(code)"
        case .signalled(let signal): "was ended by signal \(signal)"
        }
    }
}
