// SHA-256 over bytes. Nettle does the arithmetic (it uses the processor's SHA instructions).

internal import CNettle
public import Vocabulary

/// Computes a `Digest` from bytes given piece by piece.
public struct ContentHasher: ~Copyable {
    private var context = sha256_ctx()

    public init() {
        nettle_sha256_init(&context)
    }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        nettle_sha256_update(&context, bytes.count, base.assumingMemoryBound(to: UInt8.self))
    }

    public mutating func update(_ bytes: borrowing [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The digest of everything so far; the hasher starts anew.
    public mutating func finish() -> Digest {
        var digest = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        withUnsafeMutableBytes(of: &digest) {
            nettle_sha256_digest(&context, $0.count, $0.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        return Digest(digest.0.bigEndian, digest.1.bigEndian, digest.2.bigEndian, digest.3.bigEndian)
    }
}

extension Digest {
    /// SHA-256 of the bytes.
    public init(of bytes: [UInt8]) {
        var hasher = ContentHasher()
        hasher.update(bytes)
        self = hasher.finish()
    }

    /// SHA-256 of the UTF-8 bytes.
    public init(of text: String) {
        var text = text
        self = text.withUTF8 { bytes in
            var hasher = ContentHasher()
            hasher.update(UnsafeRawBufferPointer(bytes))
            return hasher.finish()
        }
    }
}

extension Tree {
    /// The address of this tree: SHA-256 of its byte form.
    public var digest: Digest { Digest(of: encoded) }
}
