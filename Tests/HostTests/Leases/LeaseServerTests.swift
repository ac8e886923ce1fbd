// The socket of leases with real clients: bytes both ways, clients that do not read, and strangers.

import Glibc
import Ports
import TestKit
import Testing

@testable import Host

@Suite struct LeaseServerTests {
    @Test func bytesGoBothWays() throws {
        try with { server, _ in
            let client = Client(server.path)
            #expect(server.soon() == [.connected(ConnectionID(1))])
            client.write("hello")
            #expect(server.soon() == [.received(ConnectionID(1), Array("hello".utf8))])
            #expect(server.send(Array("well".utf8), to: ConnectionID(1)))
            #expect(client.read(4) == "well")
            client.end()
            #expect(server.soon() == [.disconnected(ConnectionID(1))])
            #expect(server.turn() == [])
            #expect(!server.send([1], to: ConnectionID(1)))
        }
    }

    @Test func whatIsSentArrivesBeforeTheEnd() throws {
        try with { server, _ in
            let client = Client(server.path)
            _ = server.soon()
            let bytes = [UInt8](repeating: 7, count: LeaseServer.mostUnsent)
            #expect(server.send(bytes, to: ConnectionID(1)))
            server.hangUp(ConnectionID(1))
            var count = 0
            while case let read = client.read(1 << 16).utf8.count, read > 0 {
                count += read
                #expect(server.turn() == [])
            }
            #expect(count == bytes.count)
        }
    }

    @Test func aClientThatDoesNotReadIsDropped() throws {
        try with { server, _ in
            let client = Client(server.path)
            let other = Client(server.path)
            _ = server.soon()
            let chunk = [UInt8](repeating: 7, count: 1 << 16)
            var sent = 0
            while server.send(chunk, to: ConnectionID(1)) { sent += 1 }
            #expect(sent >= LeaseServer.mostUnsent >> 16 && sent < 4 * LeaseServer.mostUnsent >> 16)
            // The others are served as ever.
            other.write("x")
            #expect(server.soon() == [.received(ConnectionID(2), Array("x".utf8))])
            client.end()
        }
    }

    @Test func whoHasAnswersToReadIsNotHeard() throws {
        try with { server, _ in
            let client = Client(server.path)
            _ = server.soon()
            #expect(server.send([UInt8](repeating: 7, count: LeaseServer.mostUnsent), to: ConnectionID(1)))
            client.write("more")
            #expect(server.turn() == [])
            var left = LeaseServer.mostUnsent
            var heard: [LeaseTraffic] = []
            while left > 0 {
                left -= client.read(left).utf8.count
                heard += server.turn()
            }
            while heard.isEmpty { heard += server.turn() }
            #expect(heard == [.received(ConnectionID(1), Array("more".utf8))])
        }
    }

    @Test func othersThanTheUserAndRootAreTurnedAway() throws {
        guard geteuid() == 0, access("/usr/bin/perl", X_OK) == 0 else { return }
        try with { server, directory in
            // As if it could be reached.
            chmod(directory, 0o755)
            chmod(server.path, 0o666)
            let script = "socket(S, 1, 1, 0); connect(S, pack('S a108', 1, $ARGV[0])) or exit 3; sysread(S, $x, 1)"
            let words = [
                "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "perl", "-e", script, server.path,
            ]
            #expect(status(of: words, while: { server.turn() }) == 0, "it was connected, and hung up on")
        }
    }

    @Test func closingRemovesTheDirectory() throws {
        try with { server, directory in
            let client = Client(server.path)
            _ = server.soon()
            server.close()
            #expect(client.read(1) == "")
            #expect(access(directory, F_OK) != 0)
        }
    }

    private func with(_ body: (LeaseServer, String) throws -> Void) throws {
        try withTemporaryDirectory { base in
            chmod(base, 0o755)
            let directory = base + "/leases"
            mkdir(directory, 0o700)
            let server = try LeaseServer(in: directory) { path in
                unlink(path + "/leases")
                rmdir(path)
            }
            try body(server, directory)
        }
    }

    /// Runs a program to its end; nothing may happen meanwhile.
    private func status(of words: [String], while turn: () -> [LeaseTraffic]) -> Int32 {
        var pid: pid_t = 0
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        #expect(posix_spawnp(&pid, words[0], nil, nil, &arguments, environ) == 0)
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) == 0 {
            #expect(turn() == [])
            sched_yield()
        }
        return (status >> 8) & 0xFF
    }
}

extension LeaseServer {
    /// What happens next.
    fileprivate func soon() -> [LeaseTraffic] {
        while true {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, 60_000) == 1 else { return [] }
            let traffic = turn()
            if !traffic.isEmpty { return traffic }
        }
    }
}

/// One end of a connection; waits.
private final class Client {
    private var descriptor: Int32

    init(_ path: String) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let isConnected = SocketAddress.unix(path)?.with { connect(descriptor, $0, $1) }
        precondition(isConnected == 0, "cannot connect: errno \(errno)")
    }

    deinit { end() }

    func write(_ text: String) { precondition(Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count) }

    /// At most so many bytes; none at the end.
    func read(_ count: Int) -> String {
        var buffer = [UInt8](repeating: 0, count: count)
        return String(decoding: buffer[..<max(0, Glibc.read(descriptor, &buffer, count))], as: UTF8.self)
    }

    func end() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}
