// Seeds, and inputs that once broke something, are fed to the fuzz targets: whatever ends the process fails the test.

import Foundation
import FuzzTargets
import Testing

@Suite struct ReplayTests {
    private static let fuzz = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fuzz")

    private static func inputs(of target: FuzzTarget) -> [URL] {
        ["Seeds", "Regressions"].flatMap { folder in
            let directory = fuzz.appending(path: folder).appending(path: target.rawValue)
            return (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
        }.sorted { $0.path < $1.path }
    }

    @Test(arguments: FuzzTarget.allCases)
    func everyInputIsTaken(target: FuzzTarget) throws {
        let inputs = Self.inputs(of: target)
        #expect(inputs.count >= 3, "there are no seeds for \(target)")
        for input in inputs { target.run(Array(try Data(contentsOf: input))) }
    }

    @Test(arguments: FuzzTarget.allCases)
    func theEmptyInputIsTaken(target: FuzzTarget) {
        target.run([])
    }
}
