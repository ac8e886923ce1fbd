// Every kind of file operation, as Python that real processes run in a view, and the layer each must give.

/// One operation on the tree of `ViewOperation.base`, with `ViewOperation.layer` on it.
struct ViewOperation: Sendable {
    let name: String
    let script: String
    /// `path file MODE`, `path directory MODE`, `path link TARGET`, `path deleted`; content is compared between views.
    let layer: [String]

    init(_ name: String, _ script: String, _ layer: [String]) {
        self.name = name
        self.script = script
        self.layer = layer
    }

    /// What scripts begin with.
    static let prelude = """
        import mmap, os, shutil, socket, stat, sys
        os.umask(0o022)
        def put(path, text, mode="w"):
            with open(path, mode) as file: file.write(text)
        """

    static let base =
        prelude + """

            for name in ["d", "d/sub", "e", "full"]: os.mkdir(name)
            put("a", "alpha\\n"); put("x", "#!/bin/sh\\n"); os.chmod("x", 0o755); put("secret", "s"); os.chmod("secret", 0o600)
            put("d/b", "beta\\n"); put("d/c", "gamma\\n"); put("d/sub/s", "sigma\\n"); put("full/f", "f\\n"); put("full/g", "g\\n")
            os.symlink("a", "l"); os.symlink("d", "ld"); os.symlink("nowhere", "dangling")
            """

    static let layer =
        prelude + """

            os.mkdir("m"); os.mkdir("m/k"); put("m/n", "nu\\n"); put("m/k/o", "omikron\\n"); put("d/added", "added\\n"); os.remove("full/g")
            """

