// What is said of a probe that failed: what was tried, what it found last, who holds the port, what the log says.

public import Vocabulary

extension ProbeFailure {
    /// Several lines, each ended.
    public var text: String {
        var lines = [headline]
        if let lastError { lines.append("  last error: \(lastError)") }
        if let port { lines.append("  port \(port.number): \(port.owner.text)") }
        if !log.isEmpty {
            lines.append("  the log ends with:")
            lines += log.map {
                "    " + String(decoding: withoutControls(Array($0.utf8)[...], colors: false), as: UTF8.self)
            }
        }
        if let hint { lines.append("  hint: \(hint)") }
        return lines.map { $0 + "\n" }.joined()
    }

    private var headline: String {
        let tried = counted(attempts, "attempt")
        return switch (reason, purpose) {
        case (.deadline(let span), _): "\(subject) was not ready within \(humanDuration(span)) (\(tried))"
        case (.failures(let count), .startup): "\(subject) is not ready: \(counted(count, "failure")) in a row"
        case (.failures(let count), .liveness): "\(subject) is no longer there: \(counted(count, "failure")) in a row"
        case (.impossible, _): "\(subject) cannot be tried"
        }
    }
}

extension ProbeFailure.PortOwner {
    fileprivate var text: String {
        switch self {
        case .nobody: "nobody listens on it"
        case .process(let pid, let command): "\(command) (pid \(pid)) listens on it"
        case .user(let user): "a process of user \(user) listens on it, which may not be looked at from here"
        }
    }
}
