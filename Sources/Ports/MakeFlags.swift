// `MAKEFLAGS` as far as it names a job server. Opens nothing.

/// Where a job server's tokens are, and how many jobs there may be.
public struct MakeFlags: Hashable, Sendable {
    /// How processes get at the tokens.
    public enum Access: Hashable, Sendable {
        /// Absolute path of a FIFO (GNU make 4.4, ninja 1.13).
        case path(String)
        /// Inherited descriptors, which any make knows.
        case descriptors(reading: Int32, writing: Int32)
    }

    public let access: Access
    /// As `-j` says; nil when it does not.
    public let jobs: Int?

    public init(_ access: Access, jobs: Int?) {
        self.access = access
        self.jobs = jobs
    }

    /// Reads the variable. The last of several job servers counts.
    /// - Returns: nil when it names none, or the caller is told that it may not use it.
    public init?(_ text: String) {
        var access: Access?
        var jobs: Int?
        for word in text.split(separator: " ") {
            if word == "--" { break }
            if let name = ["--jobserver-auth=", "--jobserver-fds="].first(where: { word.hasPrefix($0) }) {
                access = Access(word.dropFirst(name.count))
            } else if word.hasPrefix("-j"), let count = Int(word.dropFirst(2)), count > 0 {
                jobs = count
            }
        }
        guard let access else { return nil }
        self.init(access, jobs: jobs)
    }

    /// The variable for a process that has the tokens as descriptors 3 and 4.
    /// - Parameter path: where it finds them as well; nil: nowhere.
    ///
    /// GNU make before 4.4 gives up when it reads of a path, ninja knows nothing but paths. What make takes for the name of
    /// the option, because it is long enough to mean no other, ninja and cargo do not: so each reads its own, and make the
    /// later one.
    public static func text(jobs: Int, path: String?) -> String {
        // The variable cannot hold a path with blanks.
        let isPlain = path.map { path in !path.utf8.contains { $0 <= 32 } } ?? false
        let named = isPlain ? path ?? "" : "/proc/self/fd/3"
        return " -j\(jobs) --jobserver-auth=fifo:\(named) --jobserver-aut=3,4"
    }
}

extension MakeFlags.Access {
    fileprivate init?(_ text: Substring) {
        if text.hasPrefix("fifo:") {
            self = .path(String(text.dropFirst(5)))
            return
        }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int32($0) }
        guard numbers.count == 2, let reading = numbers[0], let writing = numbers[1], reading >= 0, writing >= 0 else {
            return nil
        }
        self = .descriptors(reading: reading, writing: writing)
    }
}
