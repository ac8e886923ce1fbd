// Whether what a graph was made from is still so. Reads nothing but statuses.

import Graph
import Host
import Ports
import Vocabulary

extension LoadFacts {
    /// The file this program was started from; nil where the system does not say.
    static var runningProgram: Observation? {
        let files = DiskFiles()
        guard let path = try? files.linkTarget("/proc/self/exe"), let status = try? files.status(path) else {
            return nil
        }
        return Observation(path: path, status: status)
    }

    static func entries(_ values: [String: String]) -> [EnvironmentEntry] {
        values.sorted { $0.key.utf8Precedes($1.key) }.map { EnvironmentEntry(name: $0.key, value: $0.value) }
    }

    /// Whether a load would make the same graph.
    func hold(for invocation: Invocation, rootFile: String, workingDirectory: String, environment: [String: String])
        -> Bool
    {
        rootFile == self.rootFile && overrides == LoadFacts.entries(invocation.variables)
            && (overrides.isEmpty || workingDirectory == self.workingDirectory)
            && self.environment.allSatisfy { environment[$0.name] == $0.value }
            && program == LoadFacts.runningProgram && observations.allSatisfy(\.holds)
    }
}

extension Observation {
    /// Whether another look finds the same.
    var holds: Bool {
        guard let now = try? DiskFiles().status(path) else { return status == nil }
        guard let status else { return false }
        return isTypeOnly ? now.kind == status.kind && now.mode == status.mode : now == status
    }
}
