// What a run of the program may have left on the machine. Seen from outside, by the number of its process.

import Glibc
import Testing

extension Project {
    /// Runs the program to its end, and says what is left of it: processes, directories, mounts, sockets, shared memory.
    func runAndLook(
        _ arguments: String..., environment: [String: String] = [:]
    ) -> (ending: Ending, left: [String]) {
        let before = Self.abandonedMemory()
        let child = start(arguments, environment: environment)
        let ending = child.wait()
        let directories = ["/dev/shm", base + "/tmp", "/tmp"].flatMap { place in
            let parent = "\(place)/taskgraph-\(geteuid())"
            return Disk.names(in: parent).filter { $0.hasPrefix("\(child.pid)-") }.map { "\(parent)/\($0)" }
        }
        let mounts = (Disk.text("/proc/self/mounts") ?? "").split(separator: "\n").filter {
            $0.contains(base + "/") || $0.contains("/taskgraph-\(geteuid())/\(child.pid)-")
        }
        let memory = Self.abandonedMemory().subtracting(before)
        return (ending, processes().map(\.description) + directories + mounts.map(String.init) + memory.sorted())
    }

    /// Segments that nobody uses and whose maker is gone.
    private static func abandonedMemory() -> Set<String> {
        let rows = (Disk.text("/proc/sysvipc/shm") ?? "").split(separator: "\n").dropFirst()
        let segments = rows.compactMap { row -> String? in
            let fields = row.split(separator: " ")
            guard fields.count > 6, fields[6] == "0", let maker = Int32(fields[4]), kill(maker, 0) != 0 else {
                return nil
            }
            return "segment \(fields[1])"
        }
        return Set(segments)
    }
}
