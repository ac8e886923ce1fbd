// A suite whose element has not ended yet, and what it says of its own size.

struct OpenSuite {
    /// Nil for the element around all suites.
    var index: Int?
    var name = ""
    var host = ""
    /// Where the counts stand.
    var place: ReportPlace
    var declaredTests: Int?
    /// Failures and errors.
    var declaredBad = 0
    /// Attempts of tests in it and in suites inside it.
    var tests = 0
    /// Attempts that did not pass.
    var bad = 0

    /// Reads the counts of a tag. One that is no number is taken as missing.
    init(_ tag: XMLTag) {
        place = tag.place(of: "tests")
        tag.forEachAttribute { name, value in
            switch name {
            case "tests": declaredTests = JUnitNumber.count(value)
            case "failures", "errors": declaredBad += min(JUnitNumber.count(value) ?? 0, 1 << 40)
            case "name": self.name = value.string
            case "hostname": host = value.string
            default: break
            }
        }
    }

    mutating func add(tests: Int, bad: Int) {
        self.tests += tests
        self.bad += bad
    }
}
