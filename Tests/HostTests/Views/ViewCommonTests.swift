// What both providers promise alike: checking views, looking paths up, private repositories.

import Host
import Ports
import Testing
import Vocabulary
import Workspace

@Suite struct ViewCommonTests {
    @Test func aCheckSeesWhatWasCapturedAndLeavesNothingInTheLayer() throws {
        let rig = try ViewRig()
        try rig.inTree("mkdir d; echo one > d/a; echo two > b")
        for views in rig.providers() {
            let base = try views.snapshot(of: rig.tree)
            let view = try views.open(ViewRequest(base: base, layers: [], isAtTree: false))
            try rig.inView(view, "rm -r d; mkdir d; echo new > d/n; echo scratch > s")
            let captured = try views.capture(view, below: base.tree)
            let request = ViewRequest(base: base, layers: [], above: view, isAtTree: false)
            let check = try views.open(request)
            #expect(try rig.inView(check, "ls . d; cat d/n") == ".:\nb\nd\ns\n\nd:\nn\nnew\n")
            try rig.inView(check, "echo changed > d/n; rm b; echo c > c")
            views.discard(check)
            #expect(try views.bytes("d/n", in: request) == Array("new\n".utf8))
            #expect(try views.bytes("d/a", in: request) == nil)
            #expect(try views.bytes("b", in: request) == Array("two\n".utf8))
            let digest = try views.publish(view, layer: Tree(captured.items.filter { $0.path != "s" }))
            #expect(views.layer(digest)?.items.map(\.path) == ["d/a", "d/n"])
            let result = try views.open(ViewRequest(base: base, layers: [digest], isAtTree: false))
            #expect(try rig.inView(result, "ls . d; cat d/n") == ".:\nb\nd\n\nd:\nn\nnew\n")
            views.discard(result)
        }
    }

    @Test func pathsAreLookedUpThroughAllLayers() throws {
        let rig = try ViewRig()
        try rig.inTree("mkdir d; echo one > d/a; echo two > d/b; ln -s d/a l; ln -s d k; echo three > c")
        for views in rig.providers() {
            let base = try views.snapshot(of: rig.tree)
            var layers: [Digest] = []
            var below = base.tree
            for script in ["echo ONE > d/a; rm d/b", "rm c; mkdir c; echo deep > c/deep"] {
                let view = try views.open(ViewRequest(base: base, layers: layers, isAtTree: false))
                try rig.inView(view, script)
                let layer = try views.capture(view, below: below)
                layers.append(try views.publish(view, layer: layer))
                below = below.applying(layer)
            }
            let request = ViewRequest(base: base, layers: layers, isAtTree: false)
            for (path, content) in [
                ("d/a", "ONE\n"), ("l", "ONE\n"), ("k/a", "ONE\n"), ("d/b", nil), ("c/deep", "deep\n"), ("c", nil),
                ("d", nil),
                ("missing", nil),
            ] {
                #expect(try views.bytes(path, in: request) == content.map { Array($0.utf8) }, "\(path)")
            }
            let empty = ViewRequest(base: base, layers: [], isAtTree: false)
            #expect(try views.bytes("c", in: empty) == Array("three\n".utf8))
        }
    }

