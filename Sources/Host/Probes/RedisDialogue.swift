// Redis: AUTH if there is a password, PING, and its answers through hiredis' reader. Knows no socket.

internal import CHiredis
internal import Ports

struct RedisDialogue: Dialogue {
    let request: [UInt8]
    private let reader: RedisReader
    private let commands: [String]
    private var answers = 0

    init(user: String?, password: String?) {
        var commands: [[String]] = [["PING"]]
        if let password { commands.insert(["AUTH"] + (user.map { [$0] } ?? []) + [password], at: 0) }
        request = commands.flatMap(RedisDialogue.encoded)
        self.commands = commands.map { $0[0] }
        reader = RedisReader()
    }

    private static func encoded(_ command: [String]) -> [UInt8] {
        Array(("*\(command.count)\r\n" + command.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()).utf8)
    }

    mutating func receive(_ bytes: UnsafeRawBufferPointer) -> AttemptResult? {
        reader.feed(bytes)
        while answers < commands.count {
            switch reader.next() {
            case .nothing: return nil
            case .noRedis(let reason): return .failed("what answered is not Redis: \(reason)")
            case .error(let text): return .failed("it answered \(commands[answers]) with \(text)")
            case .answer: answers += 1
            }
        }
        return .succeeded
    }

    func end() -> AttemptResult { .failed("the connection was closed without an answer") }
}

/// Owns one of hiredis' readers.
private final class RedisReader {
    enum Reply {
        case nothing, answer
        case error(String)
        case noRedis(String)
    }

    private let reader: UnsafeMutablePointer<redisReader>

    init() {
        guard let reader = redisReaderCreate() else { fatalError("no memory for a reader of Redis' answers") }
        self.reader = reader
    }

    deinit { redisReaderFree(reader) }

    func feed(_ bytes: UnsafeRawBufferPointer) {
        redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }

    func next() -> Reply {
        var reply: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &reply) == REDIS_OK else {
            return .noRedis(
                withUnsafeBytes(of: reader.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        guard let reply else { return .nothing }
        defer { freeReplyObject(reply) }
        let answer = reply.assumingMemoryBound(to: redisReply.self).pointee
        guard answer.type == REDIS_REPLY_ERROR, let text = answer.str else { return .answer }
        return .error(String(decoding: UnsafeRawBufferPointer(start: text, count: Int(answer.len)), as: UTF8.self))
    }
}
