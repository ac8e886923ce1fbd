// What a parent tells that reaps by itself. Starts and ends nothing.

internal import Glibc
internal import Ports
internal import Vocabulary

extension LinuxReactor {
    /// In the order it was told.
    func take(_ news: [ParentNews]) {
        var needsSweep = false
        for item in news {
            switch item.event {
            case .ended(let token, let ended):
                if let child = family.children[token] { note(ended, of: child) }
            case .orphanEnded(let token, let ended):
                if let token { family.children[token]?.usage.add(ended) }
            case .stopped(let token):
                if let child = family.children[token] { passOnStop(of: child) }
                continue
            case .lost(let parent):
                lose(parent)
            }
            needsSweep = item.orphans > 0
            if !needsSweep { settleEnded() }
        }
        if needsSweep { sweep() }
    }

    private func note(_ ended: EndedProcess, of child: Child) {
        child.status = ended.status
        child.usage.wall = now - child.startedAt
        child.usage.add(ended)
    }

    /// Those whose own process has ended, when nothing is there that tasks have left.
    private func settleEnded() {
        for child in family.children.values where child.status != nil && !child.isAlone { settle(child) }
    }

    /// Everything that this parent had started was killed with it.
    private func lose(_ parent: Int32) {
        for child in family.children.values where child.parent == parent && child.status == nil {
            child.status = .signalled(SIGKILL)
            child.usage.wall = now - child.startedAt
            let newline = child.lastByte.map { $0 == UInt8(ascii: "\n") } ?? true ? "" : "\n"
            child.epitaph = Array(
                (newline
                    + "taskgraph: process \(parent), from which all tasks are started, was killed, and this task with it\n")
                    .utf8)
        }
    }
}
