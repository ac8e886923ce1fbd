// A whole file as memory, for rooms that read formats. Only for files that are replaced by renaming.

public import Vocabulary

extension ByteRegion {
    /// Nil when the file is missing, empty or cannot be mapped.
    public convenience init?(mapping path: String) {
        guard let file = MappedFile(path) else { return nil }
        // The closure keeps the mapping.
        self.init(file.bytes) { _ in _ = file }
    }
}
