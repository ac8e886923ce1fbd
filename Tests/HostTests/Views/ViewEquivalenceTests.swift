// That overlay views and copies give the same layers, whatever processes do in them; as root and as anybody else.

import Glibc
import Ports
import Testing
import Vocabulary
import Workspace

@testable import Host

@Suite struct ViewEquivalenceTests {
    /// One provider with its own tree, state and cache, and a base and a layer to work on.
    struct Bench {
        let rig: ViewRig
        let views: any ViewProviding
        let base: BaseSnapshot
        var layers: [Digest] = []
        var below: Tree

        init(_ make: (ViewPlace) -> any ViewProviding) throws {
            rig = try ViewRig(in: Self.parent)
            views = make(rig.place())
            _ = try rig.checked(["/usr/bin/env", "python3", "-c", ViewOperation.base], in: rig.tree)
            base = try views.snapshot(of: rig.tree)
            below = base.tree
        }

        /// Publishing flushes a filesystem, which is for nothing in memory. Not every kernel's tmpfs can be overlaid.
        private static let parent: String = {
            guard let trial = try? ViewRig(in: "/dev/shm") else { return "/tmp" }
            let reason = try? chooseViews(trial.place()).reason
            withExtendedLifetime(trial) {}
            return reason == .some(nil) ? "/dev/shm" : "/tmp"
        }()

        /// What a script changes.
        func layer(of script: String) throws -> (view: OpenView, changes: Tree) {
            let view = try views.open(ViewRequest(base: base, layers: layers, isAtTree: false))
            try python(script, in: view)
            return (view, try views.capture(view, below: below))
        }

        /// Keeps the layer below what comes next.
        mutating func keep(_ view: OpenView, _ changes: Tree) throws {
            layers.append(try views.publish(view, layer: changes))
            below = below.applying(changes)
        }

        @discardableResult
        func python(_ script: String, in view: OpenView) throws -> String {
            let request = view.process(
                ["/usr/bin/env", "python3", "-ISc", script], environment: [], directory: view.root)
            return try rig.checked(request.arguments, in: request.directory)
        }
    }

    private static let providers: [@Sendable (ViewPlace) -> any ViewProviding] = [
        { OverlayViews($0) }, { CopyingViews($0) }, { CopyingViews($0, makesWhiteouts: false) },
    ]

    @Test func everyOperationGivesTheSameLayer() throws {
        var benches = try Self.providers.prefix(2).map { try Bench($0) }
        for index in benches.indices {
            let (view, changes) = try benches[index].layer(of: ViewOperation.layer)
            try benches[index].keep(view, changes)
        }
        #expect(Set(benches.map(\.layers)).count == 1)
        for operation in ViewOperation.all {
            let digests = try benches.map { bench in
                let context = Comment(rawValue: "\(operation.name), \(type(of: bench.views))")
                var bench = bench
                let (view, changes) = try bench.layer(of: ViewOperation.prelude + "\n" + operation.script)
                #expect(changes.items.map(\.summary) == operation.layer, context)
                #expect(bench.below.difference(to: bench.below.applying(changes)) == changes, context)
                try bench.keep(view, changes)
                let top = try bench.views.open(ViewRequest(base: bench.base, layers: bench.layers, isAtTree: false))
                #expect(try bench.python(Self.listing, in: top) == bench.below.listing, context)
                #expect(try bench.views.capture(top, below: bench.below).lines == [], context)
                bench.views.discard(top)
                return bench.layers
            }
            // Content, too: the layers have the same digests.
            #expect(Set(digests).count == 1, "\(operation.name)")
        }
    }

    @Test(arguments: [UInt64](1...4)) func randomOperationsGiveTheSameLayers(seed: UInt64) throws {
        var random = RandomOperations(seed: seed)
        var benches = try Self.providers.map { try Bench($0) }
        for round in 0..<4 {
            let script = ViewOperation.prelude + "\n" + random.script(count: 25)
            var layers: [Tree] = []
            for index in benches.indices {
                let (view, changes) = try benches[index].layer(of: script)
                try benches[index].keep(view, changes)
                let top = try benches[index].views.open(
                    ViewRequest(base: benches[index].base, layers: benches[index].layers, isAtTree: false))
                let shown = try benches[index].python(Self.listing, in: top)
                #expect(shown == benches[index].below.listing, "seed \(seed), round \(round):\n\(script)")
                benches[index].views.discard(top)
                layers.append(changes)
            }
            for layer in layers.dropFirst() {
                #expect(layer.lines == layers[0].lines, "seed \(seed), round \(round):\n\(script)")
            }
        }
    }

