// Which result of a task this checkout saw last, for tasks that leave nothing to look at on disk.

import Ports
import Vocabulary

/// Keys by task name, in a file of the state directory. Losing it only turns "up to date" into "restored".
struct LastKeys {
    private static let magic = "taskgraph last keys 1\n"
    private let path: String
    private var keys: [String: Digest] = [:]
    private var isChanged = false

    init(stateDirectory: String, files: any FileReading) {
        path = stateDirectory + "/last-keys"
        guard let bytes = try? files.bytes(path), bytes.starts(with: LastKeys.magic.utf8) else { return }
        var reader = ByteReader(bytes.dropFirst(LastKeys.magic.utf8.count))
        while !reader.isAtEnd {
            guard let name = reader.string(), let key = reader.digest() else { return }
            keys[name] = key
        }
    }

    subscript(name: String) -> Digest? {
        get { keys[name] }
        set {
            isChanged = isChanged || keys[name] != newValue
            keys[name] = newValue
        }
    }

    func save(to files: any FileWriting) {
        guard isChanged else { return }
        var writer = ByteWriter()
        for (name, key) in keys.sorted(by: { $0.key.utf8Precedes($1.key) }) {
            writer.string(name)
            writer.digest(key)
        }
        try? files.write(Array(LastKeys.magic.utf8) + writer.bytes, to: path, mode: 0o644)
    }
}
