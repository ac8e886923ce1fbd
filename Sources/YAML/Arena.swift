// All nodes of a document in one array, in the order of the text. Does not read YAML.

internal import Vocabulary

/// One node: 28 bytes. A collection is followed by its children; `next` leads past all of them.
struct NodeRecord {
    enum Kind: UInt8 {
        case scalar, sequence, mapping, alias
    }

    var kind: Kind
    var style: ScalarStyle
    /// Position in `Arena.tags` plus one; 0 is no tag.
    var tag: UInt16
    /// The content in the source, without quotes and block headers.
    var start: UInt32
    var end: UInt32
    /// Scalar: where its text begins, in the pool if `isPooled`, else in the source. Alias: the node it stands for.
    var payload: UInt32
    /// Scalar: bytes of text. Collection: number of children (keys and values count).
    var count: UInt32
    /// The record after this node and everything in it.
    var next: UInt32
    var isPooled: Bool
}

/// The storage behind the nodes of one document.
final class Arena: Sendable {
    let source: SourceID
    let bytes: [UInt8]
    let records: [NodeRecord]
    /// Texts that differ from the source: escapes, folded lines, block indentation.
    let pool: [UInt8]
    let tags: [String]

    init(source: SourceID, bytes: [UInt8], records: [NodeRecord], pool: [UInt8], tags: [String]) {
        self.source = source
        self.bytes = bytes
        self.records = records
        self.pool = pool
        self.tags = tags
    }

    /// Calls the body with the bytes of a scalar's text.
    func withText<Result>(of record: NodeRecord, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let from = Int(record.payload)
        let range = from..<from + Int(record.count)
        return (record.isPooled ? pool : bytes).withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[range]))
        }
    }
}
