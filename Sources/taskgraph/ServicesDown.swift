// `taskgraph services down`: ends services that `up --detach` left in the background. Needs no YAML that can be read.

import Host
import Report
import Vocabulary

enum ServicesDown {
    /// - Parameter names: empty: all that stand.
    static func run(_ invocation: Invocation, _ names: [String]) throws(CommandFailure) -> ExitCode {
        let register = ServiceRegister(directory: try ServiceCatalogue.records(invocation))
        let standing = register.names
        for name in names where !standing.contains(name) {
            // There may be no such service at all.
            _ = try ServiceCatalogue.load(invocation).id(of: name)
        }
        for name in names.isEmpty ? standing : names { _ = register.end(name) }
        let gone = waitForEnds(standing, names, register)
        if invocation.isJSON {
            Output.write(JSON.object([("stopped", .strings(gone))]).bytes + [UInt8(ascii: "\n")])
        } else if invocation.verbosity >= 0 {
            let idle = names.filter { !standing.contains($0) }
            let nothing = standing.isEmpty && names.isEmpty ? "no service is up\n" : ""
            Output.print(nothing + gone.map { "\($0) is down\n" }.joined() + idle.map { "\($0) was not up\n" }.joined())
        }
        return .done
    }

    /// Those that were asked for first: what uses them ends with them, or before.
    private static func waitForEnds(_ standing: [String], _ names: [String], _ register: ServiceRegister) -> [String] {
        for name in names.isEmpty ? standing : names { register.waitUntilGone(name) }
        return standing.filter { names.contains($0) || register[$0] == nil }
    }
}