    @Test func theRealRepositoryIsNeverWritten() throws {
        let rig = try ViewRig()
        try rig.inTree(Self.repository + "echo ignored > ignored")
        try rig.inTree(
            "git worktree add -q ../linked -b side; echo linked > ../linked/f; git -C ../linked commit -qam linked")
        for views in rig.providers() {
            for (tree, branch, subjects) in [
                (rig.tree, "main", "second\nfirst\n"), (rig.home + "/linked", "side", "linked\nsecond\nfirst\n"),
            ] {
                // Git gives objects it finds again a new time (it "freshens" them), which only a mount can refuse.
                let fingerprint = views is CopyingViews ? Self.contentFingerprint : Self.fingerprint
                let before = try rig.checked(["/bin/sh", "-ec", fingerprint], in: rig.tree)
                let base = try views.snapshot(of: tree)
                let view = try views.open(ViewRequest(base: base, layers: [], isAtTree: false))
                #expect(
                    try rig.inView(view, "git log --format=%s; git status --porcelain -uno; git branch --show-current")
                        == subjects + branch + "\n")
                try rig.inView(
                    view,
                    "echo more > f; git add -A; git -c user.name=x -c user.email=x@x commit -qm thrown-away; git tag thrown; git gc -q"
                )
                #expect(try rig.inView(view, "git log -1 --format=%s") == "thrown-away\n")
                #expect(try views.capture(view, below: base.tree).items.map(\.path) == ["f"])
                views.discard(view)
                #expect(try rig.checked(["/bin/sh", "-ec", fingerprint], in: rig.tree) == before)
            }
        }
    }

    @Test func aTreeInsideARepositoryHasNone() throws {
        let rig = try ViewRig()
        try rig.inTree(Self.repository)
        let before = try rig.checked(["/bin/sh", "-ec", Self.fingerprint], in: rig.tree)
        for views in rig.providers() {
            let base = try views.snapshot(of: rig.tree + "/sub")
            let view = try views.open(ViewRequest(base: base, layers: [], isAtTree: false))
            try rig.inView(
                view,
                "cat s; if git status; then exit 1; fi; if git add s; then exit 1; fi; ls -A | grep -v '^s$' && exit 1; true"
            )
            views.discard(view)
        }
        #expect(try rig.checked(["/bin/sh", "-ec", Self.fingerprint], in: rig.tree) == before)
    }

    @Test func overItsOwnPathARepositoryAroundTheTreeCanOnlyBeRead() throws {
        let rig = try ViewRig()
        try rig.inTree(Self.repository)
        let before = try rig.checked(["/bin/sh", "-ec", Self.fingerprint], in: rig.tree)
        let views = OverlayViews(rig.place())
        let base = try views.snapshot(of: rig.tree + "/sub")
        let view = try views.open(ViewRequest(base: base, layers: [], isAtTree: true))
        #expect(view.root == rig.tree + "/sub")
        // Git stops at the mount unless it is told not to.
        try rig.inView(view, "echo changed > s; if git status; then exit 1; fi")
        let script =
            "export GIT_DISCOVERY_ACROSS_FILESYSTEM=1; pwd; git log --format=%s; if git add s 2> /dev/null; then exit 1; fi"
        #expect(try rig.inView(view, script) == "\(view.root)\nsecond\nfirst\n")
        #expect(try views.capture(view, below: base.tree).items.map(\.path) == ["s"])
        views.discard(view)
        #expect(try rig.checked(["/bin/sh", "-ec", Self.fingerprint], in: rig.tree) == before)
    }

    @Test func overItsOwnPathATreeHasItsPrivateRepository() throws {
        let rig = try ViewRig()
        try rig.inTree(Self.repository)
        let before = try rig.checked(["/bin/sh", "-ec", Self.fingerprint], in: rig.tree)
        let views = OverlayViews(rig.place())
        let base = try views.snapshot(of: rig.tree)
        let view = try views.open(ViewRequest(base: base, layers: [], isAtTree: true))
        let shown = try rig.inView(
            view,
            "pwd; ls -A; echo more > f; git -c user.name=x -c user.email=x@x commit -qam thrown-away; git log --format=%s"
        )
        #expect(shown == "\(rig.tree)\n.git\n.gitignore\nf\nsub\nthrown-away\nsecond\nfirst\n")
        views.discard(view)
        #expect(try rig.checked(["/bin/sh", "-ec", Self.fingerprint], in: rig.tree) == before)
    }

    @Test func twoCopiesAtOnceAreRefused() throws {
        let rig = try ViewRig()
        let views = CopyingViews(rig.place())
        let base = try views.snapshot(of: rig.tree)
        let request = ViewRequest(base: base, layers: [], isAtTree: false)
        let view = try views.open(request)
        #expect(
            throws: ViewError("the view v2 cannot be opened while v1 is: both are the copy \(view.root)")
        ) { try views.open(request) }
        views.discard(view)
        views.discard(try views.open(request))
        #expect(
            throws: ViewError("the copy \(view.root) is in use by another taskgraph: wait for it, or end it")
        ) { try CopyingViews(rig.place()).open(request) }
    }

    private static let repository = """
        git init -q -b main .; git config user.name x; git config user.email x@x; mkdir sub; echo s > sub/s; echo one > f
        printf 'ignored\\n.taskgraph\\n' > .gitignore; git add .; git commit -qm first; echo two > f; git commit -qam second

        """

    /// Everything in the repository, by name, mode and content.
    private static let contentFingerprint =
        "find .git -printf '%p %m %s\\n' | LC_ALL=C sort; find .git -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum;"
        + " git rev-parse HEAD; git for-each-ref"

    /// Everything in the repository, by name, content and time of change.
    private static let fingerprint =
        "find .git -printf '%p %s %C@\\n' | LC_ALL=C sort; git rev-parse HEAD; git for-each-ref"
}
