// Handing the terminal to an interactive process and back. Does not know how processes start or end.

internal import CLinux
internal import Glibc

extension LinuxReactor {
    /// From now on stops of children are noticed. One that reaps them tells.
    func followJobControl() {
        guard jobControl == nil, !parent.reapsByItself else { return }
        let gate = SignalGate([SIGCHLD])
        watch(gate.descriptor.number, .jobControl)
        jobControl = consume gate
    }

    /// After an interactive process has ended.
    func takeTerminalBack() {
        Terminal.takeBack()
        guard !family.children.values.contains(where: \.hasTerminal), let number = jobControl?.descriptor.number else {
            return
        }
        epoll.remove(number)
        jobControl = nil
    }

    func passStopsOn() {
        while jobControl?.next() != nil {}
        for child in family.children.values where child.hasTerminal && child.end != nil {
            if tg_is_newly_stopped(child.pid) != 0 { passOnStop(of: child) }
        }
    }

    /// Ctrl-Z stops the process that has the terminal. The shell waits for us, not for it: stop as well, and wake it when
    /// we are woken. Where no shell could wake us the system does not stop us, and the process just goes on.
    func passOnStop(of child: Child) {
        guard child.hasTerminal, child.status == nil else { return }
        Terminal.takeBack()
        kill(0, SIGTSTP)
        Terminal.give(to: child.pid)
        kill(-child.pid, SIGCONT)
    }
}
