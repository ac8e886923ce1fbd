// Decides between overlay mounts and copies by trying one. Does not guess from versions or settings.

internal import CLinux
internal import Glibc
public import Ports
internal import Vocabulary

/// The provider of views for this machine, user and place.
public struct ViewChoice: Sendable {
    public let views: any ViewProviding
    /// Why views are copies; nil when they are mounts.
    public let reason: String?
}

/// Chooses by a trial mount that checks a whiteout and an opaque directory. The result is remembered in the state
/// directory until the next boot, so a run that finds it pays for reading one file.
/// - Parameter isNeeded: whether a view may be opened; if not, nothing is tried: it would cost a dozen processes.
/// - Throws: when not even the directories can be made.
public func chooseViews(_ place: ViewPlace, isNeeded: Bool = true) throws(ViewError) -> ViewChoice {
    try makeDirectories(place.state)
    try makeDirectories(place.views)
    RunDirectory.sweep(place.views)
    guard isNeeded else { return ViewChoice(views: CopyingViews(place, makesWhiteouts: false), reason: nil) }
    let memory = place.state + "/views"
    let circumstances = try circumstances(of: place)
    var reason: String?
    if let known = (try? contents(memory)) ?? nil, let remembered = rememberedReason(known, circumstances) {
        reason = remembered.isEmpty ? nil : remembered
    } else {
        reason = try MountTrial(place).failure()
        // Not being able to remember costs the trial again.
        try? replaceContents(
            of: memory, with: Array((circumstances + "\n" + (reason ?? "") + "\n").utf8), madeIn: place.temporary)
    }
    if let reason { return ViewChoice(views: CopyingViews(place), reason: reason) }
    return ViewChoice(views: OverlayViews(place), reason: nil)
}

/// Everything the outcome may depend on, in one line.
private func circumstances(of place: ViewPlace) throws(ViewError) -> String {
    let devices = [place.state, place.views, ViewPlace.canonicalParent].map { path in
        var status = stat()
        return stat(path, &status) == 0 ? "\(status.st_dev)" : "none"
    }
    let parts = ["1", bootIdentity, "\(geteuid()):\(getegid())", place.state, place.cache] + place.launcher + devices
    return String(parts.joined(separator: " ").map { $0 == "\n" ? " " : $0 })
}

/// Empty for mounts; nil when the memory is of other circumstances.
private func rememberedReason(_ bytes: [UInt8], _ circumstances: String) -> String? {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    // Both lines with their ends: half of it would choose mounts.
    return lines.count == 3 && lines[0] == circumstances && lines[2].isEmpty ? String(lines[1]) : nil
}

/// One mount, some changes in it, and a second mount on top of what they left.
private struct MountTrial {
    private let place: ViewPlace
    private let run: RunDirectory
    private let lower: String

    init(_ place: ViewPlace) throws(ViewError) {
        self.place = place
        run = try RunDirectory(in: place.views)
        // Snapshots will lie on the state directory's filesystem.
        lower = "\(place.temporary)/trial-\(getpid())"
    }

    /// Why views cannot be mounted; nil when they can.
    func failure() throws(ViewError) -> String? {
        defer { _ = tg_view_remove(AT_FDCWD, lower) }
        try makeDirectories(lower + "/d")
        for name in ["gone", "kept", "d/old"] { try replaceContents(of: "\(lower)/\(name)", with: []) }
        let first = try mount("1", lowers: [lower], "rm gone && rm -r d && mkdir d && : > d/new && test -e kept")
        if let first { return first }
        let upper = try OpenDirectory(run.path + "/1/upper")
        guard try upper.status("gone")?.isWhiteout == true else { return "overlayfs leaves no whiteouts here" }
        let replaced = try OpenDirectory("d", in: upper)
        guard tg_view_is_opaque(replaced.descriptor) == 1 else { return "overlayfs leaves no opaque directories here" }
        return try mount(
            "2", lowers: [upper.path, lower], "test ! -e gone && test ! -e d/old && test -e d/new && test -e kept")
    }

    private func mount(_ name: String, lowers: [String], _ script: String) throws(ViewError) -> String? {
        let directory = run.path + "/" + name
        for part in ["/upper", "/work"] { try makeDirectories(directory + part) }
        var description = ViewDescription()
        description.add("root", ViewPlace.canonicalRoot)
        description.add("cover", ViewPlace.canonicalParent)
        description.add("upper", directory + "/upper")
        description.add("work", directory + "/work")
        for lower in lowers { description.add("lower", lower) }
        try replaceContents(of: directory + "/view", with: description.bytes)
        let arguments = place.launcher + [directory + "/view", ViewPlace.canonicalRoot, "--", "/bin/sh", "-c", script]
        guard try !succeeds(arguments, errors: directory + "/errors") else { return nil }
        let output = String(decoding: try contents(directory + "/errors") ?? [], as: UTF8.self)
        let line = output.split(separator: "\n").last.map(String.init) ?? "changes in an overlay mount are not seen"
        return line.hasPrefix("taskgraph: ") ? String(line.dropFirst("taskgraph: ".count)) : line
    }

    /// Runs a program without input and with nothing else of ours.
    private func succeeds(_ arguments: [String], errors: String) throws(ViewError) -> Bool {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words: [String] = arguments
        var pointers = words.map { strdup($0) } + [nil]
        var environment = [strdup("PATH=/usr/bin:/bin"), nil]
        defer { for pointer in pointers + environment { free(pointer) } }
        var child = pid_t()
        let code = posix_spawn(&child, arguments[0], &actions, nil, &pointers, &environment)
        guard code == 0 else { throw ViewError.system("execute", arguments[0], code: code) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw ViewError.system("wait for", arguments[0]) }
        }
        return status == 0
    }
}
