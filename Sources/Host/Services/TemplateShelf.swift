// The templates of services in a cache, as one sees them from outside: how many, how large, unused since when; and away
// with them. Does not know how they are made.

internal import CLinux
internal import Glibc
internal import Vocabulary

/// All templates of a cache, of whatever driver and user.
struct TemplateShelf {
    struct Template {
        let identity: Digest
        /// Absolute path of the directory that has it.
        let home: String
        /// Bytes.
        let size: UInt64
        /// Nanoseconds since the epoch.
        let lastUse: UInt64
        fileprivate let kind: String
    }

    private let directory: String

    /// - Parameter cache: absolute.
    init(cache: String) {
        directory = cache + "/services"
    }

    var templates: [Template] {
        kinds.flatMap { kind in
            DirectoryNames.list(kind).compactMap { name in
                Digest(hex: name).map { identity in
                    let home = kind + "/" + name
                    return Template(
                        identity: identity, home: home, size: FileSize.ofTree(home),
                        lastUse: TemplateRecord.lastUse(of: home), kind: kind)
                }
            }
        }
    }

    /// Bytes of all of it.
    var size: UInt64 { FileSize.ofTree(directory) }

    /// Removes a template unless a process uses it.
    /// - Parameter removal: takes a directory away and says whether it could.
    /// - Returns: whether it is gone.
    func remove(_ template: Template, by removal: (String) -> Bool) -> Bool {
        var isGone = false
        _ = LayerUse(of: template.kind).claim(template.identity) { isGone = removal(template.home) }
        return isGone
    }

    /// Clears away what killed runs left unfinished.
    func sweep() {
        for kind in kinds { RunDirectory.sweep(kind + "/tmp") }
    }

    private var kinds: [String] {
        DirectoryNames.list(directory).map { directory + "/" + $0 }.filter { path in
            var status = stat()
            return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        }
    }
}
