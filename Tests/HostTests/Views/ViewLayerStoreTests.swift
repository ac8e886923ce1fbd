// Layers in the store: published once and whole, by whoever comes first; missing or damaged ones are misses.

import Glibc
import Hashing
import Ports
import Testing
import Vocabulary
import Workspace

@testable import Host

@Suite struct ViewLayerStoreTests {
    private func publish(_ script: String, _ views: any ViewProviding, _ base: BaseSnapshot, _ rig: ViewRig) throws
        -> Digest
    {
        let view = try views.open(ViewRequest(base: base, layers: [], isAtTree: false))
        try rig.inView(view, script)
        return try views.publish(view, layer: try views.capture(view, below: base.tree))
    }

    @Test func theSameLayerIsPublishedOnce() throws {
        let rig = try ViewRig()
        let views = OverlayViews(rig.place())
        let base = try views.snapshot(of: rig.tree)
        let first = try publish("echo a > a", views, base, rig)
        let inode = try rig.checked(["stat", "-c", "%i", "layers/\(first.hex)"], in: rig.cache)
        #expect(try publish("echo a > a", OverlayViews(rig.place()), base, rig) == first)
        #expect(try rig.checked(["stat", "-c", "%i", "layers/\(first.hex)"], in: rig.cache) == inode)
        #expect(try rig.checked(["ls", "-A", "layers"], in: rig.cache) == first.hex + "\n")
    }

    @Test func publishersAtTheSameTimeAgree() async throws {
        let rig = try ViewRig()
        let base = try OverlayViews(rig.place()).snapshot(of: rig.tree)
        let digests = try await withThrowingTaskGroup(of: Digest.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try publish(
                        "mkdir d; for i in 1 2 3 4 5 6 7 8 9; do echo $i > d/$i; done", OverlayViews(rig.place()), base,
                        rig)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(digests).count == 1)
        #expect(try rig.checked(["ls", "-A", "layers"], in: rig.cache) == digests[0].hex + "\n")
        #expect(try LayerStore(directory: rig.cache + "/layers", makesWhiteouts: true).mismatches(in: digests[0]) == [])
    }

    @Test(arguments: ["printf torn > manifest", "rm manifest", "rm -r tree", "rm tree/gone"])
    func aDamagedLayerIsAMissAndReplaced(damage: String) throws {
        let rig = try ViewRig()
        try rig.inTree("echo gone > gone")
        let views = OverlayViews(rig.place())
        let base = try views.snapshot(of: rig.tree)
        let digest = try publish("echo a > a; rm gone", views, base, rig)
        _ = try rig.checked(["/bin/sh", "-ec", damage], in: "\(rig.cache)/layers/\(digest.hex)")
        let others = OverlayViews(rig.place())
        #expect(others.layer(digest) == nil)
        #expect(throws: ViewError.self) { try others.open(ViewRequest(base: base, layers: [digest], isAtTree: false)) }
        #expect(try publish("echo a > a; rm gone", others, base, rig) == digest)
        #expect(OverlayViews(rig.place()).layer(digest)?.items.map(\.path) == ["a", "gone"])
    }

    @Test func aLayerKeptWithoutWhiteoutsIsNoUseToOverlays() throws {
        let rig = try ViewRig()
        try rig.inTree("echo gone > gone")
        let copies = CopyingViews(rig.place(), makesWhiteouts: false)
        let base = try copies.snapshot(of: rig.tree)
        let digest = try publish("rm gone", copies, base, rig)
        #expect(CopyingViews(rig.place(), makesWhiteouts: false).layer(digest)?.items.map(\.path) == ["gone"])
        #expect(OverlayViews(rig.place()).layer(digest) == nil)
    }

    @Test func aChangedFileInTheStoreIsFound() throws {
        let rig = try ViewRig()
        try rig.inTree("mkdir d; echo gone > d/gone; echo other > d/other")
        let views = OverlayViews(rig.place())
        let base = try views.snapshot(of: rig.tree)
        let digest = try publish(
            "echo a > a; rm d/gone; mkdir -p n/o; echo p > n/o/p; ln -s a l; chmod 700 d", views, base, rig)
        let store = LayerStore(directory: rig.cache + "/layers", makesWhiteouts: true)
        #expect(try store.mismatches(in: digest) == [])
        _ = try rig.checked(
            ["/bin/sh", "-ec", "echo b > a; rm d/gone; chmod 600 n/o/p; echo more > n/q"], in: store.content(of: digest)
        )
        #expect(try store.mismatches(in: digest) == ["a", "d/gone", "n/o/p", "n/q"])
    }

