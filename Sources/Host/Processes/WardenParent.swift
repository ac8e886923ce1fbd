// A warden as the parent of every task's processes. Does not know which belongs to which task.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

/// Has a warden start processes, reap them and all their orphans, and tell of it.
///
/// Guarantee: whatever a task's processes do, none of them lives on when this process or the warden ends, however that
/// happens, because the kernel ends a PID namespace with its first process.
final class WardenParent: ProcessParent {
    private var warden: Warden?
    private var pending: [ParentNews] = []
    private let room = UnsafeMutablePointer<tg_news>.allocate(capacity: 64)

    /// - Throws: when this system or its settings allow no namespaces.
    init() throws(WardenRefusal) {
        warden = try Warden()
    }

    deinit {
        room.deallocate()
    }

    let reapsByItself = true
    var pid: Int32 { warden?.pid ?? -1 }
    var newsDescriptor: Int32? { warden?.socket }
    var hasNews: Bool { !pending.isEmpty }

    func start(
        _ request: ProcessRequest, as token: ProcessToken, descriptors: StandardDescriptors
    ) throws(SpawnError) -> StartedProcess {
        let program = try ProgramSearch(request).find()
        var code = try send(request, program, token, descriptors)
        if code == EPIPE {
            // It was killed since it was last asked for something: what it had started is dead, this has not begun.
            bury()
            code = try send(request, program, token, descriptors)
        }
        guard code == 0 else { throw SpawnError(explaining: code, program: program, request: request) }
        guard let answer = awaitAnswer(to: token) else {
            bury()
            throw SpawnError(program: request.arguments.first ?? program, reason: "the warden was killed meanwhile")
        }
        guard answer.kind == Int32(tg_news_started) else {
            throw SpawnError(explaining: answer.ended.value, program: program, request: request)
        }
        return StartedProcess(pid: answer.pid, parent: pid, end: nil)
    }

    func takeNews() -> [ParentNews] {
        if let warden {
            let count = tg_warden_receive(warden.socket, room, 64, 0)
            if count < 0 { bury() } else { note(count) }
        }
        defer { pending.removeAll(keepingCapacity: true) }
        return pending
    }

    func collect(_ pid: Int32) -> EndedProcess? { nil }

    func children() -> [Int32] {
        guard let list = warden?.children.number else { return [] }
        return ProcessTable.list { tg_listed_children(list, $0, $1) } ?? []
    }

    /// By the warden: it knows whether the group's number is still the task's.
    func killGroup(of token: ProcessToken, pid: Int32) {
        if let warden { _ = tg_warden_kill_group(warden.socket, token.rawValue) }
    }

    func end() {
        warden = nil
        pending = []
    }

    /// 0 or errno.
    private func send(
        _ request: ProcessRequest, _ program: String, _ token: ProcessToken, _ descriptors: StandardDescriptors
    ) throws(SpawnError) -> Int32 {
        let socket = try livingWarden(for: request).socket
        let code = request.withSpawnRequest(program, descriptors) { spawn, text in
            withUnsafePointer(to: spawn) {
                tg_warden_spawn(socket, token.rawValue, $0, text.baseAddress.unsafelyUnwrapped, text.count)
            }
        }
        guard let code else { throw SpawnError(zeroIn: request) }
        return code
    }

    private func livingWarden(for request: ProcessRequest) throws(SpawnError) -> Warden {
        if let warden { return warden }
        do throws(WardenRefusal) {
            let next = try Warden()
            warden = next
            return next
        } catch {
            throw SpawnError(program: request.arguments.first ?? "", reason: "the warden was killed, and \(error)")
        }
    }

    /// Nil when the warden is gone. News of others that come first are kept.
    private func awaitAnswer(to token: ProcessToken) -> tg_news? {
        guard let warden else { return nil }
        while true {
            let count = tg_warden_receive(warden.socket, room, 64, 1)
            guard count > 0 else { return nil }
            let kind = Int(room[0].kind)
            if kind == tg_news_started || kind == tg_news_refused { return room[0] }
            note(count)
        }
    }

    private func note(_ count: Int) {
        for index in 0..<count { pending.append(ParentNews(room[index])) }
    }

    /// After its end: takes in what it still told, and waits until all that it had started is dead.
    private func bury() {
        guard let lost = warden else { return }
        while case let count = tg_warden_receive(lost.socket, room, 64, 0), count > 0 { note(count) }
        pending.append(ParentNews(.lost(parent: lost.pid), orphans: 0))
        warden = nil
    }
}

extension ParentNews {
    fileprivate init(_ news: tg_news) {
        orphans = Int(news.orphans)
        let token = ProcessToken(news.token)
        switch Int(news.kind) {
        case tg_news_ended: event = .ended(token, EndedProcess(news.ended))
        case tg_news_orphan_ended: event = .orphanEnded(token, EndedProcess(news.ended))
        case tg_news_stray_ended: event = .orphanEnded(nil, EndedProcess(news.ended))
        case tg_news_stopped: event = .stopped(token)
        default: preconditionFailure("news that no warden tells: \(news.kind)")
        }
    }
}
