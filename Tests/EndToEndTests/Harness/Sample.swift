// A small project that leaves something of every kind in the state and in the cache.

/// Outputs small and large, with modes, links and empty directories; a workspace layer; a task without outputs.
enum Sample {
    static let plan = """
        small: {inputs: [a], outputs: [small], run: "cp a small; echo made small"}
        large: {inputs: [a], outputs: [large], run: "cat a > large; seq 30000 >> large"}
        tree:
          inputs: [a]
          outputs: [dir]
          run: |
            mkdir -p dir/sub dir/empty
            cp a dir/sub/x
            ln -s sub/x dir/link
            seq 2000 > dir/tool
            chmod 755 dir/tool
        edit:
          workspace: src
          inputs: ["**"]
          changes: ["**"]
          run: "echo more >> file; seq 20000 > new; rm gone; ln -s file link"
        after:
          workspace: src
          needs: [edit]
          inputs: ["**"]
          changes: [sum]
          run: "cat file new > sum"
        look: {inputs: [small], run: "cat small"}
        """
    static let targets = ["-j1", "small", "large", "tree", "edit", "after", "look"]
    static let files = ["a": "hello\n", "src/file": "text\n", "src/gone": "x\n"]

    /// Prints every declared output with mode and content.
    static let listing = """
        find small large dir src -printf '%p %y %m %l\\n' | sort
        find small large dir src -type f -print0 | sort -z | xargs -0 sha256sum
        """
    /// Prints the names and contents of the layers in a cache that is named by `$cache`.
    static let layers = """
        cd ${cache:-.taskgraph/cache}/layers
        ls | sort
        find . -type f -print0 | sort -z | xargs -0 sha256sum
        """
}
