// What an epoll key stands for. Pure.

internal import Ports

/// Something the reactor waits for. A key may be old: what it names can be gone when it arrives.
enum Watch: Equatable {
    /// A signal for this program.
    case signal
    /// A result of a worker.
    case result
    case output(ProcessToken)
    /// The end of a task's own process.
    case end(ProcessToken)
    /// The end of an orphan.
    case orphan(Int32)
    /// A child that has the terminal stopped, or went on.
    case jobControl
    /// The parent of all processes tells something.
    case news
    /// Some of the probes have something to say.
    case probes

    var key: UInt64 {
        switch self {
        case .signal: 0
        case .result: 1 << 32
        case .output(let token): 2 << 32 | UInt64(token.rawValue)
        case .end(let token): 3 << 32 | UInt64(token.rawValue)
        case .orphan(let pid): 4 << 32 | UInt64(UInt32(bitPattern: pid))
        case .jobControl: 5 << 32
        case .news: 6 << 32
        case .probes: 7 << 32
        }
    }

    init(key: UInt64) {
        let low = UInt32(truncatingIfNeeded: key)
        switch key >> 32 {
        case 0: self = .signal
        case 1: self = .result
        case 2: self = .output(ProcessToken(low))
        case 3: self = .end(ProcessToken(low))
        case 4: self = .orphan(Int32(bitPattern: low))
        case 5: self = .jobControl
        case 6: self = .news
        case 7: self = .probes
        default: preconditionFailure("an epoll key that nobody made: \(key)")
        }
    }
}
