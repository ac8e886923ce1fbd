// What `cache gc` shows. Removes nothing itself.

import Vocabulary

/// What was removed from the cache, and how large it was and is. Sizes in bytes.
public struct CacheCollection: Sendable, Hashable {
    public var path: String
    public var results: Int
    public var contents: Int
    public var layers: Int
    /// Copies of trees, of the checkout.
    public var snapshots: Int
    /// Of services.
    public var templates: Int
    /// In which tasks work where nothing can be mounted, of the checkout.
    public var copies: Int
    public var bytesBefore: UInt64
    public var bytesAfter: UInt64

    public init(
        path: String, results: Int, contents: Int, layers: Int, snapshots: Int, templates: Int = 0,
        copies: Int = 0, bytesBefore: UInt64, bytesAfter: UInt64
    ) {
        self.path = path
        self.results = results
        self.contents = contents
        self.layers = layers
        self.snapshots = snapshots
        self.templates = templates
        self.copies = copies
        self.bytesBefore = bytesBefore
        self.bytesAfter = bytesAfter
    }

    /// 0 when runs have added more meanwhile.
    private var freed: UInt64 { bytesBefore - min(bytesBefore, bytesAfter) }

    public var text: String {
        let removed =
            "\(counted(results, "result")), \(counted(contents, "content")), \(counted(layers, "layer")), "
            + counted(snapshots, "snapshot")
            + (templates > 0 ? ", " + counted(templates, "template") : "")
            + (copies > 0 ? ", \(copies) working \(copies == 1 ? "copy" : "copies")" : "")
        return "removed \(removed): \(humanBytes(freed)) freed, \(humanBytes(bytesAfter)) left in \(path)\n"
    }

    public var json: [UInt8] {
        JSON.object([
            ("version", .integer(1)), ("path", .string(path)), ("results", .count(results)),
            ("contents", .count(contents)), ("layers", .count(layers)), ("snapshots", .count(snapshots)),
            ("templates", .count(templates)), ("copies", .count(copies)),
            ("freedBytes", .unsigned(freed)), ("bytesBefore", .unsigned(bytesBefore)),
            ("bytesAfter", .unsigned(bytesAfter)),
        ]).indented
    }
}
