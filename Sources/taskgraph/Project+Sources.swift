// Which files a plan is read from, right or wrong. Makes no graph.

import Host
import Manifest
import Ports
import Vocabulary

extension Project {
    /// Absolute path of the root file's directory, and of the YAML files, as far as they can be read.
    /// - Throws: when there is no root file.
    static func sourceFiles(_ invocation: Invocation) throws(CommandFailure) -> (root: String, files: Set<String>) {
        let path = try rootFile(invocation)
        let loaded = try? LoadedManifest.load(root: path) { (file: String) throws(ReadFailure) -> [UInt8] in
            do throws(FileError) { return try DiskFiles().bytes(file) } catch {
                throw ReadFailure(reason: error.reason)
            }
        }
        return (parentDirectory(of: path), Set(loaded?.sources.texts.map(\.path) ?? []).union([path]))
    }
}
