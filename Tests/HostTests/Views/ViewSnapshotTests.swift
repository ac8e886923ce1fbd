// Snapshots of a live tree: what is copied again, what is proven unchanged, what is kept for whom.

import Glibc
import Host
import Ports
import Testing
import Vocabulary

@Suite struct ViewSnapshotTests {
    private func copies(_ rig: ViewRig) throws -> [String] {
        try rig.checked(["/bin/sh", "-c", "cd snapshots/* && ls -d [0-9]*"], in: rig.state).split(separator: "\n").map(
            String.init)
    }

    private func content(of base: BaseSnapshot, _ path: String) throws -> String? {
        for directory in base.directories {
            var status = stat()
            guard lstat(directory + "/" + path, &status) == 0 else { continue }
            guard status.st_mode & S_IFMT == S_IFREG, let file = fopen(directory + "/" + path, "r") else { return nil }
            defer { fclose(file) }
            var buffer = [UInt8](repeating: 0, count: 100)
            let count = fread(&buffer, 1, 100, file)
            return String(decoding: buffer[..<count], as: UTF8.self)
        }
        return nil
    }

    /// A tree old enough that its times prove something.
    private func oldTree() throws -> ViewRig {
        let rig = try ViewRig()
        try rig.inTree(
            "mkdir d m; for i in 1 2 3 4 5 6; do echo content $i > d/$i; echo $i > m/$i; done; echo a > a; ln -s a l")
        letTimesAge()
        return rig
    }

    /// What was changed less than a clock tick (20 ms) ago is always read again; this lets it be older.
    private func letTimesAge() {
        usleep(30_000)
    }

    @Test func anUnchangedTreeIsNotCopiedAgain() throws {
        let rig = try oldTree()
        let first = try OverlayViews(rig.place()).snapshot(of: rig.tree)
        let stamp = try rig.checked(["/bin/sh", "-c", "stat -c %y%i snapshots/*/manifest"], in: rig.state)
        let second = try OverlayViews(rig.place()).snapshot(of: rig.tree)
        #expect(second.tree == first.tree)
        #expect(second.digest == first.digest)
        #expect(second.directories == first.directories)
        #expect(try rig.checked(["/bin/sh", "-c", "stat -c %y%i snapshots/*/manifest"], in: rig.state) == stamp)
    }