    static let all: [ViewOperation] = [
        ViewOperation("nothing", "", []),
        ViewOperation("create", #"put("n", "new"); put("d/n", "new")"#, ["d/n file 644", "n file 644"]),
        ViewOperation(
            "create with a mode", #"os.close(os.open("n", os.O_CREAT | os.O_WRONLY, 0o600))"#, ["n file 600"]),
        ViewOperation("overwrite with equal content", #"put("a", "alpha\n")"#, []),
        ViewOperation("overwrite", #"put("a", "ALPHA\n")"#, ["a file 644"]),
        ViewOperation("touch", #"os.utime("a"); os.utime("d"); os.utime("x", (1, 1))"#, []),
        ViewOperation("open for writing only", #"os.close(os.open("a", os.O_RDWR))"#, []),
        ViewOperation("append", #"put("d/b", "more", "a")"#, ["d/b file 644"]),
        ViewOperation("truncate to nothing", #"os.truncate("d/b", 0)"#, ["d/b file 644"]),
        ViewOperation("truncate to more", #"os.truncate("d/b", 100000)"#, ["d/b file 644"]),
        ViewOperation(
            "write in the middle", #"f = os.open("d/b", os.O_WRONLY); os.pwrite(f, b"E", 1)"#, ["d/b file 644"]),
        ViewOperation("change a file's mode", #"os.chmod("a", 0o640)"#, ["a file 640"]),
        ViewOperation("change a directory's mode", #"os.chmod("d", 0o700)"#, ["d directory 700"]),
        ViewOperation("change a mode there and back", #"os.chmod("d", 0o700); os.chmod("d", 0o755)"#, []),
        ViewOperation("rename a file", #"os.rename("a", "d/a")"#, ["a deleted", "d/a file 644"]),
        ViewOperation("rename a file over a file", #"os.rename("a", "d/b")"#, ["a deleted", "d/b file 644"]),
        ViewOperation("rename a link", #"os.rename("l", "k")"#, ["k link a", "l deleted"]),
        ViewOperation("replace as editors do", #"put("t", "alpha\n"); os.rename("t", "a")"#, []),
        ViewOperation(
            "rename a new directory", #"os.mkdir("n"); put("n/f", "f"); os.rename("n", "o")"#,
            ["o directory 755", "o/f file 644"]),
        ViewOperation(
            "rename a new directory over an empty one", #"os.mkdir("n"); put("n/f", "f"); os.rename("n", "e")"#,
            ["e/f file 644"]),
        ViewOperation(
            "move a directory from below", #"shutil.move("d", "moved")"#,
            [
                "d deleted", "moved directory 755", "moved/added file 644", "moved/b file 644", "moved/c file 644",
                "moved/sub directory 755", "moved/sub/s file 644",
            ]),
        ViewOperation(
            "move a directory of a layer", #"shutil.move("m", "d/m")"#,
            ["d/m directory 755", "d/m/k directory 755", "d/m/k/o file 644", "d/m/n file 644", "m deleted"]),
        ViewOperation("move a directory there and back", #"shutil.move("d", "t"); shutil.move("t", "d")"#, []),
        ViewOperation(
            "unlink", #"os.remove("a"); os.remove("d/b"); os.remove("l")"#, ["a deleted", "d/b deleted", "l deleted"]),
        ViewOperation("unlink and create equal", #"os.remove("a"); put("a", "alpha\n")"#, []),
        ViewOperation("unlink of something new", #"put("n", "n"); os.remove("n")"#, []),
        ViewOperation("remove an empty directory", #"os.rmdir("e")"#, ["e deleted"]),
        ViewOperation("remove a directory with all in it", #"shutil.rmtree("d")"#, ["d deleted"]),
        ViewOperation(
            "remove everything in a directory",
            #"shutil.rmtree("d/sub"); os.remove("d/b"); os.remove("d/c"); os.remove("d/added")"#,
            ["d/added deleted", "d/b deleted", "d/c deleted", "d/sub deleted"]),
        ViewOperation(
            "make a directory anew with less in it",
            #"shutil.rmtree("d"); os.mkdir("d"); put("d/b", "beta\n"); put("d/n", "n")"#,
            ["d/added deleted", "d/c deleted", "d/n file 644", "d/sub deleted"]),
        ViewOperation(
            "make a directory anew, deep", #"shutil.rmtree("d"); os.makedirs("d/sub/t"); put("d/sub/t/u", "u")"#,
            [
                "d/added deleted", "d/b deleted", "d/c deleted", "d/sub/s deleted", "d/sub/t directory 755",
                "d/sub/t/u file 644",
            ]),
        ViewOperation(
            "make a directory anew with another mode", #"shutil.rmtree("e"); os.mkdir("e", 0o700)"#, ["e directory 700"]
        ),
        ViewOperation(
            "make a directory anew with all in it",
            #"shutil.copytree("d", "t"); shutil.rmtree("d"); shutil.move("t", "d")"#, []),
        ViewOperation(
            "a file becomes a directory", #"os.remove("a"); os.mkdir("a"); put("a/b", "b")"#,
            ["a directory 755", "a/b file 644"]),
        ViewOperation("a directory becomes a file", #"shutil.rmtree("d"); put("d", "d")"#, ["d file 644"]),
        ViewOperation("a directory becomes a link", #"shutil.rmtree("d"); os.symlink("e", "d")"#, ["d link e"]),
        ViewOperation(
            "a link becomes a directory", #"os.remove("ld"); os.mkdir("ld"); put("ld/b", "b")"#,
            ["ld directory 755", "ld/b file 644"]),
        ViewOperation("a link becomes a file", #"os.remove("l"); put("l", "alpha\n")"#, ["l file 644"]),
        ViewOperation("a file becomes a link", #"os.remove("a"); os.symlink("x", "a")"#, ["a link x"]),
        ViewOperation("a link's target", #"os.remove("l"); os.symlink("x", "l")"#, ["l link x"]),
        ViewOperation("a link made anew", #"os.remove("l"); os.symlink("a", "l")"#, []),
        ViewOperation(
            "links that lead nowhere",
            #"os.symlink("no/where", "n"); os.symlink("/no/where", "d/n"); os.symlink("n", "self")"#,
            ["d/n link /no/where", "n link no/where", "self link n"]),
        ViewOperation(
            "write through a link", #"put("l", "ALPHA"); put("ld/b", "BETA")"#, ["a file 644", "d/b file 644"]),
        ViewOperation("hard link to a file from below", #"os.link("a", "h")"#, ["h file 644"]),
        ViewOperation("hard link, then write", #"os.link("a", "h"); put("h", "one")"#, ["a file 644", "h file 644"]),
        ViewOperation(
            "hard links among new files", #"put("n", "n"); os.link("n", "d/n"); os.link("n", "o"); os.remove("n")"#,
            ["d/n file 644", "o file 644"]),
        ViewOperation(
            "write through a mapping",
            #"f = os.open("d/b", os.O_RDWR); m = mmap.mmap(f, 5); m[0:1] = b"B"; m.flush(); m[1:2] = b"E"; m.close()"#,
            ["d/b file 644"]),
        ViewOperation(
            "a sparse file", #"f = os.open("n", os.O_CREAT | os.O_RDWR, 0o644); os.pwrite(f, b"end", 3000000)"#,
            ["n file 644"]),
        ViewOperation(
            "empty directories", #"os.makedirs("n/o/p"); os.mkdir("d/q")"#,
            ["d/q directory 755", "n directory 755", "n/o directory 755", "n/o/p directory 755"]),
        ViewOperation("an empty file", #"put("n", "")"#, ["n file 644"]),
        ViewOperation("a new file nobody may read", #"put("n", "n"); os.chmod("n", 0)"#, ["n file 0"]),
        ViewOperation(
            "a file nobody may read any more", #"os.chmod("a", 0); os.chmod("m/n", 0o200)"#,
            ["a file 0", "m/n file 200"]),
        ViewOperation(
            "a new directory nobody may enter",
            #"os.makedirs("n/o"); put("n/o/p", "p"); os.chmod("n/o", 0); os.chmod("n", 0o500)"#,
            ["n directory 500", "n/o directory 0", "n/o/p file 644"]),
        ViewOperation(
            "a directory nobody may enter any more", #"put("d/n", "n"); os.chmod("d", 0)"#,
            ["d directory 0", "d/n file 644"]),
        ViewOperation(
            "unusual names",
            #"for n in ["a\nb", "a b", " ", "-rf", "*", "a\\b", "'\"", ".wh.a", "\u00e9", "e\u0301", "z" * 255, "...", "\t"]: put(n, n)"#,
            [
                "\t file 644", "  file 644", "'\" file 644", "* file 644", "-rf file 644", "... file 644",
                ".wh.a file 644",
                "a\nb file 644", "a b file 644", "a\\b file 644", "e\u{301} file 644",
                String(repeating: "z", count: 255) + " file 644", "\u{e9} file 644",
            ]),
        ViewOperation("a FIFO", #"os.mkfifo("n"); os.mkfifo("d/n")"#, []),
        ViewOperation("a FIFO in place of a file", #"os.remove("a"); os.mkfifo("a")"#, ["a deleted"]),
        ViewOperation("a FIFO in place of a directory", #"shutil.rmtree("d"); os.mkfifo("d")"#, ["d deleted"]),
        ViewOperation(
            "a socket",
            #"s = socket.socket(socket.AF_UNIX); s.bind("n"); os.mkdir("t"); s = socket.socket(socket.AF_UNIX); s.bind("t/n")"#,
            ["t directory 755"]),
        ViewOperation(
            "bits beyond permissions",
            #"os.chmod("x", 0o4755); os.mkdir("n"); os.chmod("n", 0o1777); put("o", ""); os.chmod("o", 0o2755); os.chmod("e", 0o2755)"#,
            ["e directory 2755", "n directory 1777", "o file 2755", "x file 4755"]),
        ViewOperation(
            "a file that had no name",
            #"f = os.open(".", os.O_TMPFILE | os.O_RDWR, 0o644); os.write(f, b"t"); os.link("/proc/self/fd/%d" % f, "n", dst_dir_fd=os.open(".", 0), follow_symlinks=True)"#,
            ["n file 644"]),
        ViewOperation(
            "a file that never got a name", #"f = os.open("d", os.O_TMPFILE | os.O_RDWR, 0o644); os.write(f, b"t")"#, []
        ),
        ViewOperation(
            "a file that lost its name",
            #"f = open("n", "w"); f.write("x"); f.flush(); os.remove("n"); f.write("y"); f.flush()"#, []),
        ViewOperation("times only", #"for n in ["a", "d/b", "m/n"]: os.utime(n, ns=(1, 1))"#, []),
        ViewOperation(
            "attributes only", #"os.setxattr("a", "user.mine", b"1"); os.setxattr("d", "user.mine", b"1")"#, []),
        ViewOperation(
            "attributes of something new", #"put("n", "n"); os.setxattr("n", "user.mine", b"1")"#, ["n file 644"]),
        ViewOperation(
            "copy inside the kernel",
            #"i = os.open("a", os.O_RDONLY); o = os.open("n", os.O_CREAT | os.O_WRONLY, 0o644); os.copy_file_range(i, o, 6)"#,
            ["n file 644"]),
        ViewOperation(
            "change what a layer made", #"put("m/n", "changed"); os.remove("m/k/o"); put("full/g", "back\n")"#,
            ["full/g file 644", "m/k/o deleted", "m/n file 644"]),
        ViewOperation(
            "undo what a layer did", #"shutil.rmtree("m"); os.remove("d/added"); put("full/g", "g\n")"#,
            ["d/added deleted", "full/g file 644", "m deleted"]),
        ViewOperation(
            "repositories inside",
            #"os.makedirs("d/.git"); put("d/.git/HEAD", "x"); os.makedirs(".git", exist_ok=True); put(".git/own", "x")"#,
            ["d/.git directory 755", "d/.git/HEAD file 644"]),
        ViewOperation(
            "everything goes",
            #"for n in os.listdir("."): shutil.rmtree(n) if os.path.isdir(n) and not os.path.islink(n) else os.remove(n)"#,
            [
                "a deleted", "d deleted", "dangling deleted", "e deleted", "full deleted", "l deleted", "ld deleted",
                "m deleted",
                "secret deleted", "x deleted",
            ]),
        ViewOperation(
            "deep nesting",
            #"p = "/".join(["level-with-a-long-name-%03d" % i for i in range(100)]); os.makedirs(p); put(p + "/f", "deep")"#,
            deep()),
    ]

    private static func deep() -> [String] {
        var path = ""
        var lines: [String] = []
        for level in 0..<100 {
            let number = String(level)
            path +=
                (path.isEmpty ? "" : "/") + "level-with-a-long-name-" + String(repeating: "0", count: 3 - number.count)
                + number
            lines.append(path + " directory 755")
        }
        return lines + [path + "/f file 644"]
    }
}
