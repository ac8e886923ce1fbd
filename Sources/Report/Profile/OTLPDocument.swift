// OTLP's TracesData as JSON: spans, attributes, statuses, ids. Knows no tasks.

import Vocabulary

/// The value of an attribute.
enum OTLPValue: Sendable {
    case string(String)
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)

    var json: JSON {
        switch self {
        case .string(let text): .object([("stringValue", .string(text))])
        case .bool(let value): .object([("boolValue", .bool(value))])
        case .integer(let value): .object([("intValue", .string(String(value)))])
        // The field is signed.
        case .unsigned(let value): .object([("intValue", .string(String(Int64(clamping: value))))])
        }
    }
}

enum OTLPStatus: Sendable {
    case ok
    case error(String)

    /// `STATUS_CODE_OK` is 1, `STATUS_CODE_ERROR` 2.
    var json: JSON {
        switch self {
        case .ok: .object([("code", .count(1))])
        case .error(let message): .object([("message", .string(message)), ("code", .count(2))])
        }
    }
}

/// Times are nanoseconds since the run began.
struct OTLPSpan: Sendable {
    var id: UInt64
    var parent: UInt64?
    var name: String
    var start: UInt64
    var end: UInt64
    var attributes: [(String, OTLPValue)]
    var links: [UInt64] = []
    var status: OTLPStatus
}

/// Collects the spans of one trace.
struct OTLPDocument: Sendable {
    let trace: [UInt8]
    let startedAt: UInt64
    private var spans: [JSON] = []

    init(trace: [UInt8], startedAt: UInt64) {
        self.trace = trace
        self.startedAt = startedAt
    }

    mutating func add(_ span: OTLPSpan) {
        let identity: [(String, JSON?)] = [
            ("traceId", .string(traceText)), ("spanId", .string(OTLPDocument.text(span.id))),
            ("parentSpanId", span.parent.map { .string(OTLPDocument.text($0)) }), ("name", .string(span.name)),
            // SPAN_KIND_INTERNAL
            ("kind", .count(1)), ("startTimeUnixNano", moment(span.start)), ("endTimeUnixNano", moment(span.end)),
            ("attributes", OTLPDocument.list(span.attributes)),
            (
                "links",
                span.links.isEmpty
                    ? nil
                    : .array(
                        span.links.map {
                            .object([("traceId", .string(traceText)), ("spanId", .string(OTLPDocument.text($0)))])
                        })
            ),
            ("status", span.status.json),
        ]
        spans.append(.object(dropping: identity))
    }

    func json(project: String, version: String) -> JSON {
        let resource: [(String, OTLPValue)] = [
            ("service.name", .string("taskgraph")), ("service.version", .string(version)),
            ("cicd.pipeline.name", .string(project)),
        ]
        let scope = JSON.object([("name", .string("taskgraph")), ("version", .string(version))])
        let scoped = JSON.object([("scope", scope), ("spans", .array(spans))])
        let owned = JSON.object([
            ("resource", .object([("attributes", OTLPDocument.list(resource))])), ("scopeSpans", .array([scoped])),
        ])
        return .object([("resourceSpans", .array([owned]))])
    }

    private func moment(_ time: UInt64) -> JSON { .string(String(startedAt &+ time)) }

    private var traceText: String { trace.map { OTLPDocument.text(UInt64($0), digits: 2) }.joined() }

    private static func text(_ number: UInt64, digits: Int = 16) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func list(_ attributes: [(String, OTLPValue)]) -> JSON {
        .array(attributes.map { .object([("key", .string($0.0)), ("value", $0.1.json)]) })
    }
}