    @Test func onlyWhatChangedIsCopiedOnTop() throws {
        let rig = try oldTree()
        let views = OverlayViews(rig.place())
        let first = try views.snapshot(of: rig.tree)
        try rig.inTree("echo changed > d/1; rm d/2; chmod 600 d/3; touch d/4; mkdir n; echo n > n/n; rm l; echo l > l")
        let second = try views.snapshot(of: rig.tree)
        #expect(second.directories.count == 2)
        #expect(Array(second.directories.dropFirst()) == first.directories)
        let delta = try rig.checked(["find", ".", "-mindepth", "1", "-printf", "%P %y\n"], in: second.directories[0])
        #expect(
            delta.split(separator: "\n").sorted() == ["d d", "d/1 f", "d/2 c", "d/3 f", "l f", "n d", "n/n f"])
        #expect(second.tree.difference(from: first.tree) == ["d/1", "d/2", "d/3", "l", "n", "n/n"])
        #expect(try content(of: second, "d/1") == "changed\n")
        #expect(try content(of: first, "d/1") == "content 1\n")
        let view = try views.open(ViewRequest(base: second, layers: [], isAtTree: false))
        #expect(try rig.inView(view, "cat d/1 l; ls d; stat -c %a d/3") == "changed\nl\n1\n3\n4\n5\n6\n600\n")
        views.discard(view)
    }

    @Test func contentOfEqualSizeWithAnOlderTimeIsSeen() throws {
        let rig = try oldTree()
        let views = OverlayViews(rig.place())
        let first = try views.snapshot(of: rig.tree)
        try rig.inTree(
            "touch -r d/1 /tmp/reference.$$; echo contenT 1 > d/1; touch -r /tmp/reference.$$ d/1; rm /tmp/reference.$$"
        )
        #expect(try views.snapshot(of: rig.tree).tree.difference(from: first.tree) == ["d/1"])
    }

    @Test func copiesAreKeptForRunsThatNeedThemAndNoLonger() throws {
        let rig = try oldTree()
        var early: OverlayViews? = OverlayViews(rig.place())
        let old = try #require(try early?.snapshot(of: rig.tree))
        let late = OverlayViews(rig.place())
        // Everything changes, so a whole copy is made.
        try rig.inTree("for i in 1 2 3 4 5 6; do echo other $i > d/$i; done; echo b > a; rm -r m")
        letTimesAge()
        let new = try late.snapshot(of: rig.tree)
        #expect(new.directories.count == 1)
        #expect(try copies(rig) == ["1", "2"])
        #expect(try content(of: old, "a") == "a\n")
        early = nil
        try rig.inTree("echo c > a")
        #expect(try late.snapshot(of: rig.tree).directories.count == 2)
        #expect(try copies(rig) == ["2", "3"])
    }

    @Test func aTreeNamedThroughALinkDoesNotHoldItsOwnState() throws {
        let rig = try oldTree()
        _ = try rig.checked(["ln", "-s", "tree", "named"], in: rig.home)
        let views = OverlayViews(rig.place())
        for _ in 0..<2 {
            let base = try views.snapshot(of: rig.home + "/named")
            #expect(base.tree.items.first?.path == "a")
            try rig.inTree("echo again > a")
        }
    }

    @Test func whatVanishesMeanwhileIsNoFailure() throws {
        let rig = try oldTree()
        let victim = rig.tree + "/d/3"
        // Rules are asked after a file was found and before it is copied.
        let views = OverlayViews(
            rig.place { _ in
                TreeFilter(identity: .zero) { path, _ in
                    if path == "d/3" { unlink(victim) }
                    return false
                }
            })
        #expect(try views.snapshot(of: rig.tree).tree["d/3"] == nil)
    }

    @Test func whatCannotBeCopiedIsNamed() throws {
        let rig = try oldTree()
        let odd = rig.tree + "/d/odd"
        let views = OverlayViews(
            rig.place { _ in
                TreeFilter(identity: .zero) { path, _ in
                    // Found to be a file each time, and gone each time it is to be copied.
                    if path == "a", let file = fopen(odd, "w") { fclose(file) }
                    if path == "d/odd" { unlink(odd) }
                    return false
                }
            })
        #expect(throws: ViewError("cannot read \(rig.tree)/d/odd: No such file or directory")) {
            try views.snapshot(of: rig.tree)
        }
    }

    @Test func manyDeltasAreFoldedIntoACopy() throws {
        let rig = try oldTree()
        let views = OverlayViews(rig.place())
        for round in 0..<12 {
            try rig.inTree("echo round \(round) > a")
            let base = try views.snapshot(of: rig.tree)
            #expect(base.directories.count <= 8)
            #expect(try content(of: base, "a") == "round \(round)\n")
        }
    }

    @Test(arguments: ["", "torn"]) func aTornManifestIsAMiss(content: String) throws {
        let rig = try oldTree()
        let first = try OverlayViews(rig.place()).snapshot(of: rig.tree)
        _ = try rig.checked(["/bin/sh", "-c", "printf '\(content)' > \"$(echo snapshots/*/manifest)\""], in: rig.state)
        #expect(try OverlayViews(rig.place()).snapshot(of: rig.tree).tree == first.tree)
    }

    @Test func ignoredFilesRepositoriesAndOwnStateAreLeftOut() throws {
        let rig = try oldTree()
        try rig.inTree("mkdir -p .git d/.git build; echo x > build/x; echo x > d/skip; mkfifo p")
        let ignoring = { (names: Set<String>, identity: UInt64) in
            rig.place { _ in TreeFilter(identity: Digest(identity, 0, 0, 0)) { path, _ in names.contains(path) } }
        }
        let paths = try OverlayViews(ignoring(["build", "d/skip"], 1)).snapshot(of: rig.tree).tree.items.map(\.path)
        #expect(
            paths == [
                "a", "d", "d/1", "d/2", "d/3", "d/4", "d/5", "d/6", "l", "m", "m/1", "m/2", "m/3", "m/4", "m/5", "m/6",
            ])
        let other = try OverlayViews(ignoring(["build"], 2)).snapshot(of: rig.tree).tree
        #expect(other.items.map(\.path).filter { !paths.contains($0) } == ["d/skip"])
    }
}

extension Tree {
    /// Paths that are not the same in both.
    fileprivate func difference(from other: Tree) -> [String] {
        let paths = Set(items.map(\.path)).union(other.items.map(\.path))
        return paths.filter { self[$0] != other[$0] }.sorted { $0.utf8Precedes($1) }
    }
}
