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
            "SCRAM-SHA-256$\(Self.iterations):\(base64(salt))$\(base64(stored)):\(base64(server))"
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
