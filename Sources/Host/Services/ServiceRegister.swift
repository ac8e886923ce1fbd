// Which services stand in the background: a file for each, locked by the process that keeps it. Starts and ends none.

internal import CLinux
internal import Glibc
public import Ports

/// `DIRECTORY/NAME.up` says where a service answers. The lock on it is the proof that it stands: the kernel releases it
/// with the process that keeps the service.
public struct ServiceRegister: Sendable {
    /// What is known of a service that stands.
    public struct Entry: Sendable, Hashable {
        /// The process that keeps it.
        public let keeper: Int32
        /// What its keeper said of it, by name; nil: it is being started.
        public let facts: [Fact]?
    }

    public struct Fact: Sendable, Hashable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    let directory: String

    /// - Parameter directory: absolute; need not exist.
    public init(directory: String) {
        self.directory = directory
    }

    /// Of all services that stand, the first in the alphabet first.
    public var names: [String] {
        let names = DirectoryNames.list(directory).filter { $0.hasSuffix(".up") }.map { String($0.dropLast(3)) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.filter { self[$0] != nil }
    }

    /// Nil when the service does not stand.
    public subscript(name: String) -> Entry? {
        guard let file = try? StoreFile.open(path(of: name), O_RDWR),
            tg_lock_position(file.descriptor, 0, 1, 0) != 0, let bytes = SmallFile.read(file)
        else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let isWhole = lines.count > 2 && lines[lines.count - 2] == "end"
        return Entry(
            keeper: lines.first.flatMap { Int32($0) } ?? 0,
            facts: isWhole ? lines[1..<(lines.count - 2)].map(Fact.init(line:)) : nil)
    }

    /// Waits until a service does not stand any more.
    public func waitUntilGone(_ name: String) {
        guard let file = try? StoreFile.open(path(of: name), O_RDWR) else { return }
        while tg_lock_position(file.descriptor, 0, 1, 1) != 0, errno == EINTR {}
    }

    /// Asks the keeper of a service to end it.
    /// - Returns: whether there is one.
    public func end(_ name: String) -> Bool {
        guard let keeper = self[name]?.keeper,
            let pipe = try? StoreFile.open(requests(to: keeper), O_WRONLY)
        else { return false }
        return (try? pipe.write(Array((name + "\n").utf8))) != nil
    }

    func path(of name: String) -> String { "\(directory)/\(name).up" }
    func requests(to keeper: Int32) -> String { "\(directory)/keeper-\(keeper)" }
}

extension ServiceRegister.Fact {
    /// Each on a line of its own, whatever is in it.
    fileprivate var line: String {
        name + " " + value.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    fileprivate init(line: Substring) {
        let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        var value = ""
        var isEscaped = false
        for character in parts.count > 1 ? parts[1] : "" {
            if isEscaped {
                value.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                value.append(character)
            }
        }
        self.init(String(parts[0]), value)
    }
}

/// That a service stands, said by the process that keeps it, until this is let go of.
public final class StandingClaim {
    private let register: ServiceRegister
    private let name: String
    private let file: StoreFile

    /// - Returns: nil when somebody else keeps it.
    public init?(_ name: String, in register: ServiceRegister) throws(ServiceError) {
        self.name = name
        self.register = register
        do throws(SystemFailure) {
            guard let file = try StandingClaim.take(register.path(of: name)) else { return nil }
            self.file = file
            try file.write(Array("\(getpid())\n".utf8))
        } catch {
            throw ServiceError("service \"\(name)\" cannot be kept in the background: \(error)")
        }
    }

    deinit {
        unlink(register.path(of: name))
    }

    /// Says where it answers.
    public func state(_ facts: [ServiceRegister.Fact]) throws(ServiceError) {
        do throws(SystemFailure) {
            try file.write(Array((facts.map { $0.line + "\n" }.joined() + "end\n").utf8))
        } catch {
            throw ServiceError("service \"\(name)\" cannot be kept in the background: \(error)")
        }
    }

    private static func take(_ path: String) throws(SystemFailure) -> StoreFile? {
        // Somebody who only looks has the lock for a moment.
        for _ in 0..<50 {
            let file = try StoreFile.open(path, O_RDWR | O_CREAT, mode: 0o600)
            if tg_lock_position(file.descriptor, 0, 1, 0) == 0 {
                // Whoever had it may have removed it in between.
                var here = stat()
                guard stat(path, &here) == 0, here.st_ino == file.status?.st_ino else { continue }
                guard ftruncate(file.descriptor, 0) == 0 else { throw SystemFailure("empty", path) }
                return file
            }
            usleep(1000)
        }
        return nil
    }
}

/// Where a keeper is asked to end services; a name a line.
public final class KeeperRequests {
    private let path: String
    private let pipe: StoreFile
    private var rest: [UInt8] = []

    public init(in register: ServiceRegister) throws(ServiceError) {
        path = register.requests(to: getpid())
        do throws(SystemFailure) {
            try DirectoryNames.make(register.directory)
            unlink(path)
            guard mkfifo(path, 0o600) == 0 else { throw SystemFailure("create", path) }
            // Written by us as well: it never ends.
            pipe = try StoreFile.open(path, O_RDWR)
        } catch {
            throw ServiceError("services cannot be kept in the background: \(error)")
        }
    }

    deinit {
        unlink(path)
    }

    /// Readable when something was asked.
    public var descriptor: Int32 { pipe.descriptor }

    /// The services that were asked to end since the last call.
    public func take() -> [String] {
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) {
            $1 = max(0, read(pipe.descriptor, $0.baseAddress, 4096))
        }
        var lines = (rest + bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = lines.popLast().map(Array.init) ?? []
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }
}
