// The byte form of a task's evidence: read back whole, or a miss.

import Testing
import Vocabulary

@Suite struct EvidenceCodingTests {
    private static let evidence = TaskEvidence(
        measurements: [
            Measurement(
                name: "t.pass_rate", value: 0.5, unit: .share, direction: .higherIsBetter,
                sample: Sample(events: 1, trials: 2, unit: .testRun),
                provenance: Provenance(run: "ab12", host: "here", time: 7)),
            Measurement(
                name: "t.size", value: -3e300, unit: .number, direction: .unknown,
                provenance: Provenance(run: "", host: "", time: .max)),
        ],
        missing: [MissingMetric(name: "t.tests", reason: "there is no report")],
        tests: [
            TestResult(id: "a::b", outcome: .passed),
            TestResult(
                id: "a::ü", outcome: .errored, seconds: 1.5, repetition: 3, message: "m", details: "d", file: "f",
                line: 9),
        ])

    @Test func evidenceIsReadBack() {
        for evidence in [Self.evidence, TaskEvidence()] {
            #expect(TaskEvidence(encoded: evidence.encoded) == evidence)
        }
        let restored = Self.evidence.restored
        #expect(restored.measurements.allSatisfy { $0.provenance.isRestored })
        // Where a value is read decides that, not what was written.
        #expect(TaskEvidence(encoded: restored.encoded) == Self.evidence)
    }

    @Test func executionsAreReadBackEachByItself() {
        var repeated = TaskEvidence(measurements: Self.evidence.measurements)
        repeated.executions = [
            ExecutionEvidence(TaskEvidence(tests: [TestResult(id: "a::b", outcome: .passed)]), isBroken: false),
            ExecutionEvidence(
                TaskEvidence(
                    measurements: Self.evidence.measurements, missing: Self.evidence.missing,
                    tests: [TestResult(id: "a::b", outcome: .failed)]), isBroken: true),
        ]
        // The tests of all, each with the number of its execution.
        repeated.tests = [
            TestResult(id: "a::b", outcome: .passed, repetition: 1),
            TestResult(id: "a::b", outcome: .failed, repetition: 2),
        ]
        let bytes = repeated.encoded
        #expect(TaskEvidence(encoded: bytes) == repeated)
        for count in 0..<bytes.count { #expect(TaskEvidence(encoded: Array(bytes[..<count])) == nil, "\(count) bytes") }
        #expect(repeated.restored.executions[1].measurements.allSatisfy { $0.provenance.isRestored })
    }

    @Test func tornEvidenceIsAMiss() {
        let bytes = Self.evidence.encoded
        for count in 0..<bytes.count { #expect(TaskEvidence(encoded: Array(bytes[..<count])) == nil, "\(count) bytes") }
        #expect(TaskEvidence(encoded: bytes + [0]) == nil)
        #expect(TaskEvidence(encoded: [bytes[0] + 1] + bytes.dropFirst()) == nil)
    }

    /// No flipped byte stops the program.
    @Test func damagedEvidenceIsAnotherOneOrAMiss() {
        let bytes = Self.evidence.encoded
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 0xFF
            #expect(TaskEvidence(encoded: damaged) != Self.evidence)
        }
    }
}
