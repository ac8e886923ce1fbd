// exists, absent and count of files. Looks at names only.

import Patterns
import Vocabulary

extension ConditionTree {
    func requireExisting(_ patterns: [String]) throws(ConditionFailure) {
        let set = try patternSet(patterns)
        let missing = set.includes.filter { PatternSet([$0], excluding: set.excludes).topmostMatches(in: self).isEmpty }
        guard !missing.isEmpty else { return }
        throw ConditionFailure(
            "nothing matches \(Prose.quoted(missing.map(\.text)))",
            found: Prose.limited(missing.map { whatIsMissing($0) }))
    }

    func requireAbsent(_ patterns: [String]) throws(ConditionFailure) {
        let found = try patternSet(patterns).topmostMatches(in: self)
        guard !found.isEmpty else { return }
        let noun = found.count == 1 ? "is 1 path" : "are \(found.count) paths"
        throw ConditionFailure(
            "nothing should match \(Prose.quoted(patterns)), but there \(noun)", found: Prose.limited(found))
    }

    func requireFileCount(_ files: [String], _ bounds: CountBounds) throws(ConditionFailure) {
        let found = try patternSet(files).expand(in: self, ignoring: nil)
        guard !bounds.contains(found.count) else { return }
        let amount = found.count == 1 ? "is 1" : "are \(found.count)"
        throw ConditionFailure(
            "\(Prose.bounds(bounds)) files should match \(Prose.quoted(files)), but there \(amount)",
            found: Prose.limited(found))
    }

    /// The first directory on the way that is not there, or that there is nothing in the last one that matches.
    func whatIsMissing(_ pattern: Pattern) -> String {
        let start = pattern.isAbsolute ? "/" : ""
        var directory = ""
        for name in pattern.literalPrefix.utf8.split(separator: UInt8(ascii: "/")).map({ String(Substring($0)) }) {
            let path = directory.isEmpty ? start + name : directory + "/" + name
            guard let kind = kind(at: path) else {
                let near = suggestion(for: name, among: items(in: directory.isEmpty ? start : directory).map(\.name))
                let place = directory.isEmpty ? "there is no" : "\(directory) has no"
                return "\(place) \"\(name)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? "")
            }
            if kind != .directory, path != start + pattern.literalPrefix || !pattern.isLiteral {
                return "\(path) is not a directory"
            }
            directory = path
        }
        return directory.isEmpty ? "no path matches" : "nothing in \(directory) matches"
    }
}
