// `taskgraph services logs`: what a service wrote, also when it is gone. Needs no YAML that can be read.

import Host
import Vocabulary

enum ServicesLogs {
    static func run(_ invocation: Invocation, _ name: String) throws(CommandFailure) -> ExitCode {
        let records = try ServiceCatalogue.records(invocation)
        let register = ServiceRegister(directory: records)
        let isStanding = register[name] != nil
        if isStanding, invocation.follows {
            StandingLog.follow(name, in: records, while: { register[name] != nil }, show: { Output.write($0) })
            return .done
        }
        let text = ServiceLogFiles.text(of: name, in: records, isStanding: isStanding)
        if text.isEmpty, !isStanding {
            _ = try ServiceCatalogue.load(invocation).id(of: name)
            throw CommandFailure(
                .failed,
                "taskgraph: there is no log of service \"\(name)\"\n"
                    + "  hint: there is one after a run, or `services up --detach`, has started it\n")
        }
        Output.write(text)
        return .done
    }
}
