// Numbers out of files, for metrics: a value at a path, a count of files or of lines. Judges nothing.

import Patterns
public import Vocabulary

extension ConditionTree {
    /// The number at a path of the one file that matches.
    ///
    /// - Throws: what is missing or malformed, with its place.
    public func number(
        at pathText: String, of format: DocumentFormat, in files: [String]
    ) throws(ConditionFailure) -> Double {
        let found = try patternSet(files).expand(in: self, ignoring: nil)
        guard let file = found.first else { throw ConditionFailure("nothing matches \(Prose.quoted(files))") }
        guard found.count == 1 else {
            throw ConditionFailure("\(found.count) files match \(Prose.quoted(files)), and one is wanted")
        }
        let path = try readable("path", pathText) { () throws(ExpressionError) in try ValuePath(pathText) }
        let bytes = try existing(file)
        let document: DocumentNode
        do throws(DocumentError) { document = try format.read(bytes) } catch {
            throw ConditionFailure("\(file):\(error.line): \(error.message)")
        }
        switch document.lookUp(path) {
        case .missing(let line, let reason): throw ConditionFailure("\(file):\(line): \(reason)")
        case .found(let node):
            switch node.content {
            case .scalar(.integer(let number)): return Double(number)
            case .scalar(.number(let number)): return number
            case .scalar(let other):
                throw ConditionFailure(
                    "\(file):\(node.line): \(pathText) is \(Prose.scalar(other)), which is no number")
            case .list, .table:
                throw ConditionFailure("\(file):\(node.line): \(pathText) has parts, so it is no number")
            }
        }
    }

    /// How many files match, or how many of their lines an expression finds.
    ///
    /// - Throws: what cannot be read.
    public func count(_ expression: String?, in files: [String]) throws(ConditionFailure) -> Int {
        let found = try patternSet(files).expand(in: self, ignoring: nil)
        guard let expression else { return found.count }
        let lines = try readable("regular expression", expression) { () throws(ExpressionError) in
            try LineExpression(expression)
        }
        var count = 0
        for path in found {
            guard let bytes = try content(of: path) else { continue }
            lines.forEachMatch(in: bytes) { _, _ in
                count += 1
                return true
            }
        }
        return count
    }
}
