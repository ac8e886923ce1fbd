// Runs libyaml over a text once and fills an arena from its events; stops at the first problem. Writes no prose.

internal import CLibYAML
internal import Vocabulary

/// The events of one text, folded into records.
struct EventReader {
    static let deepest = 256
    /// So many nodes may come out of aliases beyond ten for each that is written.
    static let mostExpanded = 100_000

    private let text: CheckedText
    private(set) var builder = ArenaBuilder()
    private var documentStart: Int?

    private init(_ text: CheckedText) {
        self.text = text
        builder.reserve(forBytes: text.bytes.count)
    }

    /// Reads the text up to its end or the first problem. What was read until then is returned in any case.
    static func read(_ text: CheckedText, source: SourceID) -> (arena: Arena, problem: Problem?) {
        var reader = EventReader(text)
        let problem = reader.run()
        return (reader.builder.finish(source: source, bytes: text.bytes), problem)
    }

    private mutating func run() -> Problem? {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else { fatalError("libyaml could not allocate its parser") }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        let text = text
        return text.bytes.withUnsafeBufferPointer { bytes in
            let content = UnsafeBufferPointer(rebasing: bytes[text.start...])
            yaml_parser_set_input_string(parser, content.baseAddress, content.count)
            return events(of: parser, in: bytes)
        }
    }

    private mutating func events(
        of parser: UnsafeMutablePointer<yaml_parser_t>, in bytes: UnsafeBufferPointer<UInt8>
    ) -> Problem? {
        var event = yaml_event_t()
        while true {
            guard yaml_parser_parse(parser, &event) == 1 else { return syntaxProblem(parser.pointee) }
            defer { yaml_event_delete(&event) }
            if event.type == YAML_STREAM_END_EVENT { return nil }
            if let problem = take(event, in: bytes) { return problem }
        }
    }

    private mutating func take(_ event: yaml_event_t, in bytes: UnsafeBufferPointer<UInt8>) -> Problem? {
        let start = text.offset(ofCharacter: Int(event.start_mark.index))
        let end = text.offset(ofCharacter: Int(event.end_mark.index))
        switch event.type {
        case YAML_DOCUMENT_START_EVENT:
            if let documentStart { return Problem(.secondDocument, at: start, length: 3, contextOffset: documentStart) }
            documentStart = start
        case YAML_SCALAR_EVENT:
            return builder.add(scalar: event.data.scalar, from: start, to: end, in: bytes)
        case YAML_ALIAS_EVENT:
            let name = String(cString: event.data.alias.anchor)
            return builder.add(aliasOf: name, from: start, to: end)
        case YAML_SEQUENCE_START_EVENT:
            let data = event.data.sequence_start
            return builder.open(.sequence, anchor: data.anchor, tag: data.tag, from: start, in: bytes)
        case YAML_MAPPING_START_EVENT:
            let data = event.data.mapping_start
            return builder.open(.mapping, anchor: data.anchor, tag: data.tag, from: start, in: bytes)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            return builder.close(at: end, isFlow: end > start)
        default:
            break
        }
        return nil
    }

    private func syntaxProblem(_ parser: yaml_parser_t) -> Problem {
        let offset = text.offset(ofCharacter: Int(parser.problem_mark.index))
        let message = parser.problem.map { String(cString: $0) } ?? "this cannot be read"
        let context = parser.context.map { String(cString: $0) } ?? ""
        let contextOffset = parser.context.map { _ in text.offset(ofCharacter: Int(parser.context_mark.index)) }
        let isTab = offset < text.bytes.count && text.bytes[offset] == UInt8(ascii: "\t")
        let kind: Problem.Kind = isTab ? .tab(otherLines: 0) : .syntax(message: message, context: context)
        return Problem(kind, at: offset, contextOffset: contextOffset)
    }
}
