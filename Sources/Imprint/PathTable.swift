// Paths as small numbers, split into directory and name. Knows nothing of what is at them.

import Vocabulary

/// Numbers paths in the order in which they are first seen.
struct PathTable {
    private(set) var directories: [String] = []
    /// Of each path: its directory.
    private(set) var directoryOf: [UInt32] = []
    private var nameStarts: [UInt32] = [0]
    private var names: [UInt8] = []
    private var directoryNumbers: [String: UInt32] = [:]
    /// The directory asked for last: paths come in groups.
    private var lastDirectory: UInt32?
    /// Number of a path + 1, or 0.
    private var slots = [UInt32](repeating: 0, count: 64)

    var count: Int { directoryOf.count }

    /// The number of an absolute path.
    mutating func number(of path: String) -> Int {
        var copy = path
        return copy.withUTF8 { text in
            let bytes = UnsafeRawBufferPointer(text)
            let slash = bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
            let directory = number(ofDirectory: bytes.part(0..<max(slash, 1)))
            return number(of: bytes.part(slash + 1..<bytes.count), in: directory)
        }
    }

    /// The number of a name in a directory.
    mutating func number(of name: UnsafeRawBufferPointer, in directory: UInt32) -> Int {
        if (count + 1) * 2 > slots.count { grow() }
        var slot = home(name.spread, directory)
        while slots[slot] != 0 {
            let known = Int(slots[slot]) - 1
            if directoryOf[known] == directory, self.name(known).elementsEqual(name) { return known }
            slot = (slot + 1) & (slots.count - 1)
        }
        directoryOf.append(directory)
        names.append(contentsOf: name)
        nameStarts.append(UInt32(names.count))
        slots[slot] = UInt32(count)
        return count - 1
    }

    /// The number of a directory's absolute path.
    mutating func number(ofDirectory path: UnsafeRawBufferPointer) -> UInt32 {
        if let last = lastDirectory, directories[Int(last)].utf8.elementsEqual(path) { return last }
        let text = String(decoding: path, as: UTF8.self)
        let number = directoryNumbers[text] ?? UInt32(directories.count)
        if number == directories.count {
            directories.append(text)
            directoryNumbers[text] = number
        }
        lastDirectory = number
        return number
    }

    func name(_ number: Int) -> ArraySlice<UInt8> {
        names[Int(nameStarts[number])..<Int(nameStarts[number + 1])]
    }

    private func home(_ hash: UInt64, _ directory: UInt32) -> Int {
        let mixed = (hash ^ UInt64(directory) &* 0x9e37_79b9_7f4a_7c15) &* 0xff51_afd7_ed55_8ccd
        return Int(truncatingIfNeeded: mixed >> 20) & (slots.count - 1)
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 4)
        for number in 0..<count {
            let hash = name(number).withUnsafeBytes { $0.spread }
            var slot = home(hash, directoryOf[number])
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(number + 1)
        }
    }
}
