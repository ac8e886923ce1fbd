// Templates on disk, by identity, shared by checkouts and processes of one user. Does not know what is in them.

internal import CLinux
internal import Glibc
internal import Hashing
internal import Ports
internal import Vocabulary

/// `DIRECTORY/IDENTITY/content` is what instances begin with, `…/record` says what it must be. A template appears under
/// its identity complete, by one rename, and is never changed afterwards.
struct TemplateStore: Sendable {
    /// A template that is in place.
    struct Kept: Sendable {
        /// What instances begin with.
        let content: String
        /// What the one who built it wanted to be kept: a password, say.
        let note: String
        /// Why it had to be built again, if it had.
        let damage: String?
    }

    let directory: String
    private let uses: LayerUse

    init(directory: String) {
        self.directory = directory
        uses = LayerUse(of: directory)
    }

    /// The template with this identity, built if it is not there or damaged. Who comes second waits for the first.
    /// - Parameter build: makes the content in a directory of its own choice and gives that and the note.
    func template(
        _ identity: Digest, _ build: () throws(ServiceError) -> (content: String, note: String)
    ) throws(ServiceError) -> Kept {
        let home = "\(directory)/\(identity.hex)"
        uses.hold(identity)
        if case .intact(let note) = TemplateRecord.look(at: home, identity) {
            TemplateRecord.noteUse(of: home)
            return Kept(content: home + "/content", note: note, damage: nil)
        }
        do throws(ViewError) { try makeDirectories(directory) } catch {
            throw ServiceError(
                "templates of services cannot be kept: \(error)", hint: "TASKGRAPH_CACHE names another directory")
        }
        let lock = try takeLock(identity)
        defer { withExtendedLifetime(lock) {} }
        var damage: String?
        switch TemplateRecord.look(at: home, identity) {
        case .intact(let note): return Kept(content: home + "/content", note: note, damage: nil)
        case .missing: break
        case .damaged(let what): damage = "the template in \(home) was damaged (\(what)) and has been built again"
        }
        let made = try build()
        try publish(made.content, note: made.note, as: identity, home)
        return Kept(content: home + "/content", note: made.note, damage: damage)
    }

    /// One at a time builds a template; released with the process.
    private func takeLock(_ identity: Digest) throws(ServiceError) -> StoreFile {
        do throws(SystemFailure) {
            let file = try StoreFile.open(directory + "/building", O_RDWR | O_CREAT, mode: 0o600)
            while tg_lock_position(file.descriptor, identity.word0, 1, 1) != 0 {
                guard errno == EINTR else { throw SystemFailure("lock", file.path) }
            }
            return file
        } catch {
            throw ServiceError(
                "templates of services cannot be kept: \(error)", hint: "TASKGRAPH_CACHE names another directory")
        }
    }

    /// Copies the content beside its place, checks what was written, and renames it.
    private func publish(
        _ content: String, note: String, as identity: Digest, _ home: String
    ) throws(ServiceError) {
        do throws(ViewError) {
            let run = try RunDirectory(in: directory + "/tmp")
            let staging = run.path + "/new"
            try makeDirectories(staging)
            var culprit = [CChar](repeating: 0, count: Int(PATH_MAX))
            let code = tg_service_copy(content, staging + "/content", &culprit, culprit.count)
            guard code == 0 else {
                let name = String(decoding: culprit.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                throw ViewError.system("copy \(name) to", staging, code: code)
            }
            let wanted = try TemplateRecord.digest(of: content)
            guard try TemplateRecord.digest(of: staging + "/content") == wanted else {
                throw ViewError(
                    "what was written to \(staging) reads differently: the disk or its filesystem is broken")
            }
            try TemplateRecord.write(to: staging, identity, content: wanted, note: note)
            // Not flushed: after a boot the content is read and compared before it is used.
            // Out of the way with a damaged one, by a rename first: nobody sees half of it.
            if rename(home, run.path + "/damaged") != 0, errno != ENOENT { throw ViewError.system("move", home) }
            guard rename(staging, home) == 0 else { throw ViewError.system("publish", home) }
            TemplateRecord.seal(home)
            // What is unfinished goes with it, and not before.
            withExtendedLifetime(run) {}
        } catch {
            throw ServiceError(
                "the template of a service cannot be kept: \(error)",
                hint: "make room on that disk, or let TASKGRAPH_CACHE name a directory on another one")
        }
    }
}
