// The door for one file: bytes in, declarations and all findings out. Follows no includes.

public import Vocabulary
internal import YAML

extension FileDeclaration {
    /// Reads one file of the language.
    ///
    /// - Parameters:
    ///   - bytes: the file's content.
    ///   - source: what ranges in declarations and findings refer to.
    ///   - isRoot: only the root file must have `version` and may have `name`.
    /// - Returns: what could be read, and everything that is wrong with the rest. Declarations of a file with errors
    ///   are for tools that show it; they must not be run.
    public static func parse(
        _ bytes: [UInt8], source: SourceID, isRoot: Bool = true
    ) -> (file: FileDeclaration, diagnostics: [Diagnostic]) {
        let (document, syntax) = YAMLDocument.parse(bytes, source: source)
        let reader = Reader(source: source, bytes: bytes, isDamaged: document.isDamaged)
        var file = reader.file(document.root, isRoot: isRoot)
        file.isComplete = reader.isComplete
        return (file, syntax + reader.diagnostics)
    }
}
