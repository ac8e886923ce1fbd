// `cache stats`, `cache verify`, `cache gc`: they wait for no run, and no run waits for them.

import Host
import Ports
import Report

enum CacheCommands {
    static func run(_ invocation: Invocation) throws(CommandFailure) -> ExitCode {
        let root = parentDirectory(of: try Project.rootFile(invocation))
        switch invocation.operands {
        case ["stats"]: return try stats(invocation, root)
        case ["verify"]: return try verify(invocation, root)
        case ["gc"]: return try collect(invocation, root)
        default:
            throw CommandFailure(.usage, "taskgraph: cache wants one of stats, verify and gc: taskgraph cache stats\n")
        }
    }

    private static func stats(_ invocation: Invocation, _ root: String) throws(CommandFailure) -> ExitCode {
        let store = try open(invocation, root)
        let found = store.stats()
        var statistics = CacheStatistics(
            path: store.directory, results: found.records, blobs: found.blobs, blobBytes: found.blobBytes,
            layers: found.layers, diskBytes: store.sizeOnDisk
        )
        statistics.templates = CacheStatistics.Part(count: found.templates, bytes: found.templateBytes)
        let copies = StateDirectory(existing: "\(root)/\(StateDirectory.name)").copiesSize
        statistics.copies = CacheStatistics.Part(count: copies.count, bytes: copies.bytes)
        if invocation.isJSON { Output.write(statistics.json) } else { Output.print(statistics.text) }
        return .done
    }

    private static func verify(_ invocation: Invocation, _ root: String) throws(CommandFailure) -> ExitCode {
        let store = try open(invocation, root)
        let found: StoreVerification
        do throws(StoreError) {
            found = try store.verify(repairs: invocation.repairs)
        } catch {
            throw CommandFailure(.machine, "taskgraph: \(error)\n")
        }
        let damage =
            found.damage
            + StateDirectory(existing: "\(root)/\(StateDirectory.name)").verify(
                repairs: invocation.repairs)
        let report = CacheVerification(
            path: store.directory, results: found.records, contents: found.blobs, layers: found.layers,
            isRepaired: invocation.repairs,
            damage: damage.map { .init(kind: $0.kind.rawValue, name: $0.name, reason: $0.reason) })
        if invocation.isJSON { Output.write(report.json) } else { Output.print(report.text) }
        return damage.isEmpty ? .done : .failed
    }

    /// Without limits: what was not used for a month.
    private static let defaultAge: UInt64 = 30 * 86_400 * 1_000_000_000

    private static func collect(_ invocation: Invocation, _ root: String) throws(CommandFailure) -> ExitCode {
        let store = try open(invocation, root)
        guard store.isWritable else {
            throw CommandFailure(
                .machine,
                "taskgraph: the cache \(store.directory) cannot be written, so nothing can be removed from it\n")
        }
        let age = invocation.maximumAge ?? (invocation.maximumSize == nil ? defaultAge : nil)
        var result: CollectionResult
        do throws(StoreError) {
            result = try store.collect(CollectionLimits(maximumSize: invocation.maximumSize, maximumAge: age))
        } catch {
            throw CommandFailure(.machine, "taskgraph: \(error)\n")
        }
        let state = StateDirectory(existing: "\(root)/\(StateDirectory.name)")
        result.snapshots = state.collect(layers: store.directory + "/layers", maximumAge: age)
        result.copies = state.collectCopies(maximumAge: age)
        let report = CacheCollection(
            path: store.directory, results: result.records, contents: result.blobs, layers: result.layers,
            snapshots: result.snapshots, templates: result.templates, copies: result.copies,
            bytesBefore: result.bytesBefore, bytesAfter: result.bytesAfter)
        if invocation.isJSON { Output.write(report.json) } else { Output.print(report.text) }
        return .done
    }

    private static func open(_ invocation: Invocation, _ root: String) throws(CommandFailure) -> ContentStore {
        do throws(StoreError) {
            return try ContentStore(
                directory: Session.cachePath(Project.environment, root: root), isReadOnly: invocation.isCacheReadOnly)
        } catch {
            throw CommandFailure(
                .machine,
                "taskgraph: the cache cannot be opened: \(error)\n  hint: TASKGRAPH_CACHE names another directory\n")
        }
    }
}
