// Real files for the targets that need a disk: one directory an input, emptied afterwards.

import Glibc
import TestKit

/// Calls with an empty directory that is gone afterwards.
func withFuzzDirectory(_ body: (String) -> Void) {
    withTemporaryDirectory { body($0) }
}

func writeFuzzFile(_ bytes: [UInt8], to path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    require(descriptor >= 0, "cannot write \(path)")
    defer { close(descriptor) }
    require(write(descriptor, bytes, bytes.count) == bytes.count, "cannot write \(path)")
}

/// Nil when there is no such file.
func readFuzzFile(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
        count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
}

/// Regular files beneath a directory, sorted by path.
func fuzzFiles(beneath directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var paths: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name == "." || name == ".." { continue }
        let path = directory + "/" + name
        paths += Int32(entry.pointee.d_type) == Int32(DT_DIR) ? fuzzFiles(beneath: path) : [path]
    }
    return paths.sorted()
}
