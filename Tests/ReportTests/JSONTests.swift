// The JSON writer and the event lines, read back by Foundation's parser.

import Foundation
import Testing
import Vocabulary

@testable import Report

@Suite struct JSONTests {
    private func parsed(_ bytes: [UInt8]) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
    }

    @Test func everyScalarSurvives() throws {
        let scalars: [ClosedRange<UInt32>] = [
            0...0x2FF, 0x2000...0x20FF, 0xD7F0...0xD7FF, 0xE000...0xE010, 0xFFF0...0x1_0010, 0x1_F600...0x1_F64F,
            0x10_FFF0...0x10_FFFF,
        ]
        let text = String(String.UnicodeScalarView(scalars.joined().compactMap(Unicode.Scalar.init)))
        let read = try #require(try parsed(JSON.string(text).bytes) as? String)
        #expect(Array(read.unicodeScalars) == Array(text.unicodeScalars))
    }

    @Test(
        arguments: [
            (.null, "null"), (.bool(true), "true"), (.integer(-7), "-7"), (.unsigned(.max), "18446744073709551615"),
            (.string("a\"b\\c\n\r\t\u{1}\u{1F}\u{7F}é/"), #""a\"b\\c\n\r\t\u0001\u001f\u007fé/""#), (.array([]), "[]"),
            (.object([]), "{}"),
            (.object([("b", .array([.integer(1), .null])), ("a", .string(""))]), #"{"b":[1,null],"a":""}"#),
        ] as [(JSON, String)])
    func texts(json: JSON, text: String) throws {
        #expect(String(decoding: json.bytes, as: UTF8.self) == text)
        _ = try parsed(json.bytes)
    }

    @Test func indentedText() throws {
        let json = JSON.object([("a", .array([.integer(1), .object([])])), ("b", .array([]))])
        #expect(
            String(decoding: json.indented, as: UTF8.self) == """
                {
                  "a": [
                    1,
                    {}
                  ],
                  "b": []
                }

                """)
    }

    @Test func base64IsTheUsualOne() {
        for length in 0...20 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ 200) }
            #expect(base64(bytes) == Data(bytes).base64EncodedString())
        }
    }

    private static let task = TaskID(0)
    private static let changes: [KeyChange] = [
        input("a.txt"), KeyChange(kind: .dependency, name: "phase1/venv", direction: .removed),
    ]

    @Test(
        arguments: [
            (.runStarted(tasks: 12, jobs: 2), #""event":"run-started","time":1500,"tasks":12,"jobs":2"#),
            (
                .decided(task, .upToDate),
                #""event":"decided","time":1500,"task":"phase1/uv-migration","decision":"up-to-date""#
            ),
            (
                .decided(task, .restore),
                #""event":"decided","time":1500,"task":"phase1/uv-migration","decision":"restore""#
            ),
            (
                .decided(task, .satisfied),
                #""event":"decided","time":1500,"task":"phase1/uv-migration","decision":"satisfied""#
            ),
            (
                .decided(task, .run(.changed(changes))),
                #""event":"decided","time":1500,"task":"phase1/uv-migration","decision":"run","reason":{"kind":"changed","text":"a.txt changed and 1 more","changes":[{"kind":"input","name":"a.txt","change":"changed","text":"a.txt changed"},{"kind":"dependency","name":"phase1/venv","change":"removed","text":"no longer needs phase1/venv"}]}"#
            ),
            (
                .decided(task, .run(.notCached(.noInputs))),
                #""event":"decided","time":1500,"task":"phase1/uv-migration","decision":"run","reason":{"kind":"not-cached","text":"not cached: no inputs declared","because":"no-inputs"}"#
            ),
            (.started(task, attempt: 2), #""event":"started","time":1500,"task":"phase1/uv-migration","attempt":2"#),
            (
                .output(task, Array("h\u{E9}llo\n".utf8)),
                #""event":"output","time":1500,"task":"phase1/uv-migration","text":"héllo\n""#
            ),
            (
                .output(task, [0xFF, 0x0A]),
                #""event":"output","time":1500,"task":"phase1/uv-migration","base64":"/wo=""#
            ),
            (.replayed(task, log: []), #""event":"replayed","time":1500,"task":"phase1/uv-migration","text":"""#),
            (
                .retrying(task, attempt: 1, cause: .exit(.signalled(9)), pause: 5),
                #""event":"retrying","time":1500,"task":"phase1/uv-migration","attempt":1,"cause":{"kind":"signal","text":"ended by SIGKILL","signal":"SIGKILL","number":9},"pause":5"#
            ),
            (
                .finished(task, .succeeded(attempts: 1), ResourceUsage(wall: 3, cpu: 2, peakMemory: 1), log: nil),
                #""event":"finished","time":1500,"task":"phase1/uv-migration","outcome":"succeeded","attempts":1,"usage":{"wall":3,"cpu":2,"peakMemory":1}"#
            ),
            (
                .finished(task, .failed(.missingOutputs(["o"]), attempts: 1), ResourceUsage(), log: [0x61]),
                #""event":"finished","time":1500,"task":"phase1/uv-migration","outcome":"failed","attempts":1,"cause":{"kind":"missing-outputs","text":"declared output o was not made","paths":["o"]},"usage":{"wall":0,"cpu":0,"peakMemory":0},"log":{"text":"a"}"#
            ),
            (
                .finished(TaskID(1), .blocked(by: task), ResourceUsage(), log: nil),
                #""event":"finished","time":1500,"task":"phase1/venv","outcome":"blocked","by":"phase1/uv-migration","usage":{"wall":0,"cpu":0,"peakMemory":0}"#
            ),
            (.warned(nil, "careful"), #""event":"warned","time":1500,"message":"careful""#),
            (
                .warned(task, "careful"),
                #""event":"warned","time":1500,"task":"phase1/uv-migration","message":"careful""#
            ),
            (
                .expanded(task, instances: ["x[a]"]),
                #""event":"expanded","time":1500,"task":"phase1/uv-migration","instances":["x[a]"]"#
            ),
            (.interrupted(15), #""event":"interrupted","time":1500,"signal":"SIGTERM","number":15"#),
            (
                .runFinished(.over([.restored, .succeeded(attempts: 2)], seconds: 1, signal: 2)),
                #""event":"run-finished","time":1500,"upToDate":0,"restored":1,"satisfied":0,"succeeded":1,"flaky":1,"failed":0,"skipped":0,"blocked":0,"cancelled":0,"wall":1000000000,"signal":"SIGINT""#
            ),
        ] as [(Event.Kind, String)])
    func eventLines(kind: Event.Kind, members: String) throws {
        var renderer = JSONRenderer(tasks: TaskTable(sampleNames))
        let bytes = renderer.render(Event(time: 1_500, kind))
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"version":1,"# + members + "}\n")
        #expect(try parsed(bytes) is [String: Any])
    }

    @Test func findingsSayWhere() throws {
        var sources = SourceMap()
        let source = sources.add(SourceText(path: "tasks.yaml", bytes: Array("a: b\n".utf8)))
        let finding = Diagnostic(
            .error, "x", at: SourceRange(source: source, start: 3, end: 4), notes: [.init("y", at: nil)], hint: "z")
        let json = FailureCause.conditions([finding]).json(in: sources)
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"kind":"conditions","text":"1 condition does not hold","findings":[{"severity":"error","message":"x","at":"tasks.yaml:1:4","hint":"z","text":"tasks.yaml:1:4: error: x\n  1 | a: b\n    |    ^\nnote: y\n  hint: z\n"}]}"#
        )
        let unknown = FailureCause.invalid([finding]).json(in: SourceMap())
        #expect(
            String(decoding: unknown.bytes, as: UTF8.self)
                == #"{"kind":"invalid","text":"x","findings":[{"severity":"error","message":"x","hint":"z","text":"error: x\nnote: y\n  hint: z\n"}]}"#
        )
    }

    @Test func instancesMadeWhileRunningHaveNames() throws {
        var renderer = JSONRenderer(tasks: TaskTable(["x"]))
        _ = renderer.render(Event(time: 0, .expanded(TaskID(0), instances: ["x[a]", "x[b]"])))
        let line = try parsed(renderer.render(Event(time: 0, .started(TaskID(2), attempt: 1)))) as? [String: Any]
        #expect(line?["task"] as? String == "x[b]")
    }

    @Test func everyCauseAndReasonHasAKind() throws {
        let causes: [FailureCause] = [
            .exit(.exited(1)), .exit(.signalled(9)), .timedOut(limit: 1), .notStarted("x"), .missingOutputs([]),
            .conditions([]),
            .undeclaredChanges([]), .invalid([]), .engine("x"), .differs([]),
        ]
        let reasons: [RunReason] = [
            .neverRan, .notCached(.declared), .forced, .cacheDisabled, .failedBefore, .changed([]),
            .recordIncomplete("x"), .tooOld,
        ]
        let kinds = try (causes.map { $0.json(in: SourceMap()) } + reasons.map(\.json)).map {
            try (parsed($0.bytes) as? [String: Any])?["kind"] as? String
        }
        #expect(
            kinds == [
                "exit", "signal", "timeout", "not-started", "missing-outputs", "conditions", "undeclared-changes",
                "invalid", "engine", "differs",
                "never-ran", "not-cached", "forced", "cache-disabled", "failed-before", "changed", "record-incomplete",
                "too-old",
            ])
    }
}
