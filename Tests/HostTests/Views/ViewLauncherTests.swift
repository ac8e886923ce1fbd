// The launcher by itself: where views appear, what they hide, how failures look; and the choice between providers.

import Glibc
import Host
import Ports
import Testing
import Vocabulary

@Suite struct ViewLauncherTests {
    private func open(_ rig: ViewRig) throws -> (views: OverlayViews, view: OpenView) {
        try rig.inTree("mkdir -p d; echo a > d/a")
        let views = OverlayViews(rig.place())
        return (views, try views.open(ViewRequest(base: views.snapshot(of: rig.tree), layers: [], isAtTree: false)))
    }

    @Test func programsStartInADirectoryOfTheView() throws {
        let rig = try ViewRig()
        let (views, view) = try open(rig)
        let request = view.process(["pwd"], environment: [], directory: view.root + "/d")
        #expect(try rig.checked(request.arguments, in: request.directory) == "/srv/workspace/d\n")
        views.discard(view)
    }

    @Test func failuresSayWhatAndWhy() throws {
        let rig = try ViewRig()
        let (views, view) = try open(rig)
        for (program, directory, status, message) in [
            (
                "no-such-program", view.root, 127,
                "taskgraph: cannot execute no-such-program: No such file or directory\n"
            ),
            ("./d", view.root, 126, "taskgraph: cannot execute ./d: Permission denied\n"),
            (
                "true", view.root + "/gone", 125,
                "taskgraph: cannot change into /srv/workspace/gone: No such file or directory\n"
            ),
        ] {
            let request = view.process([program], environment: [], directory: directory)
            let (code, output) = try rig.execute(request.arguments, in: request.directory)
            #expect(code == Int32(status))
            #expect(output == message)
        }
        views.discard(view)
        let (code, output) = try rig.execute(
            view.process(["true"], environment: [], directory: view.root).arguments, in: "/")
        #expect(code == 125)
        #expect(output == "taskgraph: cannot read \(view.storage)/view: No such file or directory\n")
    }

    @Test func kernelsWithoutTheNewMountCallsShowTheSame() throws {
        let rig = try ViewRig()
        let (views, view) = try open(rig)
        _ = try rig.checked(["/bin/sh", "-c", "printf 'classic\\0\\0' >> view"], in: view.storage)
        #expect(try rig.inView(view, "ls -R; echo b > d/b") == ".:\nd\n\n./d:\na\n")
        #expect(try views.capture(view, below: views.snapshot(of: rig.tree).tree).items.map(\.path) == ["d/b"])
        views.discard(view)
    }

    @Test(.enabled(if: geteuid() == 0, "mounts something at /srv for itself"))
    func nothingAtTheCanonicalParentIsHidden() throws {
        let rig = try ViewRig()
        let (views, view) = try open(rig)
        let inner = view.process(
            ["/bin/sh", "-ec", "pwd; cat ../data/f ../link ../file; ls -A ..; echo new > ../data/n"], environment: [],
            directory: view.root)
        let script = """
            mount -t tmpfs none /srv; mkdir /srv/data /srv/workspace; echo f > /srv/data/f; ln -s data/f /srv/link
            echo file > /srv/file; echo own > /srv/workspace/own; "$@"; cat /srv/data/n /srv/workspace/own
            """
        #expect(
            try rig.checked(["unshare", "-m", "/bin/sh", "-ec", script, "sh"] + inner.arguments, in: "/")
                == "/srv/workspace\nf\nf\nfile\ndata\nfile\nlink\nworkspace\nnew\nown\n")
        views.discard(view)
    }

    @Test func whatIsNeededMustNotLieWhereViewsAppear() throws {
        let rig = try ViewRig()
        let views = OverlayViews(rig.place(launcher: ["/srv/workspace/bin/taskgraph"]))
        let base = try views.snapshot(of: rig.tree)
        #expect(
            throws: ViewError(
                "the taskgraph program (/srv/workspace/bin/taskgraph) lies at /srv/workspace, where workspaces appear: "
                    + "move it, or use `at: tree`")
        ) { try views.open(ViewRequest(base: base, layers: [], isAtTree: false)) }
    }

    @Test func aTrialDecidesOncePerBoot() throws {
        let rig = try ViewRig()
        let counting = rig.home + "/launcher"
        _ = try rig.checked(
            [
                "/bin/sh", "-ec",
                "printf '#!/bin/sh\\necho >> \(rig.home)/count\\nexec \(ViewRig.command) \"$@\"\\n' > \(counting); chmod +x \(counting)",
            ],
            in: "/")
        for _ in 0..<3 {
            let choice = try chooseViews(rig.place(launcher: [counting, "__view"]))
            #expect(choice.reason == nil)
            #expect(choice.views is OverlayViews)
            #expect(try rig.checked(["wc", "-l"], in: rig.home, input: rig.home + "/count") == "2\n")
        }
        #expect(try rig.checked(["ls", "-A", rig.cache + "/views"], in: "/") == "")
        #expect(try rig.checked(["ls", "-A", rig.state], in: "/") == "tmp\nviews\n")
    }

    @Test func whereNoViewIsNeededNothingIsTried() throws {
        let rig = try ViewRig()
        let missing = rig.place(launcher: [rig.home + "/nobody starts this"])
        #expect(try chooseViews(missing, isNeeded: false).reason == nil)
        // Not remembered as an outcome either.
        #expect(throws: ViewError.self) { try chooseViews(missing) }
    }

    @Test func whereMountsAreRefusedViewsAreCopies() throws {
        let rig = try ViewRig()
        let refusing = rig.home + "/launcher"
        _ = try rig.checked(
            [
                "/bin/sh", "-ec",
                "printf '#!/bin/sh\\necho taskgraph: cannot unshare: no >&2\\nexit 125\\n' > \(refusing); chmod +x \(refusing)",
            ], in: "/")
        for _ in 0..<2 {
            let choice = try chooseViews(rig.place(launcher: [refusing]))
            #expect(choice.reason == "cannot unshare: no")
            #expect(choice.views is CopyingViews)
        }
    }
}
