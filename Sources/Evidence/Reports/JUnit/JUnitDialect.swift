// Which tool wrote a JUnit report, told by what it writes; what that means for a test's id and for ids that stand twice.

/// The tools whose reports differ in meaning and not only in form.
public enum JUnitDialect: String, CaseIterable, Sendable {
    /// pytest. An element without an outcome before another of the same id is an attempt that pytest-rerunfailures
    /// repeated; one that failed and one with an error of the same id are the test and its teardown.
    case pytest
    /// Playwright's runner. The project (browser) stands in `hostname`, and is part of the id.
    case playwright
    /// gotestsum. An id stands as often as the test was run.
    case gotestsum
    /// Node's runner. All classes are called `test`; suites are nested, and are the id.
    case node
    /// Maven's Surefire, and what writes as it does.
    case surefire
    /// Everything else: an id is class and name.
    case other

    /// What an id that stands twice means.
    enum Repetition {
        /// Attempts of one test; those before the last did not pass, whatever they look like.
        case reruns
        /// Attempts of one test, each with its outcome.
        case runs
        /// Different tests that are called the same.
        case namesakes
    }

    var repetition: Repetition {
        switch self {
        case .pytest: .reruns
        case .gotestsum: .runs
        case .playwright, .node, .surefire, .other: .namesakes
        }
    }
}

/// What was seen so far of who wrote a report.
struct JUnitSigns {
    private(set) var dialect = JUnitDialect.other
    private var rootIsBare = false

    mutating func seeRoot(name: XMLText?, hasID: Bool, hasAttributes: Bool) {
        rootIsBare = !hasAttributes
        if hasID { dialect = .playwright }
        if let name, name == "pytest tests" { dialect = .pytest }
    }

    mutating func seeSuite(name: XMLText?, schema: XMLText?) {
        guard dialect == .other else { return }
        if let name, name == "pytest" { dialect = .pytest }
        if let schema, schema.string.contains("surefire") { dialect = .surefire }
    }

    mutating func seeProperty(name: XMLText) {
        if dialect == .other, name == "go.version" { dialect = .gotestsum }
    }

    mutating func seeCase(className: XMLText?) {
        if dialect == .other, rootIsBare, let className, className == "test" { dialect = .node }
    }
}

/// What an id is made of.
struct JUnitNames {
    var className = ""
    var name = ""
    var file = ""
    /// Names of the suites around it, the outermost first.
    var suites: [String] = []
    /// The `hostname` of the innermost suite.
    var host = ""

    /// `CLASS::NAME`, with what else tells tests of this tool apart before it.
    func id(_ dialect: JUnitDialect) -> String {
        switch dialect {
        case .playwright:
            let prefix = host.isEmpty || name.hasPrefix("[\(host)] ") ? "" : "[\(host)] "
            return prefix + joined(className, name)
        case .node:
            let file = file.hasPrefix("/") ? "" : file
            return joined(([file] + suites).filter { !$0.isEmpty }.joined(separator: " > "), name)
        default:
            return joined(className.isEmpty && dialect == .other ? suites.last ?? "" : className, name)
        }
    }

    private func joined(_ container: String, _ name: String) -> String {
        if container.isEmpty || container == name { return name }
        let count = container.utf8.count + 2 + name.utf8.count
        // In one allocation: there are as many ids as tests.
        return String(unsafeUninitializedCapacity: count) { buffer in
            var (container, name) = (container, name)
            let rest = UnsafeMutableBufferPointer(rebasing: buffer[container.utf8.count...])
            container.withUTF8 { _ = buffer.update(fromContentsOf: $0) }
            (rest[0], rest[1]) = (UInt8(ascii: ":"), UInt8(ascii: ":"))
            name.withUTF8 {
                _ = UnsafeMutableBufferPointer(rebasing: rest[2...]).update(fromContentsOf: $0)
            }
            return count
        }
    }
}
