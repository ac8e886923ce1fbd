// XML piece by piece through expat, in one pass and without a tree. Does not know what the elements mean.
//
// What a hostile report could use is off: a DOCTYPE may name a DTD, which is never fetched, but declare nothing, so there
// are no entities but XML's own five; sizes, depth and the number of names are bounded by `ReportLimits`.

internal import CExpat

/// Takes what stands in a report, in the order in which it stands there.
protocol XMLHandler: AnyObject {
    func start(_ tag: XMLTag) throws(XMLRefusal)
    func text(_ bytes: UnsafeBufferPointer<UInt8>)
    func end(at here: XMLHere)
}

/// Why an element cannot be taken; the reader says where.
struct XMLRefusal: Error {
    let message: String
    let hint: String?
    /// Nil for the whole tag.
    let place: ReportPlace?

    init(_ message: String, at place: ReportPlace? = nil, hint: String? = nil) {
        self.message = message
        self.hint = hint
        self.place = place
    }
}

/// One report that is being read.
final class XMLReader {
    let parser: OpaquePointer
    let handler: any XMLHandler
    let limits: ReportLimits
    /// The first thing that was wrong. Nothing is handed over after it.
    var refusal: ReportError?
    var depth = 0
    var names = AttributeNames()
    private var fed = 0
    private var piece = 1 << 16

    init(handler: any XMLHandler, limits: ReportLimits) {
        guard let parser = XML_ParserCreate(nil) else { fatalError("out of memory") }
        self.parser = parser
        self.handler = handler
        self.limits = limits
        installHandlers()
    }

    deinit {
        XML_ParserFree(parser)
    }

    /// Reads on.
    ///
    /// - Throws: what is wrong with the report so far. Do not feed it again after that.
    func feed(_ bytes: UnsafeBufferPointer<UInt8>) throws(ReportError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(piece)
            rest = rest.dropFirst(piece)
            guard fed + part.count <= limits.bytes else { throw tooLong() }
            fed += part.count
            try parse(UnsafeBufferPointer(rebasing: part), isLast: false)
            try growPieces()
        }
    }

    /// Reads the end.
    ///
    /// - Throws: when the report breaks off.
    func finish() throws(ReportError) {
        try parse(UnsafeBufferPointer(start: nil, count: 0), isLast: true)
    }

    private func parse(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) throws(ReportError) {
        let status = bytes.withMemoryRebound(to: CChar.self) {
            XML_Parse(parser, $0.baseAddress, Int32($0.count), isLast ? 1 : 0)
        }
        if let refusal { throw refusal }
        if status != XML_STATUS_OK { throw explained(XML_GetErrorCode(parser)) }
    }

    /// A tag that does not end in a piece is read again from its start with the next one: larger pieces each time keep
    /// that linear.
    private func growPieces() throws(ReportError) {
        let position = Int(XML_GetCurrentByteIndex(parser))
        let unfinished = position < 0 ? 0 : fed - position
        guard unfinished <= limits.piece else {
            throw ReportError(
                "a tag or comment is longer than \(byteCount(limits.piece))", at: XMLPlaces.event(parser),
                hint: "no test tool writes such a thing; the report is not read")
        }
        piece = max(1 << 16, unfinished)
    }

    private func tooLong() -> ReportError {
        .tooLong(limits, at: XMLPlaces.event(parser))
    }
}

/// The different names of attributes in a report, each of which is one pointer wherever it stands.
struct AttributeNames {
    private var all: Set<UnsafePointer<CChar>> = []
    /// Those seen last, found without hashing.
    private var recent = [UnsafePointer<CChar>?](repeating: nil, count: 64)

    var count: Int { all.count }

    mutating func insert(_ name: UnsafePointer<CChar>) {
        let slot = Int(bitPattern: name) >> 3 & 63
        guard recent[slot] != name else { return }
        recent[slot] = name
        all.insert(name)
    }
}

extension ReportError {
    /// A report that is larger than is read.
    static func tooLong(_ limits: ReportLimits, at place: ReportPlace) -> ReportError {
        ReportError(
            "the report is larger than \(byteCount(limits.bytes)), which is the limit", at: place,
            hint: "split the report, or keep the output of passing tests out of it")
    }
}

/// A number of bytes in the largest unit that divides it.
func byteCount(_ count: Int) -> String {
    if count >= 1 << 20, count % (1 << 20) == 0 { return "\(count >> 20) MiB" }
    if count >= 1 << 10, count % (1 << 10) == 0 { return "\(count >> 10) KiB" }
    return "\(count) bytes"
}
