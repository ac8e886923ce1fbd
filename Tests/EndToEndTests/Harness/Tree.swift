// A source tree that workspaces look at, and whether anything in it has changed.

import Testing

extension Project {
    /// Everything below a directory: type, permission bits, time, link target and content of each entry, git's own files
    /// included; only what git refreshes by itself is left out.
    func fingerprint(_ directory: String) -> String {
        shell(
            """
            cd \(directory)
            find . -path ./.taskgraph -prune -o -path ./.git/index -prune -o -printf '%p %y %m %s %T@ %l\\n' | sort
            find . -path ./.taskgraph -prune -o -path ./.git/index -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
            """)
    }

    /// Makes a git repository of a directory, with everything in it committed.
    func commit(_ directory: String) {
        shell(
            """
            cd \(directory)
            git init -q -b main
            git add -A
            git -c user.name=t -c user.email=t@example.org commit -qm first
            """)
    }

    /// Gives the project and what lies beside it to another user, as whom every run is done from now on.
    func becomeUnprivileged() {
        shell("chown -R 65534:65534 \(base)")
        prefix = Binary.unprivileged
    }
}
