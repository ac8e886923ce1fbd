// What changes in directories, told by the kernel (inotify). Does not know why anyone wants to know.

internal import CLinux
internal import Glibc
internal import Synchronization

/// Something that happened beneath a watched directory.
public enum TreeChange: Hashable, Sendable {
    /// What is at the path was made, written, removed, or given other permissions.
    case path(String)
    /// A directory is gone with all that was in it.
    case subtree(String)
    /// So much happened that some of it was not told: anything may have changed.
    case anything
}

/// Watches directories, with all in them or flat. Directories that come are watched as well, wherever they come from;
/// one that is not there yet is awaited in the nearest directory above it.
///
/// Used by one thread at a time, except `stop`. Symbolic links are not followed.
public final class TreeWatcher: Sendable {
    private struct Place {
        var path: String
        var isDeep: Bool
    }

    private struct State {
        var places: [Int32: Place] = [:]
        /// What was asked for: directories, and whether with all in them.
        var wanted: [String: Bool] = [:]
        var isLimited = false
    }

    private let notifications: Descriptor
    private let wakeup: Descriptor
    private let skips: @Sendable (String) -> Bool
    private let state = Mutex(State())

    /// - Parameter skips: directories, by absolute path, in which nothing is of interest.
    /// - Returns: nil when the kernel gives no descriptor: `fs.inotify.max_user_instances` is used up.
    public init?(skipping skips: @escaping @Sendable (String) -> Bool) {
        guard let notifications = Descriptor(inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))),
            let wakeup = Descriptor(tg_eventfd())
        else { return nil }
        self.notifications = notifications
        self.wakeup = wakeup
        self.skips = skips
    }

    /// Watches these directories from now on, beside those before.
    /// - Parameter directories: absolute paths, and whether everything beneath is meant as well.
    /// - Returns: false when the kernel watches no more directories (`fs.inotify.max_user_watches`).
    public func watch(_ directories: [String: Bool]) -> Bool {
        state.withLock { state in
            for (path, isDeep) in directories {
                state.wanted[path] = isDeep || state.wanted[path] == true
                var known: Set<TreeChange> = []
                _ = add(wanted: path, to: &state, &known)
            }
            return !state.isLimited
        }
    }

    /// How many directories are watched.
    public var count: Int { state.withLock { $0.places.count } }

    /// Waits for changes, and for as long as more follow within `quiet`, but no longer than `patience`.
    /// - Parameters:
    ///   - quiet: milliseconds in which nothing must happen.
    ///   - patience: milliseconds after the first change.
    /// - Returns: what changed; nothing after `stop`.
    public func next(quiet: Int32, patience: UInt64) -> Set<TreeChange> {
        var changes: Set<TreeChange> = []
        guard wait(-1) else { return [] }
        let end = Machine.monotonicTime + patience * 1_000_000
        repeat {
            changes.formUnion(read())
        } while Machine.monotonicTime < end && wait(quiet)
        return changes
    }

    /// Makes `next` return, now and ever after. From any thread.
    public func stop() {
        tg_eventfd_add(wakeup.number)
    }

    /// Whether there is something to read; false also after `stop`.
    private func wait(_ milliseconds: Int32) -> Bool {
        var ready = [
            pollfd(fd: notifications.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeup.number, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&ready, 2, milliseconds) < 0, errno == EINTR {}
        return ready[1].revents == 0 && ready[0].revents != 0
    }

    private func read() -> Set<TreeChange> {
        var changes: Set<TreeChange> = []
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 8) { buffer in
            while true {
                let count = Glibc.read(notifications.number, buffer.baseAddress, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                state.withLock { state in
                    for event in InotifyEvents(bytes: UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
                        take(event, &state, &changes)
                    }
                }
            }
        }
        return changes
    }

    private func take(_ event: InotifyEvent, _ state: inout State, _ changes: inout Set<TreeChange>) {
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
            changes.insert(.anything)
            for path in state.wanted.keys { _ = add(wanted: path, to: &state, &changes) }
            return
        }
        guard let place = state.places[event.watch] else { return }
        if event.mask & UInt32(IN_IGNORED) != 0 {
            state.places[event.watch] = nil
            return
        }
        if event.mask & (UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)) != 0 {
            changes.insert(.subtree(place.path))
            forget(place.path, &state)
            // Await it where it was.
            for path in state.wanted.keys where path.isAt(orBeneath: place.path) {
                _ = add(wanted: path, to: &state, &changes)
            }
            return
        }
        // About the directory itself, which is not of interest; its entries are.
        if event.name.isEmpty { return }
        let path = place.path.appending(name: event.name)
        guard event.mask & UInt32(IN_ISDIR) != 0 else {
            _ = changes.insert(.path(path))
            return
        }
        if event.mask & UInt32(IN_MOVED_FROM) != 0 {
            changes.insert(.subtree(path))
            forget(path, &state)
        }
        if event.mask & (UInt32(IN_CREATE) | UInt32(IN_MOVED_TO)) != 0 {
            // What was put into it before it was watched is told now, once or twice.
            if place.isDeep { addDeep(path, &state, &changes) }
            for wanted in state.wanted.keys where wanted.isAt(orBeneath: path) {
                _ = add(wanted: wanted, to: &state, &changes)
            }
        }
    }

    // MARK: Adding and forgetting

    /// Watches a directory, or the nearest one above it that is there, and the one it stands in: to see it come and go.
    private func add(wanted path: String, to state: inout State, _ found: inout Set<TreeChange>) -> Bool {
        guard path != "/" else { return add(path, isDeep: false, &state) }
        let parent = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "/"
        guard add(parent, isDeep: false, &state) else { return add(wanted: parent, to: &state, &found) }
        if state.wanted[path] == true {
            addDeep(path, isWanted: true, &state, &found)
        } else if add(path, isDeep: false, &state) {
            found.formUnion(entries(of: path).map { .path(path.appending(name: $0.name)) })
        }
        return true
    }

    /// - Parameter found: gets what is in the directories that are new here.
    private func addDeep(
        _ path: String, isWanted: Bool = false, _ state: inout State, _ found: inout Set<TreeChange>
    ) {
        guard isWanted || !skips(path), add(path, isDeep: true, &state) else { return }
        for entry in entries(of: path) {
            let child = path.appending(name: entry.name)
            if entry.mayBeDirectory { addDeep(child, &state, &found) } else { found.insert(.path(child)) }
        }
    }

    private func entries(of path: String) -> [(name: String, mayBeDirectory: Bool)] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var entries: [(name: String, mayBeDirectory: Bool)] = []
        while let entry = readdir(stream) {
            let kind = Int32(entry.pointee.d_type)
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            entries.append((name, kind == Int32(DT_DIR) || kind == Int32(DT_UNKNOWN)))
        }
        return entries
    }

    private func add(_ path: String, isDeep: Bool, _ state: inout State) -> Bool {
        let watch = inotify_add_watch(notifications.number, path, TreeWatcher.interest)
        if watch < 0 {
            if errno == ENOSPC { state.isLimited = true }
            return false
        }
        let isDeep = isDeep || state.places[watch]?.isDeep == true
        state.places[watch] = Place(path: path, isDeep: isDeep)
        return true
    }

    /// A directory that went away, with all in it: its watches would go on under a wrong name.
    private func forget(_ path: String, _ state: inout State) {
        for (watch, place) in state.places where place.path.isAt(orBeneath: path) {
            inotify_rm_watch(notifications.number, watch)
            state.places[watch] = nil
        }
    }

    private static let interest =
        [
            IN_CREATE, IN_MODIFY, IN_CLOSE_WRITE, IN_ATTRIB, IN_DELETE, IN_DELETE_SELF, IN_MOVE_SELF, IN_MOVED_FROM,
            IN_MOVED_TO, IN_ONLYDIR, IN_DONT_FOLLOW, IN_EXCL_UNLINK,
        ].reduce(UInt32(0)) { $0 | UInt32(truncatingIfNeeded: Int64($1)) }
}

extension String {
    /// Whether this path is the directory or lies in it.
    fileprivate func isAt(orBeneath directory: String) -> Bool {
        self == directory || hasPrefix(directory == "/" ? "/" : directory + "/")
    }

    fileprivate func appending(name: String) -> String { self == "/" ? "/" + name : self + "/" + name }
}
