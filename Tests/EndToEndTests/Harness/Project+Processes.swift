// Whether processes that tasks noted down are still there.

import Glibc

extension Project {
    /// Those of the process numbers in a file beside the project that are alive: neither gone nor zombies.
    ///
    /// - Parameter atLeast: so many must have been noted, or the test shows nothing.
    func livingProcesses(in file: String, atLeast count: Int) -> [Int32] {
        let pids = (Disk.text(base + "/" + file) ?? "").split(separator: "\n").compactMap { Int32($0) }
        guard pids.count >= count else { return [-1] }
        return pids.filter { pid in
            guard kill(pid, 0) == 0, let status = Disk.text("/proc/\(pid)/stat") else { return false }
            guard let end = status.lastIndex(of: ")") else { return false }
            return status[end...].dropFirst(2).first != "Z"
        }
    }
}
