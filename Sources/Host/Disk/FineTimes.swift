// Whether times tell two changes of a file apart. Looks at file systems, not at files.

internal import CLinux
internal import Glibc
public import Vocabulary

/// What the times of files are worth.
public enum FineTimes {
    /// Whether a change that follows a look always has another time on the file system of a directory.
    public static func has(_ directory: String) -> Bool {
        let opened = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { return false }
        defer { close(opened) }
        return tg_has_fine_times(opened) == 1
    }

    /// Whether any change after the looks would show in the times.
    /// - Parameter takenAt: nanoseconds since the epoch, before the first of the looks.
    public static func tell(_ observations: [Observation], takenAt: UInt64) -> Bool {
        var known: [Substring: Bool] = [:]
        return observations.allSatisfy { observation in
            guard let stamp = observation.status?.stamp, !observation.isTypeOnly else { return true }
            if FileDigests.isSettled(stamp, takenAt: takenAt, hasFineTimes: false) { return true }
            let directory = observation.path.prefix(
                upTo: observation.path.lastIndex(of: "/") ?? observation.path.startIndex)
            let isFine = known[directory] ?? has(directory.isEmpty ? "/" : String(directory))
            known[directory] = isFine
            return FileDigests.isSettled(stamp, takenAt: takenAt, hasFineTimes: isFine)
        }
    }
}
