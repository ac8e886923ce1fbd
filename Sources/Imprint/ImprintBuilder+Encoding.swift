// An imprint as bytes: files in the order of their directories, and only those that a settled task depends on.

import Vocabulary

extension ImprintBuilder {
    /// The bytes of the imprint file.
    ///
    /// - Parameters:
    ///   - hasFineTimes: whether a change that follows a look always has another time, on the file system of a
    ///     directory; asked once for each.
    ///   - dependents: calls back for every task that needs the given one hard.
    public consuming func encoded(
        hasFineTimes: (_ directory: String) -> Bool, dependents: (_ task: Int, _ body: (Int) -> Void) -> Void
    ) -> [UInt8] {
        unsettleDependents(dependents)
        unsettleContradicted()
        refuseYoungFiles(hasFineTimes)
        return assembled()
    }

    /// Who needs a task that hands on something else now, and was not looked at since, is not settled any more.
    private mutating func unsettleDependents(_ dependents: (_ task: Int, _ body: (Int) -> Void) -> Void) {
        guard let earlier else { return }
        var stale: [Int] = []
        for task in entries.indices where entries[task].looks != nil {
            let before = earlier.content(task)
            guard before != nil, entries[task].state == .unknown || before != entries[task].content else { continue }
            dependents(task) { stale.append($0) }
        }
        for task in stale where entries[task].looks == nil && entries[task].state == .settled {
            entries[task].state = .contentKnown
        }
    }

    /// A task that was settled by an earlier run on another state of a path than this run saw is not settled any more.
    private mutating func unsettleContradicted() {
        guard let earlier else { return }
        for task in entries.indices where entries[task].looks == nil && entries[task].state == .settled {
            var isContradicted = false
            earlier.forEachFile(of: task) { file in
                let path = files[file]
                if path.owner != 0, !path.isRemade, path.row != earlier.row(file) { isContradicted = true }
            }
            if isContradicted { entries[task].state = .contentKnown }
        }
    }

    private mutating func refuseYoungFiles(_ hasFineTimes: (_ directory: String) -> Bool) {
        var known: [UInt32: Bool] = [:]
        for file in files.indices where !files[file].isOldEnough {
            let directory = paths.directoryOf[file]
            let isFine = known[directory] ?? hasFineTimes(paths.directories[Int(directory)])
            known[directory] = isFine
            if !isFine { files[file].row.look |= FileRow.isNeverSame }
        }
    }

    private func forEachLook(of task: Int, _ body: (Int) -> Void) {
        guard entries[task].state == .settled else { return }
        if let looks = entries[task].looks {
            for look in looks { body(Int(look)) }
        } else {
            earlier?.forEachFile(of: task, body)
        }
    }

    /// The files that are kept, directory by directory, and where each directory's begin.
    private var order: (files: [Int], starts: [UInt32]) {
        var isUsed = [Bool](repeating: false, count: files.count)
        for task in entries.indices { forEachLook(of: task) { isUsed[$0] = true } }
        var starts = [UInt32](repeating: 0, count: paths.directories.count + 1)
        for file in files.indices where isUsed[file] { starts[Int(paths.directoryOf[file]) + 1] += 1 }
        for directory in 1..<starts.count { starts[directory] += starts[directory - 1] }
        var next = starts
        var order = [Int](repeating: 0, count: Int(starts[starts.count - 1]))
        for file in files.indices where isUsed[file] {
            let directory = Int(paths.directoryOf[file])
            order[Int(next[directory])] = file
            next[directory] += 1
        }
        return (order, starts)
    }

    private func assembled() -> [UInt8] {
        let (order, directoryFiles) = order
        var newNumber = [UInt32](repeating: 0, count: files.count)
        for (number, file) in order.enumerated() { newNumber[file] = UInt32(number) }
        var facts = ByteWriter()
        self.facts.encode(into: &facts)
        let directories = paths.directories.map { Array($0.utf8)[...] }
        let allLooks = entries.indices.reduce(0) { $0 + lookCount(of: $1) }
        let sizes = ImprintLayout.Section.allCases.map { section in
            switch section {
            case .facts: facts.bytes.count
            case .states: entries.count
            case .contents, .keys: entries.count * 32
            case .lookStarts: (entries.count + 1) * 4
            case .looks: allLooks * 4
            case .directoryStarts, .directoryFiles: (directories.count + 1) * 4
            case .directoryBytes: directories.reduce(0) { $0 + $1.count + 1 }
            case .nameStarts: (order.count + 1) * 4
            case .nameBytes: order.reduce(0) { $0 + paths.name($1).count + 1 }
            case .rows: order.count * FileRow.size
            }
        }
        var writer = ImprintWriter(
            sizes: sizes, graph: graph, tasks: entries.count, directories: directories.count, files: order.count)
        facts.bytes.withUnsafeBytes { writer.bytes($0, .facts) }
        for entry in entries {
            writer.byte(entry.state.rawValue, .states)
            writer.digest(entry.content, .contents)
            writer.digest(entry.key, .keys)
        }
        var looks: UInt32 = 0
        writer.integer(looks, .lookStarts)
        for task in entries.indices {
            forEachLook(of: task) { writer.integer(newNumber[$0], .looks) }
            looks += UInt32(lookCount(of: task))
            writer.integer(looks, .lookStarts)
        }
        writer.texts(directories, .directoryStarts, .directoryBytes)
        for start in directoryFiles { writer.integer(start, .directoryFiles) }
        writer.texts(order.lazy.map { paths.name($0) }, .nameStarts, .nameBytes)
        for file in order { writer.row(files[file].row) }
        return writer.finished()
    }

    private func lookCount(of task: Int) -> Int {
        guard entries[task].state == .settled else { return 0 }
        return entries[task].looks?.count ?? earlier?.fileCount(of: task) ?? 0
    }
}
