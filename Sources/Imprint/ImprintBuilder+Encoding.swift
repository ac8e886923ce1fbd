// An imprint as bytes: files in the order of their directories, and only those that a settled task depends on.

internal import Hashing
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
        var sections: [ByteWriter] = ImprintLayout.Section.allCases.map { _ in ByteWriter() }
        func add(_ section: ImprintLayout.Section, _ write: (inout ByteWriter) -> Void) {
            write(&sections[section.rawValue])
        }
        add(.facts) { facts.encode(into: &$0) }
        add(.states) { for entry in entries { $0.integer(entry.state.rawValue) } }
        add(.contents) { for entry in entries { $0.digest(entry.content) } }
        add(.keys) { for entry in entries { $0.digest(entry.key) } }
        var lookCount: UInt32 = 0
        add(.lookStarts) { $0.integer(lookCount) }
        for task in entries.indices {
            forEachLook(of: task) { file in
                sections[ImprintLayout.Section.looks.rawValue].integer(newNumber[file])
                lookCount += 1
            }
            add(.lookStarts) { $0.integer(lookCount) }
        }
        writeTexts(paths.directories.map { Array($0.utf8)[...] }, .directoryStarts, .directoryBytes, &sections)
        add(.directoryFiles) { for start in directoryFiles { $0.integer(start) } }
        writeTexts(order.lazy.map { paths.name($0) }, .nameStarts, .nameBytes, &sections)
        add(.rows) { for file in order { files[file].row.encode(into: &$0) } }
        return assembled(sections, files: order.count)
    }

    /// Texts with a zero byte behind each, and the table of their starts.
    private func writeTexts(
        _ texts: some Sequence<ArraySlice<UInt8>>, _ starts: ImprintLayout.Section, _ bytes: ImprintLayout.Section,
        _ sections: inout [ByteWriter]
    ) {
        var end: UInt32 = 0
        sections[starts.rawValue].integer(end)
        for text in texts {
            text.withUnsafeBytes { sections[bytes.rawValue].append($0) }
            sections[bytes.rawValue].integer(UInt8(0))
            end += UInt32(text.count + 1)
            sections[starts.rawValue].integer(end)
        }
    }

    private func assembled(_ sections: [ByteWriter], files: Int) -> [UInt8] {
        var body = ByteWriter()
        body.integer(graph)
        for count in [entries.count, paths.directories.count, files, 0] { body.integer(UInt32(count)) }
        var end = ImprintLayout.headerSize
        for section in sections {
            body.integer(UInt64(end))
            end += (section.bytes.count + 7) / 8 * 8
        }
        body.integer(UInt64(end))
        for section in sections {
            section.bytes.withUnsafeBytes { body.append($0) }
            for _ in section.bytes.count..<(section.bytes.count + 7) / 8 * 8 { body.integer(UInt8(0)) }
        }
        var file = ByteWriter()
        file.integer(ImprintLayout.magic)
        file.integer(ImprintLayout.format)
        body.bytes.withUnsafeBytes { bytes in
            file.integer(checksum(bytes))
            file.append(bytes)
        }
        return file.bytes
    }
}
