// How many job slots a run has, and whose they are. Starts nothing.

import Host
import Ports

struct JobBudget {
    let slots: Int
    /// The job server whose slots all but the first are: of the make or the taskgraph that started this program.
    let outer: MakeFlags?

    /// Who says `-j` has slots of their own, as with make. In a task of another taskgraph there are as many as that has.
    init(_ invocation: Invocation, _ environment: [String: String]) {
        if let jobs = invocation.jobs {
            slots = jobs
            outer = nil
            return
        }
        let flags = environment["MAKEFLAGS"].flatMap { MakeFlags($0) }
        outer = flags.flatMap { OuterTokens($0) == nil ? nil : $0 }
        let task = environment["TASKGRAPH_JOBS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        slots = (outer == nil ? task : outer?.jobs) ?? Machine.coreCount
    }
}
