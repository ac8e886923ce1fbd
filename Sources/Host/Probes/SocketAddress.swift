// Addresses of sockets as the kernel wants them. Opens nothing.

internal import Glibc

/// A host could not be found.
struct ResolutionError: Error {
    let reason: String
}

struct SocketAddress {
    let family: Int32
    private let bytes: [UInt8]

    /// The addresses of a host in the order in which they are to be tried. Numbers are taken as they are; a name is
    /// looked up, which waits for the system's resolver.
    static func resolve(_ host: String, _ port: UInt16) throws(ResolutionError) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { throw ResolutionError(reason: "\(host): \(String(cString: gai_strerror(code)))") }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = list
        while let entry = next?.pointee {
            let bytes = UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen))
            found.append(SocketAddress(family: entry.ai_family, bytes: Array(bytes)))
            next = entry.ai_next
        }
        return found
    }

    /// Nil when the path is longer than the kernel takes (107 bytes).
    static func unix(_ path: String) -> SocketAddress? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard path.utf8.count < room.count else { return false }
            room.copyBytes(from: path.utf8)
            return true
        }
        guard fits else { return nil }
        return withUnsafeBytes(of: &address) { SocketAddress(family: AF_UNIX, bytes: Array($0)) }
    }

    func with<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { fatalError("an address without bytes") }
            return body(start.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count))
        }
    }

    /// A socket of its family that never waits.
    func open(_ type: __socket_type) -> Descriptor? {
        let flags = SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        return Descriptor(socket(family, Int32(type.rawValue | flags), 0))
    }
}
