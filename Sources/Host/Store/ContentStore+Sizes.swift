// What of a store lies in files of its own, and how large everything is. Reads no content.

import Glibc
import Vocabulary

extension ContentStore {
    /// Contents in files of their own; nil for a file whose name is no digest.
    var largeFiles: [(digest: Digest?, path: String)] {
        DirectoryNames.list(layout.blobs).flatMap { prefix in
            DirectoryNames.list(layout.blobs + "/" + prefix).map { name in
                (Digest(hex: prefix + name), "\(layout.blobs)/\(prefix)/\(name)")
            }
        }
    }

    /// Bytes of contents in files of their own, and of layers.
    var contentSizes: [Digest: UInt64] {
        var sizes: [Digest: UInt64] = [:]
        for case (let digest?, let path) in largeFiles { sizes[digest] = FileSize.ofTree(path) }
        for name in DirectoryNames.list(layout.layers) {
            if let digest = Digest(hex: name) { sizes[digest] = FileSize.ofTree(layout.layers + "/" + name) }
        }
        return sizes
    }

    /// Bytes of everything in the store.
    public var sizeOnDisk: UInt64 {
        [layout.segments, layout.blobs, layout.layers, layout.temporary, layout.views, layout.index].reduce(0) {
            $0 + FileSize.ofTree($1)
        } + TemplateShelf(cache: layout.root).size
    }
}

enum FileSize {
    /// Sizes of all regular files at and beneath a path; links are not followed.
    static func ofTree(_ path: String) -> UInt64 {
        var status = stat()
        guard lstat(path, &status) == 0 else { return 0 }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return UInt64(status.st_size)
        case S_IFDIR: return DirectoryNames.list(path).reduce(0) { $0 + ofTree(path + "/" + $1) }
        default: return 0
        }
    }
}
