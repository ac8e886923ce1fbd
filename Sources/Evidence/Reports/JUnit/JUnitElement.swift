// The elements of a JUnit report that mean something. All others are passed over.

import Vocabulary

enum JUnitElement {
    case suites, suite, test
    case failure, error, skipped
    /// A failed attempt of a test that passed in the end.
    case flakyFailure, flakyError
    /// A failed attempt of a test that failed in the end, after the one that the report shows as its failure.
    case rerunFailure, rerunError
    case output, stackTrace, property
    case other

    init(_ name: XMLText) {
        self =
            switch name {
            case "testcase": .test
            case "testsuite": .suite
            case "testsuites": .suites
            case "failure": .failure
            case "error": .error
            case "skipped": .skipped
            case "system-out", "system-err": .output
            case "property": .property
            case "stackTrace": .stackTrace
            case "flakyFailure": .flakyFailure
            case "flakyError": .flakyError
            case "rerunFailure": .rerunFailure
            case "rerunError": .rerunError
            default: .other
            }
    }

    /// What the element says of the test that it stands in; nil if it says nothing of how it ended.
    var outcome: TestOutcome? {
        switch self {
        case .failure: .failed
        case .error: .errored
        case .skipped: .skipped
        default: nil
        }
    }

    /// What the element says of another attempt.
    var attempt: TestOutcome? {
        switch self {
        case .flakyFailure, .rerunFailure: .failed
        case .flakyError, .rerunError: .errored
        default: nil
        }
    }
}
