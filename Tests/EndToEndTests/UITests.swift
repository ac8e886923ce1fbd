// `ui` beside real runs, asked over real sockets: who is let in, and what is told while a run goes on.

import Glibc
import Testing

@Suite struct UITests {
    private static let yaml = """
        first: {inputs: [], outputs: [o], run: "echo > o"}
        held: {needs: [first], run: "echo here > ../here; read line < ../hold; echo hunter; test $line = go"}
        last: {needs: [held], run: "true"}

        """

    /// Where a server that was started listens, and its token.
    private struct Address {
        let port: UInt16
        let token: String

        init?(_ ui: Child) {
            eventually("the address is printed") { ui.outputSoFar.hasSuffix("\n") }
            let words = ui.outputSoFar.split { "/?=\n".contains($0) }
            guard words.count == 4, words[0] == "http:", words[2] == "token",
                let port = words[1].split(separator: ":").last.flatMap({ UInt16($0) })
            else { return nil }
            self.port = port
            token = String(words[3])
        }

        func page() -> String { WebClient(port, "/?token=\(token)").rest() }
    }

    private static func end(_ ui: Child) {
        ui.signal(SIGINT)
        let ending = ui.wait()
        #expect(ending.status == 130 && ending.err == "", "\(ending)")
    }

    @Test func theTokenAndTheHostDecideWhoReads() throws {
        try Project.with(Self.yaml) { project in
            let ui = project.start("ui")
            let address = try #require(Address(ui))
            #expect(address.token.count == 64)
            let own = "/?token=\(address.token)"
            for (target, host, more, status) in [
                (own, "127.0.0.1:\(address.port)", "", 200), (own, "localhost:\(address.port)", "", 200),
                ("/", "127.0.0.1:\(address.port)", "", 403), ("/events", "127.0.0.1:\(address.port)", "", 403),
                (own.dropLast() + "", "127.0.0.1:\(address.port)", "", 403),
                (own, "evil.example:\(address.port)", "", 421), (own, "127.0.0.1", "", 421),
                (own, "127.0.0.1:\(address.port)", "Origin: http://evil.example\r\n", 403),
                (own, "127.0.0.1:\(address.port)", "Origin: http://127.0.0.1:\(address.port)\r\n", 200),
            ] {
                let answer = WebClient(address.port, target, host: host, more).rest()
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(target) \(host) \(more): \(answer.prefix(80))")
                #expect(answer.contains("<html") == (status == 200))
                #expect(!answer.lowercased().contains("access-control"))
            }
            Self.end(ui)
            #expect(WebClient.isRefused(address.port))
        }
    }

    @Test(arguments: [true, false])
    func aRunOfAnotherProcessIsFollowed(isGood: Bool) throws {
        try Project.with(Self.yaml) { project in
            let (here, hold) = (project.fifo("here"), project.fifo("hold"))
            let ui = project.start("ui")
            let address = try #require(Address(ui))
            #expect(address.page().contains("Waiting: there has been no run here yet."))
            let events = WebClient(address.port, "/events?token=\(address.token)")
            #expect(events.until("\n\n").contains("text/event-stream"))
            let run = project.start("last")
            #expect(here.line() == "here")
            events.until("\"held\":\"running\"")
            let before = address.page()
            #expect(before.contains("Running: 1 of 3 tasks over, 1 running."))
            #expect(before.contains("> running</span>") && before.contains("> waiting</span>"))
            hold.release(isGood ? "go" : "stop")
            #expect(run.wait().status == (isGood ? 0 : 1))
            // The last tasks and the end may be told together.
            let told = events.until("\"state\":\"ended\"") + events.until("\n\n")
            #expect(told.contains(isGood ? "\"held\":\"succeeded\"" : "\"held\":\"failed\""))
            let after = address.page()
            #expect(after.contains(isGood ? "Passed: 3 tasks done, in " : "Failed: 1 task failed, after "))
            #expect(after.contains("hunter") == !isGood)
            Self.end(ui)
            _ = events.rest()
            #expect(WebClient.isRefused(address.port))
        }
    }

    /// The one who looks on comes later, and the run is killed while it looks.
    @Test func aRunThatIsKilledIsNotToldAsGoingOn() throws {
        try Project.with(Self.yaml) { project in
            let (here, hold) = (project.fifo("here"), project.fifo("hold"))
            let run = project.start("last")
            #expect(here.line() == "here")
            let ui = project.start("ui")
            let address = try #require(Address(ui))
            let events = WebClient(address.port, "/events?token=\(address.token)")
            events.until("\"held\":\"running\"")
            #expect(address.page().contains("Running: 1 of 3 tasks over, 1 running."))
            run.signal(SIGKILL)
            _ = run.wait()
            events.until("\"state\":\"lost\"")
            #expect(address.page().contains("Stopped: the run was killed"))
            _ = hold
            Self.end(ui)
        }
    }

    @Test func theLastRunIsShownAndThePortIsChosen() throws {
        try Project.with(Self.yaml) { project in
            #expect(project.run("first").status == 0)
            let ui = project.start("ui")
            let address = try #require(Address(ui))
            #expect(address.page().contains("Passed: 1 task done, in "))
            let taken = project.run("ui", "--port", "\(address.port)")
            #expect(taken.status == 5)
            #expect(
                taken.err == "taskgraph: ui cannot serve: port \(address.port) cannot be had: Address already in use\n"
                    + "  hint: without --port it takes one that is free\n")
            Self.end(ui)
            let again = project.start("ui", "--port", "\(address.port)")
            #expect(try #require(Address(again)).port == address.port)
            Self.end(again)
            #expect(project.run("ui", "x").status == 2)
            #expect(project.run("ui", "--port", "0").status == 2)
        }
    }
}
