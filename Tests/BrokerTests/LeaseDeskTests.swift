// What the desk does when something happens on its connections: events in, actions out, as text.

import Ports
import Schedule
import Testing
import Vocabulary

@testable import Broker

struct LeaseDeskTests {
    @Test func aLeaseIsAskedForGrantedAndReleased() {
        var desk = Counter(greeted: 1)
        #expect(
            desk.says(1, #"{"id":2,"op":"lease","service":"db","owner":"tests/test_a.py","more":[1]}"#) == [
                "ask 1 of 0"
            ])
        #expect(
            desk.granted(1) == [
                #"to 1: {"id":2,"ok":true,"lease":"1","address":{"host":"127.0.0.1","port":5433,"#
                    + #""url":"postgresql://u:p@127.0.0.1:5433/d","user":"u","password":"p","database":"d"},"#
                    + #""env":{"DATABASE_URL":"x"}}"#
            ])
        #expect(
            desk.says(1, #"{"id":"three","op":"release","lease":"1"}"#) == [
                "release 1", #"to 1: {"id":"three","ok":true}"#,
            ])
        #expect(
            desk.says(1, #"{"id":4,"op":"release","lease":"1"}"#) == [
                notHeld(1, 4, #"this connection holds no lease \"1\""#)
            ])
    }

    @Test func helloSaysWhatThereIs() {
        var desk = Counter()
        #expect(desk.happens(.traffic(.connected(connection(1)))) == [])
        #expect(
            desk.says(1, #"{"id":1,"op":"hello","protocol":2}"#) == [
                #"to 1: {"id":1,"ok":false,"error":{"kind":"version","message":"the client speaks version 2 of the "#
                    + #"lease protocol, this taskgraph version 1"}}"#
            ], "and another may be tried")
        #expect(
            desk.says(1, #"{"id":1,"op":"hello","protocol":1,"client":"c"}"#) == [
                #"to 1: {"id":1,"ok":true,"protocol":1,"server":"taskgraph","services":["#
                    + #"{"name":"db","driver":"postgres"},{"name":"cache","driver":"redis"}]}"#
            ])
    }

    @Test func statusCountsInstances() {
        var desk = Counter(greeted: 1)
        #expect(
            desk.says(1, #"{"id":2,"op":"status"}"#) == [
                #"to 1: {"id":2,"ok":true,"services":[{"name":"db","leased":1,"spare":2,"starting":3,"stopping":4},"#
                    + #"{"name":"cache","leased":0,"spare":0,"starting":0,"stopping":0}]}"#
            ])
    }

    @Test func aServiceThatIsNotThereIsNamed() {
        var desk = Counter(greeted: 1)
        #expect(
            desk.says(1, #"{"id":2,"op":"lease","service":"dbb"}"#) == [
                failure(1, 2, "unknown-service", #"there is no service \"dbb\" here; did you mean \"db\"?"#)
            ])
        #expect(
            desk.says(1, #"{"id":3,"op":"lease","service":"mail"}"#) == [
                failure(1, 3, "unknown-service", #"there is no service \"mail\" here; there are db, cache"#)
            ])
    }

    @Test func whatBecomesOfLeasesIsTold() {
        var desk = Counter(greeted: 1)
        _ = desk.says(1, #"{"id":2,"op":"lease","service":"db"}"#)
        _ = desk.says(1, #"{"id":3,"op":"lease","service":"cache"}"#)
        #expect(
            desk.happens(.refused(lease(1), "no initdb")) == [failure(1, 2, "service-failed", "no initdb")])
        _ = desk.granted(2)
        #expect(
            desk.happens(.lost(lease(2), "it died")) == [#"to 1: {"event":"lost","lease":"2","message":"it died"}"#])
        #expect(
            desk.says(1, #"{"id":4,"op":"release","lease":"2"}"#) == ["release 2", #"to 1: {"id":4,"ok":true}"#],
            "what was lost is still to be released")
    }

    @Test func nobodyReleasesTheLeaseOfAnother() {
        var desk = Counter(greeted: 1, 2)
        _ = desk.says(1, #"{"id":2,"op":"lease","service":"db"}"#)
        #expect(
            desk.says(1, #"{"id":3,"op":"release","lease":"1"}"#) == [
                notHeld(1, 3, #"this connection holds no lease \"1\""#)
            ], "not granted yet")
        _ = desk.granted(1)
        for text in ["1", "-1", "4294967297", "", "one"] {
            #expect(
                desk.says(2, #"{"id":4,"op":"release","lease":"\#(text)"}"#) == [
                    notHeld(2, 4, #"this connection holds no lease \"\#(text)\""#)
                ])
        }
    }

    @Test func whoeverGoesGivesEverythingBack() {
        var desk = Counter(greeted: 1, 2)
        _ = desk.says(1, #"{"id":2,"op":"lease","service":"db"}"#)
        _ = desk.says(2, #"{"id":2,"op":"lease","service":"db"}"#)
        _ = desk.says(1, #"{"id":3,"op":"lease","service":"cache"}"#)
        _ = desk.granted(1)
        #expect(desk.happens(.traffic(.disconnected(connection(1)))) == ["release 1", "release 3"])
        #expect(desk.granted(3) == [], "it was given back while it was on its way")
        #expect(desk.happens(.traffic(.disconnected(connection(1)))) == [])
    }

    @Test func aLockIsHandedOnInOrder() {
        var desk = Counter(greeted: 1, 2, 3)
        #expect(desk.says(1, lockRequest(5)) == [done(1, 5)])
        #expect(desk.says(2, lockRequest(6)) == [])
        #expect(desk.says(3, lockRequest(7)) == [])
        #expect(desk.says(1, lockRequest(8)) == [])
        #expect(desk.says(3, #"{"id":1,"op":"lock","name":"other"}"#) == [done(3, 1)])
        #expect(
            desk.says(2, #"{"id":9,"op":"unlock","name":"serial"}"#) == [
                notHeld(2, 9, #"this connection does not hold the lock \"serial\""#)
            ])
        #expect(desk.says(1, #"{"id":9,"op":"unlock","name":"serial"}"#) == [done(1, 9), done(2, 6)])
        #expect(desk.happens(.traffic(.disconnected(connection(3)))) == [], "it only waited")
        #expect(desk.happens(.traffic(.disconnected(connection(2)))) == [done(1, 8)], "a holder that dies hands on")
        #expect(desk.says(1, #"{"id":9,"op":"unlock","name":"serial"}"#) == [done(1, 9)])
        #expect(desk.says(1, lockRequest(10)) == [done(1, 10)])
    }

    @Test func closingEndsEverything() {
        var desk = Counter(greeted: 1, 2)
        _ = desk.says(1, #"{"id":2,"op":"lease","service":"db"}"#)
        _ = desk.granted(1)
        _ = desk.says(2, #"{"id":2,"op":"lease","service":"db"}"#)
        _ = desk.says(1, lockRequest(3))
        _ = desk.says(2, lockRequest(3))
        let words = "everything is being stopped"
        #expect(
            desk.happens(.closing) == [
                failure(2, 2, "closing", words), failure(2, 3, "closing", words), "hang up 1", "release 1", "hang up 2",
                "release 2",
            ])
        #expect(desk.happens(.traffic(.connected(connection(3)))) == ["hang up 3"])
        #expect(desk.says(3, lockRequest(1)) == [])
    }

    @Test(
        arguments: [
            ("", nil, "a request is one JSON object on a line: expected a value, found the end of the file"),
            ("GET / HTTP/1.1", nil, "a request is one JSON object on a line: expected a value, found `G`"),
            ("[1]", nil, "a request is one JSON object on a line"),
            (#"{"op":"lock","name":"a"}"#, nil, #"a request has an \"id\": a whole number or text"#),
            (#"{"id":1.5,"op":"lock","name":"a"}"#, nil, #"a request has an \"id\": a whole number or text"#),
            (#"{"id":1,"id":2,"op":"lock","name":"a"}"#, nil, #"…: the key \"id\" stands twice"#),
            (#"{"id":9,"op":7}"#, 9, #"\"op\" has to be there and be text"#),
            (#"{"id":9,"op":"lock","name":["a"]}"#, 9, #"\"name\" has to be there and be text"#),
            (#"{"id":9,"op":"lease","service":null}"#, 9, #"\"service\" has to be there and be text"#),
            (#"{"id":9,"op":"release","lease":7}"#, 9, #"\"lease\" has to be there and be text"#),
            (
                #"{"id":9,"op":"relase","lease":"7"}"#, 9,
                #"there is no operation \"relase\"; did you mean \"release\"?"#
            ),
            (#"{"id":9,"op":"hello","protocol":1}"#, 9, "hello was said already"),
        ] as [(String, Int?, String)])
    func aLineThatIsNoRequestEndsTheConnection(line: String, id: Int?, message: String) {
        var desk = Counter(greeted: 1)
        _ = desk.says(1, #"{"id":2,"op":"lease","service":"db"}"#)
        let message = message.replacing("…", with: "a request is one JSON object on a line")
        // What follows in the same breath is not heard any more.
        #expect(
            desk.says(1, line + "\n" + lockRequest(8)) == [
                failure(1, id, "protocol", message), "hang up 1", "release 1",
            ])
        #expect(desk.says(1, lockRequest(9)) == [])
    }

    @Test func bytesThatAreNoTextEndTheConnection() {
        var desk = Counter(greeted: 1)
        #expect(
            desk.happens(.traffic(.received(connection(1), [0xFF, 0x00, 0x0A]))) == [
                failure(1, nil, "protocol", "a request is one JSON object on a line: the file is not UTF-8"),
                "hang up 1",
            ])
    }

    @Test func theFirstRequestIsHello() {
        var desk = Counter()
        _ = desk.happens(.traffic(.connected(connection(1))))
        #expect(
            desk.says(1, lockRequest(1)) == [
                failure(1, 1, "protocol", "the first request has to be hello"), "hang up 1",
            ])
    }

    @Test func linesMayArriveInPieces() {
        var desk = Counter(greeted: 1)
        let bytes = Array((lockRequest(1) + "\n" + lockRequest(2).replacing("serial", with: "b") + "\r\n").utf8)
        var actions: [String] = []
        for byte in bytes { actions += desk.happens(.traffic(.received(connection(1), [byte]))) }
        #expect(actions == [done(1, 1), done(1, 2)])
        #expect(desk.happens(.traffic(.received(connection(1), Array(lockRequest(3).utf8)))) == [], "half a line")
        #expect(desk.happens(.traffic(.disconnected(connection(1)))) == [])
    }

    @Test(arguments: [0, 1])
    func aLineHasALongestLength(excess: Int) {
        var desk = Counter(greeted: 1)
        let frame = #"{"id":1,"op":"lock","name":""}"#
        let name = String(repeating: "n", count: LeaseLines.longest - frame.utf8.count + excess)
        let line = Array(frame.replacing(#""""#, with: "\"\(name)\"").utf8)
        let half = line.count / 2
        #expect(desk.happens(.traffic(.received(connection(1), Array(line[..<half])))) == [])
        #expect(
            desk.happens(.traffic(.received(connection(1), line[half...] + [0x0A])))
                == (excess == 0
                    ? [done(1, 1)] : [failure(1, nil, "protocol", "a line may have 1048576 bytes"), "hang up 1"]))
    }

    @Test func aLineWithoutAnEndIsNotCollectedForEver() {
        var desk = Counter(greeted: 1)
        let chunk = [UInt8](repeating: UInt8(ascii: " "), count: LeaseLines.longest / 2 + 1)
        #expect(desk.happens(.traffic(.received(connection(1), chunk))) == [])
        #expect(
            desk.happens(.traffic(.received(connection(1), chunk))) == [
                failure(1, nil, "protocol", "a line may have 1048576 bytes"), "hang up 1",
            ])
    }

    @Test func leasesOfTwoDesksDoNotMeet() {
        var first = LeaseDesk(number: 1, offers: Counter.offers)
        var second = LeaseDesk(number: 2, offers: Counter.offers)
        let ids = [first.asks(), second.asks()]
        #expect(ids.map { LeaseDesk.number(of: $0) } == [1, 2])
        #expect(LeaseDesk.number(of: LeaseID(12)) == 0)
    }
}

/// A desk with two services whose actions are text.
private struct Counter {
    static let offers = [
        LeaseOffer("db", .postgres, ServiceID(0)), LeaseOffer("cache", .redis, ServiceID(1)),
    ]
    private var desk = LeaseDesk(number: 1, offers: offers)

    static func tally(of service: ServiceID) -> ServiceTally {
        service.index == 0 ? ServiceTally(leased: 1, spare: 2, starting: 3, stopping: 4) : ServiceTally()
    }

    init(greeted ids: UInt32...) {
        for id in ids {
            _ = happens(.traffic(.connected(connection(id))))
            _ = says(id, #"{"id":1,"op":"hello","protocol":1}"#)
        }
    }

    mutating func says(_ id: UInt32, _ line: String) -> [String] {
        happens(.traffic(.received(connection(id), Array((line + "\n").utf8))))
    }

    mutating func granted(_ number: UInt64) -> [String] {
        let address = ServiceAddress(scheme: "postgresql", port: 5433, user: "u", password: "p", database: "d")
        var service = KeptService(
            recipe: ServiceRecipe(name: "db", driver: .postgres), traits: ServiceTraits(isPrivate: true))
        service.environment = [ServiceRecipe.Variable("DATABASE_URL", "x")]
        return happens(.granted(lease(number), LeasedService(service, at: address)))
    }

    mutating func happens(_ event: LeaseDeskEvent) -> [String] {
        desk.handle(event, tally: Counter.tally).map { action in
            switch action {
            case .send(let id, let bytes): "to \(id.rawValue): \(String(decoding: bytes.dropLast(), as: UTF8.self))"
            case .hangUp(let id): "hang up \(id.rawValue)"
            case .ask(let lease, let service): "ask \(lease.rawValue & 0xFFFF_FFFF) of \(service.index)"
            case .release(let lease): "release \(lease.rawValue & 0xFFFF_FFFF)"
            }
        }
    }
}

extension LeaseDesk {
    fileprivate mutating func asks() -> LeaseID {
        _ = handle(.traffic(.connected(connection(1))), tally: Counter.tally)
        let lines = #"{"id":1,"op":"hello","protocol":1}"# + "\n" + #"{"id":2,"op":"lease","service":"db"}"# + "\n"
        let actions = handle(.traffic(.received(connection(1), Array(lines.utf8))), tally: Counter.tally)
        for case .ask(let lease, _) in actions { return lease }
        return LeaseID(0)
    }
}

private func connection(_ number: UInt32) -> ConnectionID { ConnectionID(number) }
private func lease(_ number: UInt64) -> LeaseID { LeaseID(1 << 32 | number) }
private func lockRequest(_ id: Int) -> String { #"{"id":\#(id),"op":"lock","name":"serial"}"# }
private func done(_ id: Int, _ request: Int) -> String { #"to \#(id): {"id":\#(request),"ok":true}"# }

private func failure(_ id: Int, _ request: Int?, _ kind: String, _ message: String) -> String {
    let request = request.map { String($0) } ?? "null"
    return #"to \#(id): {"id":\#(request),"ok":false,"error":{"kind":"\#(kind)","message":"\#(message)"}}"#
}

private func notHeld(_ id: Int, _ request: Int, _ message: String) -> String {
    failure(id, request, "not-held", message)
}