    @Test(arguments: [0, 1]) func aNameThatIsNotUTF8IsAnError(provider: Int) throws {
        let bench = try Bench(Self.providers[provider])
        let view = try bench.views.open(ViewRequest(base: bench.base, layers: [], isAtTree: false))
        try bench.python(#"open(b"caf\xe9", "w")"#, in: view)
        let directory = provider == 0 ? view.storage + "/upper" : view.root
        #expect(
            throws: ViewError(
                "the name caf\\xe9 in \(directory) is not UTF-8: rename it, or have it ignored or declared as scratch")
        ) { try bench.views.capture(view, below: bench.below) }
        bench.views.discard(view)
        #expect(try bench.layer(of: "").changes.isEmpty)
    }

    @Test(.enabled(if: geteuid() == 0, "only root makes device nodes"), arguments: [0, 1])
    func aDeviceNodeIsAnError(provider: Int) throws {
        let bench = try Bench(Self.providers[provider])
        let view = try bench.views.open(ViewRequest(base: bench.base, layers: [], isAtTree: false))
        try bench.python(#"import os; os.mknod("d/null", 0o20666, os.makedev(1, 3))"#, in: view)
        let error = #expect(throws: ViewError.self) { try bench.views.capture(view, below: bench.below) }
        #expect(error?.message.hasSuffix("d/null is a device node, which a workspace cannot hold") == true)
        bench.views.discard(view)
        #expect(try bench.layer(of: "").changes.isEmpty)
    }

    /// All tests of views as a user without any privilege: this program once more, as `nobody`.
    @Test(.enabled(if: geteuid() == 0 && Anybody.canRunTests, "needs root, and a build that others can execute"))
    func anybodyElseGetsTheSame() throws {
        let (status, output) = try ViewRig().execute(Anybody.tests + ["--filter", "View"], in: "/")
        #expect(status == 0, "\(output)")
        for test in ["everyOperationGivesTheSameLayer", "theRealRepositoryIsNeverWritten", "aTrialDecidesOncePerBoot"] {
            #expect(output.contains("\(test)() passed"), "\(output)")
        }
    }

    /// Prints what `Tree.listing` says of the same tree.
    private static let listing = """
        import hashlib, os, stat
        def walk(directory):
            for entry in os.scandir(directory):
                path = os.path.join(directory, entry.name)
                if path == "./.git": continue
                status = os.lstat(path)
                if stat.S_ISLNK(status.st_mode): yield path[2:], "link " + os.readlink(path)
                elif stat.S_ISDIR(status.st_mode):
                    yield path[2:], "directory %o" % stat.S_IMODE(status.st_mode)
                    if os.access(path, os.R_OK | os.X_OK): yield from walk(path)
                elif stat.S_ISREG(status.st_mode):
                    readable = os.access(path, os.R_OK)
                    digest = hashlib.sha256(open(path, "rb").read()).hexdigest()[:12] if readable else "?"
                    yield path[2:], "file %o %s" % (stat.S_IMODE(status.st_mode), digest)
        for path, text in sorted(walk("."), key=lambda item: item[0].encode()): print(repr(path), text)
        """
}

/// The user nobody, who owns nothing and may do nothing.
private enum Anybody {
    /// Runs this program's tests.
    static let tests: [String] = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let program = String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        return user + [program, "--testing-library", "swift-testing"]
    }()

    /// Whether the build and the libraries it needs can be reached by everybody.
    static let canRunTests = (try? ViewRig().execute(tests + ["--list-tests"], in: "/").status) == 0
}

extension Tree.Item {
    /// Without content.
    fileprivate var summary: String {
        switch entry {
        case .file(let mode, _, _): "\(path) file \(String(mode, radix: 8))"
        case .link(let target): "\(path) link \(target)"
        case .directory(let mode): "\(path) directory \(String(mode, radix: 8))"
        case .deleted: "\(path) deleted"
        }
    }
}

extension Tree {
    /// What a process that walks the view prints: what its user may not enter or read is left out.
    fileprivate var listing: String {
        let isRoot = geteuid() == 0
        var hidden: [String] = []
        var lines = ""
        for item in items {
            if hidden.contains(where: { item.path.isBeneath($0) }) { continue }
            lines += quoted(item.path) + " "
            switch item.entry {
            case .file(let mode, _, let digest):
                lines += "file \(String(mode, radix: 8)) \(isRoot || mode & 0o400 != 0 ? digest.short : "?")\n"
            case .link(let target): lines += "link \(target)\n"
            case .directory(let mode):
                if !isRoot, mode & 0o500 != 0o500 { hidden.append(item.path) }
                lines += "directory \(String(mode, radix: 8))\n"
            case .deleted: lines += "deleted\n"
            }
        }
        return lines
    }

    /// As Python's `repr` writes it.
    private func quoted(_ path: String) -> String {
        let quote = path.contains("'") && !path.contains("\"") ? "\"" : "'"
        var text = ""
        for scalar in path.unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\\": text += "\\\\"
            case "'" where quote == "'": text += "\\'"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return quote + text + quote
    }
}
