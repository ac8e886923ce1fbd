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
    private var lines = LineAssembler()
    /// Who uses it or did.
    var users: [String] = []
    /// It answered once.
    var isReady = false
    /// Why it is ended although somebody wants it.
    var flaw: String?
    /// Its end was asked for.
    var isStopping = false

    mutating func mask(_ passwords: [String]) { lines.mask(passwords.map { Array($0.utf8) }) }

    /// - Returns: the lines that this completes, passwords masked.
    mutating func note(_ bytes: [UInt8]) -> [UInt8] {
        let whole = lines.take(bytes)
        keep(whole)
        return whole
    }

    /// Nothing more will be read of it.
    /// - Returns: its last line, if that has no newline.
    mutating func endLog() -> [UInt8] {
        let rest = lines.finish()
        keep(rest)
        return rest
    }

    private mutating func keep(_ bytes: [UInt8]) {
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
