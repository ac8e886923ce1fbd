// From the elements of a JUnit report to tests. Does not know expat.

import Vocabulary

final class JUnitBuilder: XMLHandler {
    let limits: ReportLimits
    private let root: String?
    var report = TestReport()
    var signs = JUnitSigns()
    var ids = IDTable()
    /// How many tests have an id that stands more than once.
    var namesakes: [String: Int] = [:]
    var suites: [OpenSuite] = []
    var open: OpenCase
    /// Set whenever an element ends.
    private(set) var here: XMLHere?
    private var elements: [JUnitElement] = []
    private var textLeft: Int
    private var elementCount = 0

    init(root: String?, limits: ReportLimits) {
        self.root = root.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
        self.limits = limits
        open = OpenCase(limits)
        textLeft = limits.allText
    }

    func finished() -> TestReport {
        report.dialect = signs.dialect
        return report
    }

    func start(_ tag: XMLTag) throws(XMLRefusal) {
        let element = JUnitElement(tag.name)
        let parent = elements.last
        elements.append(element)
        switch (element, parent) {
        case (.suites, nil), (.suite, nil), (.suite, .suites), (.suite, .suite):
            beginSuite(element, tag)
        case (_, nil): throw Self.noReport(tag.name.string)
        case (.test, .suites), (.test, .suite): try beginCase(tag)
        case (.failure, .test), (.error, .test), (.skipped, .test): addOutcome(element, tag)
        case (.failure, .suite), (.error, .suite): beginSuiteFailure(element, tag)
        case (.property, _):
            if let name = tag["name"] { signs.seeProperty(name: name) }
        case (_, .test) where element.attempt != nil:
            open.beginAttempt(
                element, message: message(tag), seconds: tag["time"].flatMap(JUnitNumber.seconds))
        default: break
        }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let element = elements.last else { return }
        switch element {
        case .failure, .error, .skipped, .flakyFailure, .flakyError, .rerunFailure, .rerunError,
            .stackTrace:
            open.addDetails(bytes)
        case .output where elements.contains(.test): open.addOutput(bytes)
        default: break
        }
    }

    func end(at here: XMLHere) {
        self.here = here
        let element = elements.removeLast()
        switch (element, elements.last) {
        case (.suite, _), (.suites, _): endSuite()
        case (.test, .suites), (.test, .suite), (.failure, .suite), (.error, .suite): endCase()
        case (_, .test) where element.attempt != nil: open.endAttempt { kept($0) }
        default: break
        }
    }

    // MARK: Tests

    private func beginCase(_ tag: XMLTag) throws(XMLRefusal) {
        elementCount += 1
        guard elementCount <= limits.cases else {
            throw XMLRefusal("the report has more than \(limits.cases) tests, which is the limit")
        }
        open.reset()
        tag.forEachAttribute { name, value in
            switch name {
            case "classname":
                signs.seeCase(className: value)
                open.names.className = value.string
            case "name": open.names.name = value.string
            case "time": open.seconds = JUnitNumber.seconds(value)
            case "file": open.names.file = relative(value.string)
            case "line": open.line = JUnitNumber.count(value)
            case "status" where value == "notrun" || value == "disabled": open.add(.skipped, message: nil)
            default: break
            }
        }
        if open.names.name.isEmpty { open.names.name = open.names.className }
        guard !open.names.name.isEmpty else {
            throw XMLRefusal(
                "a <testcase> without a name", hint: "a test is known by its `name` and `classname`")
        }
        if open.seconds == nil, let time = tag["time"], !time.isEmpty {
            remark(
                "`\(BoundedText.cut(time.string, to: 40))` is no duration in seconds",
                at: tag.place(of: "time"))
        }
    }

    /// A suite can fail without a test in it: its fixture, or its import.
    private func beginSuiteFailure(_ element: JUnitElement, _ tag: XMLTag) {
        open.reset()
        open.names.name = suites.last.map(\.name) ?? ""
        if open.names.name.isEmpty { open.names.name = "(suite)" }
        addOutcome(element, tag)
    }

    private func addOutcome(_ element: JUnitElement, _ tag: XMLTag) {
        guard var outcome = element.outcome else { return }
        let message = message(tag)
        // ctest calls a test skipped whose program is not there, and fails.
        if outcome == .skipped, message?.hasPrefix("Unable to find executable") == true {
            outcome = .errored
        }
        open.add(outcome, message: message)
    }

    private func endCase() {
        let outcome = open.decided
        let test = decided(outcome)
        count(test)
        add(test)
    }

    private func decided(_ outcome: TestOutcome) -> TestCase {
        var test = TestCase(
            id: "", name: open.names.name, suite: suites.last?.index, outcome: outcome,
            seconds: open.seconds,
            attempts: open.attempts, file: open.names.file.isEmpty ? nil : open.names.file,
            line: open.line)
        if signs.dialect == .node || open.names.className.isEmpty {
            open.names.suites = suites.map(\.name).filter { !$0.isEmpty }
        }
        if signs.dialect == .playwright { open.names.host = suites.last?.host ?? "" }
        test.id = open.names.id(signs.dialect)
        if outcome != .passed {
            test.details = kept(open.details)
            test.output = kept(open.output)
            test.message = open.message ?? test.details.map { firstLine($0) }
        }
        return test
    }

    private func count(_ test: TestCase) {
        guard !suites.isEmpty else { return }
        suites[suites.count - 1].add(
            tests: 1 + test.attempts.count, bad: test.attempts.count + (test.outcome.isBad ? 1 : 0))
    }

    // MARK: Texts

    private func message(_ tag: XMLTag) -> String? {
        guard let value = tag["message"] ?? tag["type"], !value.isEmpty, textLeft > 0 else {
            return nil
        }
        let text = BoundedText.cut(value.string, to: limits.message)
        textLeft -= text.utf8.count
        return text
    }

    private func kept(_ text: BoundedText) -> String? {
        guard textLeft > 0, let text = text.text() else { return nil }
        textLeft -= text.utf8.count
        return text
    }

    private func firstLine(_ text: String) -> String {
        BoundedText.cut(String(text.prefix { !$0.isNewline }), to: limits.message)
    }

    private func relative(_ path: String) -> String {
        guard let root, path.hasPrefix(root) else { return path }
        return String(path.dropFirst(root.count))
    }

    func remark(_ message: String, at place: ReportPlace) {
        guard report.remarks.count < limits.remarks else { return }
        report.remarks.append(ReportRemark(message, at: place))
    }

    private static func noReport(_ name: String) -> XMLRefusal {
        XMLRefusal(
            "<\(BoundedText.cut(name, to: 60))> is no JUnit report: it begins with <testsuites> or <testsuite>",
            hint: name == "coverage" ? "this looks like a coverage report; name it under `coverage`" : nil
        )
    }
}
