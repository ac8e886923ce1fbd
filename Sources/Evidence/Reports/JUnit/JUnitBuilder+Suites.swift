// Suites, and whether what they say of their size agrees with the tests in them. The tests are what counts.

import Vocabulary

extension JUnitBuilder {
    func beginSuite(_ element: JUnitElement, _ tag: XMLTag) {
        var suite = OpenSuite(tag)
        if element == .suites {
            let hasAttributes = hasAttributes(tag)
            signs.seeRoot(name: tag["name"], hasID: tag["id"] != nil, hasAttributes: hasAttributes)
        } else {
            signs.seeSuite(name: tag["name"], schema: tag["xsi:noNamespaceSchemaLocation"])
            suite.index = report.suites.count
            report.suites.append(TestSuite(name: suite.name, parent: suites.last?.index))
        }
        suites.append(suite)
    }

    private func hasAttributes(_ tag: XMLTag) -> Bool {
        var found = false
        tag.forEachAttribute { _, _ in found = true }
        return found
    }

    func endSuite() {
        guard var suite = suites.popLast() else { return }
        if let tests = suite.declaredTests, tests > suite.tests {
            remark(
                "\(tests) tests are counted here, and \(suite.tests) are in the report", at: suite.place)
        }
        if suite.declaredBad > suite.bad {
            if suite.bad == 0 {
                addHiddenFailure(of: suite)
                suite.add(tests: 1, bad: 1)
            }
            remark(
                "\(suite.declaredBad) failures and errors are counted here, and \(suite.bad) are in the report",
                at: suite.place)
        }
        guard !suites.isEmpty else { return }
        suites[suites.count - 1].add(tests: suite.tests, bad: suite.bad)
    }

    /// gotestsum, for one, counts a package that does not compile and shows no test: that must not pass as nothing.
    private func addHiddenFailure(of suite: OpenSuite) {
        let name = suite.name.isEmpty ? "(report)" : suite.name
        var test = TestCase(id: name, name: name, suite: suite.index, outcome: .errored, seconds: nil)
        test.message = "\(suite.declaredBad) failures and errors are counted, and none is in the report"
        add(test)
    }
}
