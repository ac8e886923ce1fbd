// Workspaces through their whole life, with real mounts and processes.

import Host
import Ports
import Testing
import Vocabulary
import Workspace

@Suite struct OverlayViewsTests {
    @Test func aViewShowsTheSnapshotAndKeepsItsChangesToItself() throws {
        let rig = try ViewRig()
        try rig.inTree("mkdir d; echo one > d/a; echo two > b; ln -s d/a link; chmod 755 b")
        let views = OverlayViews(rig.place())
        let base = try views.snapshot(of: rig.tree)
        #expect(base.tree.items.map(\.path) == ["b", "d", "d/a", "link"])
        try rig.inTree("echo later > b; rm d/a")
        let view = try views.open(ViewRequest(base: base, layers: [], isAtTree: false))
        #expect(try rig.inView(view, "pwd; cat b link; ls -a") == "/srv/workspace\ntwo\none\n.\n..\nb\nd\nlink\n")
        try rig.inView(view, "echo new > n; rm d/a; chmod 700 b")
        let layer = try views.capture(view, below: base.tree)
        #expect(
            layer.lines == [
                "b file 700 4 27dd8ed44a83", "d/a deleted", "n file 644 4 7aa7a5359173",
            ])
        views.discard(view)
        #expect(try rig.inTree("cat b; ls -A; ls d") == "later\n.taskgraph\nb\nd\nlink\n")
        #expect(try rig.execute(["ls", "-A", rig.cache + "/views"], in: "/").output.split(separator: "\n").count == 1)
    }

    @Test func aLayerIsSeenByThoseWhoNeedItAndNeverTouchedAgain() throws {
        let rig = try ViewRig()
        try rig.inTree("mkdir -p d/e; echo one > d/a; echo two > d/e/b")
        let views = OverlayViews(rig.place())
        let base = try views.snapshot(of: rig.tree)
        let first = try views.open(ViewRequest(base: base, layers: [], isAtTree: false))
        try rig.inView(
            first, "rm -r d/e; mkdir d/e; echo new > d/e/c; echo scratch > s; mkdir -p x/y; echo z > x/y/z; mkfifo p")
        let captured = try views.capture(first, below: base.tree)
        let layer = Tree(captured.items.filter { $0.path != "s" })
        let digest = try views.publish(first, layer: layer)
        #expect(views.layer(digest) == layer)
        let before = try listing(of: rig.cache + "/layers", rig)

        let second = try views.open(ViewRequest(base: base, layers: [digest], isAtTree: false))
        #expect(try rig.inView(second, "find . | sort") == ".\n./d\n./d/a\n./d/e\n./d/e/c\n./x\n./x/y\n./x/y/z\n")
        try rig.inView(second, "echo more >> d/e/c; chmod 600 x/y/z; rm d/a; rm -r x; echo q > d/e/q")
        let below = base.tree.applying(layer)
        let more = try views.capture(second, below: below)
        #expect(more.items.map(\.path) == ["d/a", "d/e/c", "d/e/q", "x"])
        let top = try views.publish(second, layer: more)
        let third = try views.open(ViewRequest(base: base, layers: [digest, top], isAtTree: false))
        #expect(try rig.inView(third, "find . | sort; cat d/e/c") == ".\n./d\n./d/e\n./d/e/c\n./d/e/q\nnew\nmore\n")
        #expect(try views.capture(third, below: below.applying(more)).isEmpty)
        views.discard(third)
        let after = try listing(of: rig.cache + "/layers", rig)
        #expect(before.allSatisfy { after.contains($0) })
    }

    /// Names, modes, sizes, times of status change, and content.
    private func listing(of directory: String, _ rig: ViewRig) throws -> [String] {
        try rig.checked(
            ["/bin/sh", "-c", "find . -mindepth 2 -printf '%p %M %s %C@ %l\\n'; find . -type f -exec sha256sum {} +"],
            in: directory
        ).split(separator: "\n").map(String.init)
    }
}
