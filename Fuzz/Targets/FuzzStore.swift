// Any bytes as operations on a store in a directory of its own, with damages between them, against what was put in.

import Glibc
import Hashing
import Host
import Ports
import Vocabulary

/// Undamaged, the store gives back all that was put in; damaged, it misses, but gives no wrong bytes; and what is
/// missed can be put in again.
func fuzzStore(_ bytes: [UInt8]) {
    withFuzzDirectory { directory in
        var rig = StoreRig(directory: directory)
        var choices = Choices(bytes)
        rig.open()
        var steps = 0
        while !choices.isEmpty, steps < 64 {
            rig.step(&choices)
            steps += 1
        }
        rig.heal()
    }
}

private struct StoreRig {
    private let directory: String
    private var store: ContentStore?
    private var contents: [Digest: [UInt8]] = [:]
    private var order: [Digest] = []
    /// All that was ever published under a key; the last is the one in force.
    private var records: [Digest: [ActionRecord]] = [:]
    private var isDamaged = false

    init(directory: String) {
        self.directory = directory
    }

    private var path: String { directory + "/cache" }

    mutating func open() {
        store = nil
        store = try? ContentStore(directory: path)
        require(store != nil || isDamaged, "an undamaged store cannot be opened")
    }

    mutating func step(_ choices: inout Choices) {
        guard let store else { return }
        switch choices.byte() % 12 {
        case 0, 1: add(content(&choices), to: store, asFile: false)
        case 2: add(content(&choices), to: store, asFile: true)
        case 3: publish(&choices, in: store)
        case 4: checkContent(&choices, in: store)
        case 5: checkRestoring(&choices, in: store)
        case 6: checkRecord(&choices, in: store)
        case 7: flush(store)
        case 8: open()
        case 9: store.refresh()
        case 10: damage(&choices)
        default: checkByName(&choices, in: store)
        }
    }

    /// Small contents stand in segments, large ones in files of their own.
    private func content(_ choices: inout Choices) -> [UInt8] {
        let seed = choices.byte()
        let sizes = [0, 1, 40, 4_000, 65_536, 65_537, 70_000]
        let size = sizes[choices.number(below: sizes.count)]
        return (0..<size).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ Int(seed) ^ ($0 >> 8)) }
    }

    private mutating func add(_ bytes: [UInt8], to store: ContentStore, asFile: Bool) {
        let file = directory + "/source"
        if asFile { writeFuzzFile(bytes, to: file) }
        guard let digest = try? asFile ? store.add(fileAt: file) : store.add(bytes) else {
            return require(isDamaged, "content is refused")
        }
        require(digest == Digest(of: bytes), "another digest than the content's")
        if contents.updateValue(bytes, forKey: digest) == nil { order.append(digest) }
    }

    private mutating func publish(_ choices: inout Choices, in store: ContentStore) {
        let number = choices.number(below: 8)
        let part = KeyPart(.input, "file \(choices.byte())", Digest(of: [choices.byte()]))
        var record = ActionRecord(
            key: Digest(of: "key \(number)"), task: "task\(number % 3)", outcome: .succeeded,
            listing: KeyListing([part]))
        record.outputs = Tree(order.prefix(3).map { .init("out/\($0.short)", .file(mode: 0o644, size: 1, digest: $0)) })
        record.recordedAt = UInt64(records.values.reduce(1) { $0 + $1.count })
        guard (try? store.publish(record)) != nil else { return require(isDamaged, "a record is refused") }
        records[record.key, default: []].append(record)
    }

    private func flush(_ store: ContentStore) {
        require((try? store.flush()) != nil || isDamaged, "flushing fails")
    }

    private func checkContent(_ choices: inout Choices, in store: ContentStore) {
        guard !order.isEmpty else { return }
        let digest = order[choices.number(below: order.count)]
        let found = store.bytes(digest)
        require(found == nil || found == contents[digest], "wrong bytes")
        require(found != nil || isDamaged, "content is lost")
    }

    private func checkRestoring(_ choices: inout Choices, in store: ContentStore) {
        guard !order.isEmpty else { return }
        let digest = order[choices.number(below: order.count)]
        let target = directory + "/restored"
        unlink(target)
        let isThere = (try? store.restore(digest, to: target, mode: 0o644)) ?? false
        require(isThere || isDamaged, "content cannot be restored")
        require(readFuzzFile(target) == (isThere ? contents[digest] : nil), "wrong bytes in a file")
    }

    private func checkRecord(_ choices: inout Choices, in store: ContentStore) {
        let key = Digest(of: "key \(choices.number(below: 8))")
        let found = store.record(for: key)
        require(isDamaged || found == records[key]?.last, "not the latest record")
        if let found { require(records[key]?.contains(found) == true, "a record that nobody published") }
    }

    private func checkByName(_ choices: inout Choices, in store: ContentStore) {
        let name = "task\(choices.number(below: 4))"
        let found = store.records(ofTask: name, limit: 4)
        require(found.count <= 4)
        for record in found {
            require(record.task == name && records[record.key]?.contains(record) == true, "a record made up")
        }
        let known = records.values.filter { $0.last?.task == name }.count
        require(isDamaged || found.count == min(4, known), "records by name are lost")
    }

    /// Disks lose, cut and flip. The store is closed meanwhile: tables are mapped, and files that were written by
    /// renaming are cut by nobody while they are in use.
    private mutating func damage(_ choices: inout Choices) {
        store = nil
        let files = fuzzFiles(beneath: path)
        guard !files.isEmpty else { return open() }
        let file = files[choices.number(below: files.count)]
        isDamaged = true
        chmod(file, 0o644)
        var bytes = readFuzzFile(file) ?? []
        switch choices.byte() % 5 {
        case 0: unlink(file)
        case 1: truncate(file, choices.number(below: max(1, min(bytes.count, 0xffff))))
        case 2 where !bytes.isEmpty:
            bytes[choices.number(below: min(bytes.count, 0xffff))] ^= 1 << (choices.byte() % 8)
            writeFuzzFile(bytes, to: file)
        case 3: writeFuzzFile(bytes + Array(repeating: choices.byte(), count: 70), to: file)
        default: exchange(file, files[choices.number(below: files.count)])
        }
        open()
    }

    private func truncate(_ file: String, _ size: Int) { _ = Glibc.truncate(file, off_t(size)) }

    /// One file's content under another's name, as a mistaken copy leaves it.
    private func exchange(_ file: String, _ other: String) {
        let (left, right) = (readFuzzFile(file) ?? [], readFuzzFile(other) ?? [])
        chmod(other, 0o644)
        writeFuzzFile(right, to: file)
        writeFuzzFile(left, to: other)
    }

    /// After all damages, in a process that starts afresh: a miss, and then whole again.
    mutating func heal() {
        open()
        guard let store else { return }
        for (digest, bytes) in contents {
            let found = store.bytes(digest)
            require(found == nil || found == bytes, "wrong bytes")
            require(found != nil || isDamaged, "content is lost")
            guard found == nil, (try? store.add(bytes)) != nil else { continue }
            require(store.bytes(digest) == bytes, "content that was added again is missed")
        }
        for (key, published) in records {
            let found = store.record(for: key)
            require(isDamaged || found == published.last, "not the latest record")
            require(found.map(published.contains) ?? true, "a record that nobody published")
        }
    }
}
