// What an engine says of an image, read from its answer. Asks nobody.

internal import Conditions
internal import Vocabulary

/// An image that is on this machine.
struct ContainerImage: Hashable, Sendable {
    /// Its content's digest, as the engine names it.
    let id: String
    /// TCP ports that it says it listens on, in ascending order.
    var ports: [UInt16] = []
    /// What it wants to be ended with; nil: it does not say.
    var stopSignal: Int32?
}

/// What `image inspect` gave.
enum ImageAnswer: Hashable, Sendable {
    case present(ContainerImage)
    /// The engine answers, and does not have it.
    case missing
    /// The engine does not answer: why.
    case silent(String)

    /// - Parameter output: errors included, which may stand before the answer.
    init(status: Int32, output: String) {
        let lines = output.split(whereSeparator: \.isNewline)
        if status == 0 {
            let image = lines.firstIndex { $0.hasPrefix("[") }.flatMap { start in
                ContainerImage(json: lines[start...].joined(separator: "\n"))
            }
            self = image.map { .present($0) } ?? .silent("it said something else than what the image is")
            return
        }
        let sayings = ["no such image", "image not known", "no such object", "failed to find image"]
        let said = output.lowercased()
        self = sayings.contains(where: said.contains) ? .missing : .silent(EngineWords.reason(output, status))
    }
}

/// How an engine explains itself.
enum EngineWords {
    /// The last line that it wrote, without the word that says it is an error.
    static func reason(_ output: String, _ status: Int32) -> String {
        let lines = output.split(whereSeparator: \.isNewline).map(String.init)
        guard let last = lines.last(where: { $0.contains("rror") }) ?? lines.last else {
            return "exit status \(status)"
        }
        return last.hasPrefix("Error: ") ? String(last.dropFirst(7)) : last
    }
}

extension ContainerImage {
    /// The first of the list that `image inspect` prints.
    init?(json: String) {
        guard let document = try? JSONReader.read(Array(json.utf8)), case .list(let images) = document.content,
            let image = images.first, let id = image["Id"]?.text, !id.isEmpty
        else { return nil }
        // podman leaves the algorithm out.
        self.id = id.hasPrefix("sha256:") ? id : "sha256:" + id
        let settings = image["Config"]
        ports = settings?["ExposedPorts"]?.keys.compactMap(ContainerImage.port).sorted() ?? []
        stopSignal = settings?["StopSignal"]?.text.flatMap(ContainerImage.signal)
    }

    /// `5432/tcp`, `5432`.
    private static func port(_ text: String) -> UInt16? {
        let parts = text.split(separator: "/")
        guard parts.count == 1 || parts.last == "tcp" else { return nil }
        return parts.first.flatMap { UInt16($0) }
    }

    /// `SIGINT`, `INT`, `2`.
    private static func signal(_ text: String) -> Int32? {
        let names: [String: Int32] = ["HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "TERM": 15]
        return names[text.hasPrefix("SIG") ? String(text.dropFirst(3)) : text] ?? Int32(text)
    }
}

extension DocumentNode {
    fileprivate subscript(key: String) -> DocumentNode? {
        guard case .table(let entries) = content else { return nil }
        return entries.last { $0.key == key }?.value
    }

    fileprivate var keys: [String] {
        guard case .table(let entries) = content else { return [] }
        return entries.map(\.key)
    }

    fileprivate var text: String? {
        guard case .scalar(.string(let text)) = content else { return nil }
        return text
    }
}
