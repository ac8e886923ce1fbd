// Any bytes as what is stored: a record, a tree, a listing, a table of digests, a document that a condition looks into.

import Conditions
import Host
import Patterns
import Ports
import Vocabulary

/// The first byte says what the rest claims to be.
func fuzzDecoders(_ bytes: [UInt8]) {
    guard let kind = bytes.first else { return }
    let rest = Array(bytes.dropFirst())
    switch kind % 6 {
    case 0: decodeRecord(rest)
    case 1: decodeTree(rest)
    case 2: decodeListing(rest)
    case 3: decodeDigests(rest)
    case 4: look(into: rest, .json)
    default: look(into: rest, .toml)
    }
}

/// What can be read has one form only: it is written as it was read.
private func decodeRecord(_ bytes: [UInt8]) {
    guard let record = ActionRecord(encoded: bytes) else { return }
    require(record.encoded == bytes, "a record with two forms")
}

private func decodeTree(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard let tree = Tree(from: &reader), reader.isAtEnd else { return }
    require(tree.encoded == bytes, "a tree with two forms")
    for item in tree.items.prefix(8) { _ = tree[item.path] }
}

private func decodeListing(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard let listing = KeyListing(from: &reader) else { return }
    _ = listing.changes(since: KeyListing([]))
    require(listing.changes(since: listing).isEmpty, "a listing that differs from itself")
}

private func decodeDigests(_ bytes: [UInt8]) {
    withFuzzDirectory { directory in
        let table = directory + "/digests"
        let file = directory + "/file"
        writeFuzzFile(bytes, to: table)
        writeFuzzFile(Array("content".utf8), to: file)
        let digests = FileDigests(file: table)
        guard let status = try? DiskFiles().status(file) else { return }
        require((try? digests.digest(of: file, status: status)) == (try? DiskFiles().digest(file)))
        digests.save()
    }
}

/// The document is a file, and conditions ask for values and lines in it: never more than a verdict comes out.
///
/// The first line is the path of the value, and an expression; the rest is the file.
private func look(into bytes: [UInt8], _ format: DocumentFormat) {
    let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
    let text = String(decoding: bytes[..<lineEnd], as: UTF8.self)
    let place = SourceRange(source: SourceID(0), start: 0, end: 0)
    let tree = FuzzDocument(content: Array(bytes[lineEnd...]))
    for kind in [
        Condition.Kind.value(format: format, file: "file", path: text, test: .contains(.string("x"))),
        .value(format: .yaml, file: "file", path: text, test: .equals(.integer(1))),
        .count(files: ["file"], expression: text, bounds: CountBounds(atLeast: 1, atMost: 3)),
    ] {
        let condition = Condition(kind, at: place)
        let isReadable = condition.diagnostics().isEmpty
        let verdict = condition.verdict(on: tree)
        require(isReadable || verdict?.failure != nil, "a condition that holds although it is wrong")
        require(verdict?.failure?.text.isEmpty != true, "a failure without words")
    }
}

private struct FuzzDocument: ConditionTree {
    let content: [UInt8]

    func kind(at path: String) -> FileKind? { path == "file" ? .regular : path.isEmpty ? .directory : nil }
    func items(in directory: String) -> [DirectoryItem] { directory.isEmpty ? [DirectoryItem("file", .regular)] : [] }
    func bytes(at path: String) throws(UnreadableFile) -> [UInt8]? { path == "file" ? content : nil }
}
