// The root file and everything it includes. Reads through a closure; touches no disk itself.

public import Vocabulary

/// Why a file could not be read, in the system's words: "No such file or directory".
public struct ReadFailure: Error, Hashable, Sendable {
    public let reason: String

    public init(reason: String) {
        self.reason = reason
    }
}

/// All files of one load.
public struct LoadedManifest: Sendable {
    /// The root file first, then the others in the order in which they are first included.
    public private(set) var files: [FileDeclaration] = []
    public private(set) var sources = SourceMap()
    public private(set) var diagnostics: [Diagnostic] = []

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// In spite of errors, everything that others may refer to is there: the graph can be asked for what is wrong with it.
    public var isComplete: Bool { !lacksFiles && files.allSatisfy(\.isComplete) }
    private var lacksFiles = false

    /// Reads the root file and, file by file, what it includes. A file that is included twice is read once.
    ///
    /// - Parameters:
    ///   - path: the root file, as it is to be shown to people.
    ///   - read: gives the content of a file. Paths of included files are relative to the directory of the one that
    ///     includes them, written out from the root's own path.
    /// - Throws: when the root file itself cannot be read.
    public static func load(
        root path: String, read: (String) throws(ReadFailure) -> [UInt8]
    ) throws(ReadFailure) -> LoadedManifest {
        var manifest = LoadedManifest()
        manifest.add(try read(path), path: path, isRoot: true)
        var visit = Visit(path: normalized(path), parent: nil)
        manifest.follow(manifest.files[0], &visit, read)
        return manifest
    }

    /// The chain of files that are being read, each including the next.
    private struct Visit {
        let path: String
        /// The include that led here, nil for the root.
        let parent: SourceRange?
        var chain: [(path: String, include: SourceRange?)] { outer + [(path, parent)] }
        var outer: [(path: String, include: SourceRange?)] = []
    }

    private var known: Set<String> = []

    private mutating func add(_ bytes: [UInt8], path: String, isRoot: Bool) {
        let source = sources.add(SourceText(path: path, bytes: bytes))
        let (file, found) = FileDeclaration.parse(bytes, source: source, isRoot: isRoot)
        files.append(file)
        diagnostics += found
        known.insert(Self.normalized(path))
    }

    private mutating func follow(
        _ file: FileDeclaration, _ visit: inout Visit, _ read: (String) throws(ReadFailure) -> [UInt8]
    ) {
        let directory = visit.path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
        for include in file.includes {
            let isBeneath = !include.value.hasPrefix("/") && visit.path.contains("/")
            let path = Self.normalized(isBeneath ? directory + "/" + include.value : include.value)
            if let start = visit.chain.firstIndex(where: { $0.path == path }) {
                reportLoop(visit.chain[start...], back: path, at: include.range)
                continue
            }
            guard !known.contains(path) else { continue }
            do {
                add(try read(path), path: path, isRoot: false)
            } catch {
                lacksFiles = true
                reportUnreadable(path, error, visit.chain, at: include.range)
                continue
            }
            var inner = Visit(path: path, parent: include.range, outer: visit.chain)
            follow(files[files.count - 1], &inner, read)
        }
    }

    private mutating func reportLoop(
        _ chain: ArraySlice<(path: String, include: SourceRange?)>, back path: String, at range: SourceRange
    ) {
        let names = chain.map(\.path) + [path]
        diagnostics.append(
            Diagnostic(
                .error,
                chain.count == 1 ? "this file includes itself" : "include loop: \(names.joined(separator: " → "))",
                at: range,
                notes: chain.dropFirst().map { Diagnostic.Note("\($0.path) is included here", at: $0.include) },
                hint: "remove one of the includes"
            )
        )
    }

    private mutating func reportUnreadable(
        _ path: String, _ failure: ReadFailure, _ chain: [(path: String, include: SourceRange?)], at range: SourceRange
    ) {
        diagnostics.append(
            Diagnostic(
                .error, "cannot include \(path): \(failure.reason)", at: range,
                notes: chain.dropFirst().reversed().map {
                    Diagnostic.Note("\($0.path) is included here", at: $0.include)
                },
                hint: "paths in `include` are relative to the file they stand in"
            )
        )
    }

    /// A path without `.`, empty parts, and `..` where a directory stands before it.
    private static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
