// Before the first task: snapshots of the trees that are worked on, and versions of the tools that are keyed.

import Graph
import Imprint
import Ports
import Vocabulary

extension Engine {
    /// Every workspace is seen as it is now, whenever its tasks run.
    func takeSnapshots() {
        for id in graph.ids where isWanted[id] {
            guard let workspace = graph[id].workspace, snapshots[workspace.tree] == nil,
                snapshotFailures[workspace.tree] == nil
            else { continue }
            do throws(ViewError) {
                snapshots[workspace.tree] = try ports.views.snapshot(of: workspace.tree)
            } catch {
                snapshotFailures[workspace.tree] = error.message
            }
        }
    }

    /// Asks tools for their versions, all at once, unless their program files are known.
    func askTools() {
        let names = graph.ids.lazy.filter { self.isWanted[$0] }.flatMap { self.graph[$0].cache.tools }
        let path = options.environment["PATH"] ?? ""
        let observer = ObservedFiles(ports.files)
        let questions = tools.lookUp(names, path: path, files: observer)
        imprint?.facts.add(observer.take())
        var waiting: [ProcessToken: (question: ToolVersions.Question, output: [UInt8])] = [:]
        let environment = options.environment.map { "\($0.key)=\($0.value)" }.sorted()
        for question in questions {
            let token = nextToken()
            let request = ProcessRequest(
                arguments: [question.path, "--version"], environment: environment, directory: graph.root
            )
            if (try? reactor.spawn(request, as: token)) == nil {
                tools.answer(question, output: nil)
            } else {
                waiting[token] = (question, [])
            }
        }
        // A tool that does not answer is not waited for.
        var deadline: UInt64? = reactor.now + 10_000_000_000
        while !waiting.isEmpty {
            switch reactor.next(until: deadline) {
            case .output(let token, let bytes): waiting[token]?.output += bytes
            case .exited(let token, let status, _):
                guard let answered = waiting.removeValue(forKey: token) else { continue }
                tools.answer(answered.question, output: status == .exited(0) ? answered.output : nil)
            case .interrupted(let signal):
                interrupt(signal)
                for token in waiting.keys { reactor.stop(token, grace: 0) }
            case .deadline:
                deadline = nil
                for token in waiting.keys { reactor.stop(token, grace: 0) }
            case .message, .probes: continue
            }
        }
    }
}
