// The words and the JSON of what two runs of a task made differently.

import Vocabulary

extension OutputDifference {
    /// `out.txt: line 3: 10:31:07 → 10:31:08`
    var text: String {
        let path = Prose.printable(path)
        guard let first else { return "\(path): made by the second run only" }
        guard let second else { return "\(path): made by the first run only" }
        switch (first, second) {
        case (.file(let oldMode, let oldSize, let oldDigest), .file(let newMode, let newSize, let newDigest)):
            guard oldDigest != newDigest else {
                return "\(path): mode \(String(oldMode, radix: 8)) → \(String(newMode, radix: 8))"
            }
            let sizes =
                oldSize == newSize ? "\(oldSize) bytes" : "\(oldSize) → \(newSize) bytes"
            return "\(path): \(sizes)" + (place.map { ", \(Self.words($0))" } ?? "")
        default: return "\(path): \(Self.words(first)) → \(Self.words(second))"
        }
    }

    private static func words(_ place: Place) -> String {
        switch place {
        case .line(let number, let first, let second):
            let shown = Prose.values(first, second)
            return "line \(number): \(shown.before ?? "the end") → \(shown.after ?? "the end")"
        case .byte(let offset): return "the first different byte is at \(offset)"
        }
    }

    private static func words(_ entry: TreeEntry) -> String {
        switch entry {
        case .file(_, let size, _): "a file of \(size) bytes"
        case .link(let target): "a link to \(Prose.printable(target))"
        case .directory(let mode): "a directory of mode \(String(mode, radix: 8))"
        case .deleted: "deleted"
        }
    }

    var json: JSON {
        .object(
            dropping: [
                ("path", .string(path)), ("first", first.map(Self.json)), ("second", second.map(Self.json)),
            ] + placeMembers + [("text", .string(text))])
    }

    private var placeMembers: [(String, JSON?)] {
        switch place {
        case .line(let number, _, _)?: [("line", .count(number))]
        case .byte(let offset)?: [("byte", .count(offset))]
        case nil: []
        }
    }

    private static func json(_ entry: TreeEntry) -> JSON {
        switch entry {
        case .file(let mode, let size, let digest):
            .object([
                ("kind", .string("file")), ("mode", .integer(Int64(mode))), ("size", .unsigned(size)),
                ("digest", .string(digest.hex)),
            ])
        case .link(let target): .object([("kind", .string("link")), ("target", .string(target))])
        case .directory(let mode): .object([("kind", .string("directory")), ("mode", .integer(Int64(mode)))])
        case .deleted: .object([("kind", .string("deleted"))])
        }
    }
}
