// What PostgreSQL keeps of a password: a SCRAM-SHA-256 verifier (RFC 5802). Knows no server.

internal import Hashing
internal import Vocabulary

/// The verifier of a password that nobody can guess. It is computed with one iteration: stretching protects short
/// passwords, and would cost every connection 4096 hashes.
struct PostgresVerifier {
    private static let iterations = 1

    /// As `ALTER ROLE … PASSWORD` takes it.
    let text: String

    /// - Parameter salt: random.
    init(of password: String, salt: [UInt8]) {
        // The number of the block stands behind the salt; one iteration is one HMAC.
        let salted = Self.hmac(key: Array(password.utf8), salt + [0, 0, 0, 1])
        let stored = Digest(of: Self.hmac(key: salted, Array("Client Key".utf8))).bytes
        let server = Self.hmac(key: salted, Array("Server Key".utf8))
        text =
            "SCRAM-SHA-256$\(Self.iterations):\(Base64.text(salt))$\(Base64.text(stored)):\(Base64.text(server))"
    }

    init(of password: String) {
        self.init(of: password, salt: (0..<16).map { _ in UInt8.random(in: .min ... .max) })
    }

    /// HMAC-SHA-256 (RFC 2104).
    private static func hmac(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        let block = 64
        let short = key.count > block ? Digest(of: key).bytes : key
        let key = short + [UInt8](repeating: 0, count: block - short.count)
        let inner = Digest(of: key.map { $0 ^ 0x36 } + message).bytes
        return Digest(of: key.map { $0 ^ 0x5C } + inner).bytes
    }
}

/// RFC 4648, with padding.
private enum Base64 {
    static func text(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                let index = Int(bits >> UInt32(18 - 6 * position) & 63)
                result.append(position <= group.count ? alphabet[index] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