    @Test func whatDeadRunsLeftIsClearedAwayAndLivingOnesAreNot() throws {
        let rig = try ViewRig()
        _ = try rig.checked(
            [
                "/bin/sh", "-ec",
                "mkdir -p views/7-0/v1/work/0/work; echo x > views/7-0/v1/x; chmod 0 views/7-0/v1/work/0/work",
            ], in: rig.cache)
        let views = OverlayViews(rig.place())
        let base = try views.snapshot(of: rig.tree)
        let living = try views.open(ViewRequest(base: base, layers: [], isAtTree: false))
        let other = OverlayViews(rig.place())
        other.discard(try other.open(ViewRequest(base: base, layers: [], isAtTree: false)))
        let left = try rig.checked(["ls", rig.cache + "/views"], in: "/").split(separator: "\n")
        #expect(left.count == 2)
        #expect(left.allSatisfy { $0.hasPrefix("\(getpid())-") })
        #expect(try rig.inView(living, "pwd") == "/srv/workspace\n")
    }

    @Test func layersLieOnOtherBasesAsTheAlgebraSays() throws {
        let rig = try ViewRig()
        try rig.inTree("mkdir -p d/e k; echo a > d/a; echo x > k/x; echo f > d/e/f")
        let views = OverlayViews(rig.place())
        let digest = try publish(
            "rm d/a k/x; echo b > d/b; rm -r d/e; mkdir d/e; echo g > d/e/g", views, views.snapshot(of: rig.tree), rig)
        for other in [
            "chmod 700 d; rm -r k", "rm -r d k; echo k > k", "rm -r d k; ln -s /etc k; mkdir d; chmod 711 d",
            "echo more > d/e/more",
        ] {
            let (tree, state) = (rig.home + "/other", rig.home + "/other-state")
            _ = try rig.checked(
                [
                    "/bin/sh", "-ec",
                    "rm -rf other other-state; cp -a tree other; rm -rf other/.taskgraph; cd other; \(other)",
                ], in: rig.home)
            let views = OverlayViews(
                ViewPlace(state: state, cache: rig.cache, launcher: [ViewRig.command, "__view"]) { _ in .everything })
            let base = try views.snapshot(of: tree)
            let shown = base.tree.applying(try #require(views.layer(digest)))
            let view = try views.open(ViewRequest(base: base, layers: [digest], isAtTree: false))
            let listing = try rig.inView(view, "find . -mindepth 1 -printf '%P %y %m\\n' | LC_ALL=C sort")
            #expect(listing == shown.kinds, "\(other)")
            #expect(try views.capture(view, below: shown).lines == [], "\(other)")
            views.discard(view)
        }
    }

    @Test func moreLayersThanOverlayfsTakesAreAClearError() throws {
        let rig = try ViewRig()
        let views = OverlayViews(rig.place())
        let base = try views.snapshot(of: rig.tree)
        let digest = try publish("echo a > a", views, base, rig)
        let request = ViewRequest(base: base, layers: Array(repeating: digest, count: 500), isAtTree: false)
        #expect(
            throws: ViewError(
                "a view of 501 directories, of which overlayfs takes 500: let fewer tasks edit the workspace one after the other"
            )
        ) { try views.open(request) }
    }

    @Test func aHundredLayersAreMounted() throws {
        let rig = try ViewRig()
        let views = OverlayViews(rig.place())
        let base = try views.snapshot(of: rig.tree)
        // Layers as the store keeps them, made by hand: publishing flushes the filesystem each time.
        var layers: [Digest] = []
        for number in 0..<100 {
            let text = "\(number)\n"
            let layer = Tree([
                Tree.Item("f\(number)", .file(mode: 0o644, size: UInt64(text.utf8.count), digest: Digest(of: text)))
            ])
            let home = "\(rig.cache)/layers/\(layer.digest.hex)"
            _ = try rig.checked(
                ["/bin/sh", "-ec", "mkdir -p \(home)/tree; printf '\(number)\\n' > \(home)/tree/f\(number)"], in: "/")
            try replaceContents(of: home + "/manifest", with: layer.encoded)
            layers.append(layer.digest)
        }
        let view = try views.open(ViewRequest(base: base, layers: layers, isAtTree: false))
        #expect(try rig.inView(view, "cat f* | sort -n | tail -1; ls | wc -l") == "99\n100\n")
        views.discard(view)
    }
}

extension Tree {
    /// As `find -printf '%P %y %m\n'` prints them.
    fileprivate var kinds: String {
        items.map { item in
            switch item.entry {
            case .file(let mode, _, _): "\(item.path) f \(String(mode, radix: 8))\n"
            case .link: "\(item.path) l 777\n"
            case .directory(let mode): "\(item.path) d \(String(mode, radix: 8))\n"
            case .deleted: "\(item.path) deleted\n"
            }
        }.joined()
    }
}
