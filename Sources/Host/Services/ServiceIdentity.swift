// What decides how instances of a recipe behave, as a digest. Knows no server.

internal import Glibc
internal import Hashing
internal import Ports
internal import Vocabulary

/// Collects what counts; every part has its name and its length, so that no two lists of parts look alike.
struct ServiceIdentity {
    private var writer = ByteWriter()

    init(_ format: String) {
        writer.string(format)
    }

    mutating func add(_ name: String, _ value: String) {
        writer.string(name)
        writer.string(value)
    }

    mutating func add(_ settings: [ServiceRecipe.Setting]) {
        for setting in settings { add("setting " + setting.name, setting.value) }
    }

    /// Contents count, names do not, except for what they say of the kind of file.
    mutating func add(setup files: [String], of service: String) throws(ServiceError) {
        for file in files {
            do throws(FileError) {
                add("setup", try DiskFiles().digest(file).hex)
                add("kind", (file.hasSuffix(".sql") || access(file, X_OK) != 0 ? "text" : "program"))
                add("rdb", file.hasSuffix(".rdb") ? "yes" : "no")
            } catch {
                throw ServiceError(
                    "service \"\(service)\": its setup file cannot be read: \(error)",
                    hint: "`setup` names files relative to the YAML file it is written in")
            }
        }
    }

    var digest: Digest { Digest(of: writer.bytes) }
}
