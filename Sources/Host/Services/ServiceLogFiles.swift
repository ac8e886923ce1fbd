// Logs of services on disk, for people to read when the servers are gone. Does not know who writes them.

internal import Glibc
public import Ports
internal import Synchronization
internal import Vocabulary

/// In `DIRECTORY/NAME/`, a file for each of the last instances that one run, or one broker, had of a service; and the
/// log of the instance that stands in the background.
public final class ServiceLogFiles: Sendable {
    /// Instances of one service whose logs stay. The oldest goes first, those that failed last.
    static let most = 12

    private struct Kept {
        let number: Int
        let isFailure: Bool
    }

    private let directory: String
    private let kept = Mutex<[String: [Kept]]>([:])

    /// - Parameter directory: absolute; made with the first log.
    public init(directory: String) {
        self.directory = directory
    }

    /// Those of earlier runs go with the first log of a service. Nothing rests on logs: what cannot be written is lost.
    public func keep(_ log: ServiceLog) {
        let home = ServiceLogFiles.home(of: log.service, in: directory)
        let (number, gone) = kept.withLock { kept in
            ServiceLogFiles.add(log, to: &kept[log.service, default: []])
        }
        if number == 1 { ServiceLogFiles.clear(home) }
        try? replaceContents(
            of: ServiceLogFiles.path(number, in: home), with: ServiceLogFiles.text(of: log), mode: 0o600)
        if let gone { unlink(ServiceLogFiles.path(gone, in: home)) }
    }

    /// The log of the instance that stands in the background or did, or those of the last run, the oldest first:
    /// whichever was written last. Empty when there are none.
    public static func text(of service: String, in directory: String, isStanding: Bool) -> [UInt8] {
        let home = home(of: service, in: directory)
        let paths = numbers(in: home).map { path($0, in: home) }
        let standing = StandingLog.path(of: service, in: directory)
        if isStanding || time(of: standing) > paths.map({ time(of: $0) }).max() ?? 0 {
            return (try? contents(standing)) ?? []
        }
        return paths.flatMap { (try? contents($0)) ?? [] }
    }

    static func home(of service: String, in directory: String) -> String { "\(directory)/logs/\(service)" }

    private static func add(_ log: ServiceLog, to kept: inout [Kept]) -> (number: Int, gone: Int?) {
        let number = (kept.map(\.number).max() ?? 0) + 1
        kept.append(Kept(number: number, isFailure: log.isFailure))
        guard kept.count > most else { return (number, nil) }
        // The one that was added last stays, or nobody would know what the last instance did.
        let position = kept.dropLast().firstIndex { !$0.isFailure } ?? 0
        return (number, kept.remove(at: position).number)
    }

    private static func text(of log: ServiceLog) -> [UInt8] {
        let users = log.users.isEmpty ? "" : ", used by " + log.users.joined(separator: ", ")
        let isWhole = log.bytes.last.map { $0 == UInt8(ascii: "\n") } ?? false
        let end = log.bytes.isEmpty ? "(it wrote nothing)\n" : isWhole ? "" : "\n"
        return Array("== \(log.service)\(users): \(log.ending) ==\n".utf8) + log.bytes + Array(end.utf8)
    }

    private static func path(_ number: Int, in home: String) -> String { "\(home)/\(number).log" }

    private static func numbers(in home: String) -> [Int] {
        DirectoryNames.list(home).compactMap { $0.hasSuffix(".log") ? Int($0.dropLast(4)) : nil }.sorted()
    }

    private static func clear(_ home: String) {
        try? DirectoryNames.make(home)
        for number in numbers(in: home) { unlink(path(number, in: home)) }
    }

    private static func time(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? FileStamp(status).modified : 0
    }
}
