// What expat calls. A refusal stops the parser; expat itself must never be unwound through.

internal import CExpat

extension XMLReader {
    func installHandlers() {
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { XMLReader.from($0).started($1!, $2!) },
            { context, _ in XMLReader.from(context).ended() })
        XML_SetCharacterDataHandler(parser) { context, text, count in
            let reader = XMLReader.from(context)
            guard reader.refusal == nil, let text else { return }
            let bytes = UnsafeRawBufferPointer(start: text, count: Int(count)).assumingMemoryBound(
                to: UInt8.self)
            reader.handler.text(bytes)
        }
        XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, declaresSomething in
            if declaresSomething != 0 { XMLReader.from(context).refuse(XMLReader.declarations) }
        }
        XML_SetSkippedEntityHandler(parser) { context, name, _ in
            let name = name.map { String(cString: $0) } ?? ""
            XMLReader.from(context).refuse(XMLReader.undefined(entity: name))
        }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> XMLReader {
        Unmanaged<XMLReader>.fromOpaque(context!).takeUnretainedValue()
    }

    private func refuse(_ reason: XMLRefusal) {
        guard refusal == nil else { return }
        refusal = ReportError(
            reason.message, at: reason.place ?? XMLPlaces.event(parser), hint: reason.hint)
        XML_StopParser(parser, 0)
    }

    private func started(
        _ name: UnsafePointer<CChar>, _ list: UnsafeMutablePointer<UnsafePointer<CChar>?>
    ) {
        guard refusal == nil else { return }
        depth += 1
        guard depth <= limits.depth else {
            return refuse(XMLRefusal("elements stand inside each other more than \(limits.depth) deep"))
        }
        var position = list
        while let attribute = position.pointee {
            names.insert(attribute)
            position += 2
        }
        guard names.count <= limits.names else {
            return refuse(XMLRefusal("more than \(limits.names) different names of attributes"))
        }
        do throws(XMLRefusal) {
            try handler.start(XMLTag(name: XMLText(start: name), list: list, parser: parser))
        } catch {
            refuse(error)
        }
    }

    private func ended() {
        guard refusal == nil else { return }
        depth -= 1
        handler.end(at: XMLHere(parser: parser))
    }
}
