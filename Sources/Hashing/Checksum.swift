// CRC-32C over bytes: tells torn or flipped bytes of our own files, never content apart.

internal import CLinux

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of bytes in memory.
public func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    guard let base = bytes.baseAddress else { return 0 }
    return tg_crc32c(0, base, bytes.count)
}
