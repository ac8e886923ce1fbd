// Random damage to files of a directory, repeatable by its seed. Knows nothing of what the files mean.

import Glibc

/// One thing that happens to one file.
enum Damage: CaseIterable {
    case bit, headerBit, tailBit, garbage, appended, cut, emptied, removed, foreign
    case directory, loop, fifo

    /// Does it to whatever is at the path.
    func apply(to path: String, _ random: inout SeededRandom) {
        switch self {
        case .bit: flip(path, &random) { $0 }
        case .headerBit: flip(path, &random) { min($0, 64) }
        case .tailBit: flip(path, &random, fromEnd: true) { min($0, 32) }
        case .garbage: rewrite(path) { $0.map { _ in UInt8.random(in: 0...255, using: &random) } }
        case .appended: rewrite(path) { $0 + (0..<100).map { _ in UInt8.random(in: 0...255, using: &random) } }
        case .cut: rewrite(path) { Array($0.prefix(Int.random(in: 0...max(0, $0.count - 1), using: &random))) }
        case .emptied: rewrite(path) { _ in [] }
        // As another version would begin its file.
        case .foreign: rewrite(path) { Array("taskgraph 9".utf8) + $0.dropFirst(11) }
        case .removed: remove(path)
        case .directory:
            remove(path)
            mkdir(path, 0o755)
            Disk.write("", to: path + "/inside")
        case .loop:
            remove(path)
            symlink(path, path)
        case .fifo:
            remove(path)
            mkfifo(path, 0o644)
        }
    }

    private func flip(_ path: String, _ random: inout SeededRandom, fromEnd: Bool = false, _ range: (Int) -> Int) {
        rewrite(path) { bytes in
            guard !bytes.isEmpty else { return [1] }
            var bytes = bytes
            let position = Int.random(in: 0..<range(bytes.count), using: &random)
            bytes[fromEnd ? bytes.count - 1 - position : position] ^= 1 << UInt8.random(in: 0...7, using: &random)
            return bytes
        }
    }

    /// In place, as a failing disk does it: the inode stays.
    private func rewrite(_ path: String, _ change: ([UInt8]) -> [UInt8]) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return remove(path) }
        chmod(path, 0o644)
        let file = open(path, O_RDWR)
        precondition(file >= 0, "cannot open \(path): errno \(errno)")
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        pread(file, &bytes, bytes.count, 0)
        let changed = change(bytes)
        ftruncate(file, 0)
        pwrite(file, changed, changed.count, 0)
    }

    private func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        for name in Disk.names(path) { remove(path + "/" + name) }
        rmdir(path)
    }
}

/// SplitMix64.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

extension Disk {
    static func names(_ directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Everything beneath a directory, each before what is in it.
    static func everything(beneath directory: String) -> [String] {
        names(directory).flatMap { name in
            let path = directory + "/" + name
            var status = stat()
            let isDirectory = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            return [path] + (isDirectory ? everything(beneath: path) : [])
        }
    }
}
