// Giving results to people: a view as a directory, a layer onto the real tree.

import Host
import Ports
import Testing
import Vocabulary
import Workspace

@Suite struct ViewWritingTests {
    private struct Made {
        let views: OverlayViews
        let base: BaseSnapshot
        let layer: Digest
    }

    private func make(_ rig: ViewRig, _ script: String) throws -> Made {
        try rig.inTree(
            "mkdir -p d/e; echo one > d/a; echo two > d/e/b; echo three > c; ln -s c l; printf '#!/bin/sh\\n' > x; chmod 755 x; mkdir k; echo k > k/k"
        )
        let views = OverlayViews(rig.place { _ in Self.filter })
        let base = try views.snapshot(of: rig.tree)
        let view = try views.open(ViewRequest(base: base, layers: [], isAtTree: false))
        try rig.inView(view, script)
        return Made(
            views: views, base: base, layer: try views.publish(view, layer: views.capture(view, below: base.tree)))
    }

    private static let filter = TreeFilter(identity: .zero) { path, _ in path.hasSuffix(".pyc") }

    private static let script = """
        echo ONE > d/a; rm -r d/e; mkdir -p n/m; echo new > n/m/f; rm c; mkdir c; echo in > c/in; rm l; ln -s x l
        chmod 700 x; rm -r k; echo k > k; chmod 750 d
        """

    private static let listing =
        "find . -name .taskgraph -prune -o -mindepth 1 -printf '%P %y %m %l\\n' | LC_ALL=C sort; cat d/a c/in n/m/f k"

    private static let result = """
        c d 755\u{20}
        c/in f 644\u{20}
        d d 750\u{20}
        d/a f 644\u{20}
        k f 644\u{20}
        l l 777 x
        n d 755\u{20}
        n/m d 755\u{20}
        n/m/f f 644\u{20}
        x f 700\u{20}
        ONE
        in
        new
        k

        """

    private func write(_ made: Made, onto tree: String) throws(LayerWriteError) {
        try made.views.write(made.layer, below: made.base.tree, onto: tree, leavesOut: Self.filter.excludes)
    }

    @Test func exportWritesWhatTheViewShows() throws {
        let rig = try ViewRig()
        let made = try make(rig, Self.script)
        let request = ViewRequest(base: made.base, layers: [made.layer], isAtTree: false)
        let target = rig.home + "/out/put"
        try made.views.export(request, to: target)
        #expect(try rig.checked(["/bin/sh", "-c", Self.listing], in: target) == Self.result)
        #expect(throws: ViewError("\(target) is not empty: give a new or an empty directory")) {
            try made.views.export(request, to: target)
        }
    }

    @Test func aLayerIsWrittenOntoTheTreeItWasMadeOn() throws {
        let rig = try ViewRig()
        let made = try make(rig, Self.script)
        try write(made, onto: rig.tree)
        #expect(try rig.inTree(Self.listing) == Self.result)
    }

    @Test func whatIsIgnoredStaysWhereADirectoryGoes() throws {
        let rig = try ViewRig()
        let made = try make(rig, "rm -r d")
        try rig.inTree("echo x > d/e/x.pyc")
        try write(made, onto: rig.tree)
        #expect(try rig.inTree("find d | LC_ALL=C sort") == "d\nd/e\nd/e/x.pyc\n")
    }

    @Test(arguments: [
        ("echo other > d/a", ["d/a"]), ("chmod 600 x", ["x"]), ("rm d/a", ["d/a"]), ("echo mine > n", ["n"]),
        ("mkdir -p n/m; echo mine > n/m/f", ["n/m/f"]), ("echo more > d/e/more", ["d/e/more"]),
        ("echo other > d/e/b", ["d/e/b"]),
        ("echo x > k/x.pyc", ["k/x.pyc"]), ("rm -r d; ln -s /etc d", ["d", "d/a", "d/e"]), ("rm l; ln -s d l", ["l"]),
        ("chmod 711 d", ["d"]), ("rm -r k", ["k"]),
    ]) func nothingIsWrittenOntoATreeThatIsAnother(change: String, paths: [String]) throws {
        let rig = try ViewRig()
        let made = try make(rig, Self.script)
        try rig.inTree(change)
        let fingerprint = "find . -name .taskgraph -prune -o -printf '%p %M %s %C@ %l\\n' | LC_ALL=C sort"
        let before = try rig.inTree(fingerprint)
        #expect(throws: LayerWriteError.changed(tree: rig.tree, paths: paths)) { try write(made, onto: rig.tree) }
        #expect(try rig.inTree(fingerprint) == before)
    }

    @Test func otherChangesAreNoObstacle() throws {
        let rig = try ViewRig()
        let made = try make(rig, "echo ONE > d/a")
        try rig.inTree("rm -r d/e k; echo mine > d/mine; touch d/a; chmod 700 d")
        try write(made, onto: rig.tree)
        #expect(try rig.inTree("cat d/a d/mine; stat -c %a d") == "ONE\nmine\n700\n")
    }

    @Test func theRefusalNamesThePaths() {
        #expect(
            LayerWriteError.changed(tree: "/t", paths: ["a", "b"]).description == """
                /t is no longer what the changes were made on:
                  a
                  b
                nothing was written; run the task again on the tree as it is now
                """)
    }
}
