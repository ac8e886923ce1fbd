// `taskgraph wait PROBE…`: waits until everything that is named answers, or says why it did not.

import Host
import Ports
import Report
import Vocabulary

final class WaitCommand {
    private let invocation: Invocation
    private let reactor = LinuxReactor<Int>()
    private let prober = Prober()
    private var waiting: [ProbeID: ProbeSpec] = [:]
    private var failures: [ProbeFailure] = []
    /// Commands of `exec` probes that run, and what they have written.
    private var commands: [ProcessToken: (probe: ProbeID, output: [UInt8])] = [:]
    private var started: UInt32 = 0

    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        guard !invocation.operands.isEmpty else {
            throw CommandFailure(
                .usage, "taskgraph: wait wants probes: taskgraph wait \(ProbeArgument.schemes[0].example)\n")
        }
        var specs: [ProbeSpec] = []
        do throws(UsageError) {
            for word in invocation.operands { specs.append(try ProbeArgument(word).spec) }
        } catch {
            let hint = error.hint.map { "  hint: \($0)\n" } ?? ""
            throw CommandFailure(.usage, "taskgraph: \(error.message)\n\(hint)")
        }
        let command = WaitCommand(invocation)
        return try command.wait(for: specs)
    }

    private init(_ invocation: Invocation) {
        self.invocation = invocation
    }

    private func wait(for specs: [ProbeSpec]) throws(CommandFailure) -> ExitCode {
        reactor.watch(prober)
        for spec in specs {
            var spec = spec
            if let deadline = invocation.deadline { spec.timing.deadline = deadline }
            spec.timing.period = invocation.period
            let probe = prober.add(spec, at: ProbeAddress(), for: .startup, now: reactor.now)
            waiting[probe] = spec
        }
        while true {
            for outcome in prober.turn(now: reactor.now) { take(outcome) }
            guard failures.isEmpty else {
                throw CommandFailure(.notReady, failures.map { "taskgraph: " + $0.text }.joined())
            }
            if waiting.isEmpty { return .done }
            try take(reactor.next(until: prober.nextDeadline))
        }
    }

    private func take(_ outcome: ProbeOutcome) {
        switch outcome {
        case .attempted: break
        case .ready(let probe, let after):
            guard let spec = waiting.removeValue(forKey: probe), invocation.verbosity >= 0 else { return }
            Output.print("\(spec.subject(at: spec.address)) is ready after \(humanDuration(after))\n")
        case .failed(_, let failure): failures.append(failure)
        case .start(let probe, let command): start(command, of: probe)
        case .stop(let probe):
            for (token, command) in commands where command.probe == probe { reactor.stop(token, grace: 0) }
        }
    }

    private func take(_ occurrence: Occurrence<Int>) throws(CommandFailure) {
        switch occurrence {
        case .output(let token, let bytes): commands[token]?.output += bytes
        case .exited(let token, let status, _):
            guard let command = commands.removeValue(forKey: token) else { return }
            prober.tell(command.probe, .commandEnded(status, output: command.output))
        case .interrupted(let signal): throw CommandFailure(signal: signal)
        case .message, .probes, .deadline: break
        }
    }

    private func start(_ command: Command, of probe: ProbeID) {
        started += 1
        let token = ProcessToken(started)
        let words: [String] =
            switch command {
            case .script(let script): ["sh", "-c", script]
            case .arguments(let arguments): arguments
            }
        let request = ProcessRequest(
            arguments: words, environment: Machine.environment.map { "\($0.name)=\($0.value)" },
            directory: (try? Machine.currentDirectory()) ?? "/"
        )
        do throws(SpawnError) {
            try reactor.spawn(request, as: token)
            commands[token] = (probe, [])
        } catch {
            prober.tell(probe, .commandRefused(error))
        }
    }
}
