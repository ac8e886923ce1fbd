// Names of Linux's signals. Knows nothing of who sent them.

/// `SIGKILL` for 9; `signal 77` for one without a name here.
public func signalName(_ number: Int32) -> String {
    names.indices.contains(Int(number)) && number > 0 ? "SIG" + names[Int(number)] : "signal \(number)"
}

/// By number, as on x86 and ARM.
private let names = [
    "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
    "TERM",
    "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
    "PWR",
    "SYS",
]
