// What a checkout remembers of layers that it has verified or made. Knows no manifest.

internal import Ports
internal import Vocabulary

/// A file for each layer, in the state directory: the cache may be read-only, and others may use it.
struct LayerSeals: Sendable {
    let directory: String
    /// For unfinished files, on the same filesystem.
    let temporary: String

    /// Whether nothing about the layer's files has changed since the seal was put on them.
    func holds(_ digest: Digest, on content: String) -> Bool {
        guard let bytes = try? contents(path(digest)),
            let seal = try? DirectorySeal(of: content, hasChangeTimes: true)
        else { return false }
        return bytes == seal.bytes
    }

    /// Losing it costs reading the layer again.
    func put(_ digest: Digest, on content: String) {
        guard let seal = try? DirectorySeal(of: content, hasChangeTimes: true) else { return }
        try? makeDirectories(directory)
        try? replaceContents(of: path(digest), with: seal.bytes, madeIn: temporary)
    }

    private func path(_ digest: Digest) -> String { "\(directory)/\(digest.hex)" }
}
