// Which engine has an image, and getting one that none has. Knows nothing of what runs in it.

internal import Glibc
internal import Ports
internal import Synchronization
internal import Vocabulary

/// An image and the engine that has it.
struct FoundImage: Sendable {
    let engine: ContainerEngine
    let image: ContainerImage
}

/// Images as far as they were asked for; each is looked for once in the life of this value.
final class ContainerImages: Sendable {
    let engines: ContainerEngines
    private let say: @Sendable (String) -> Void
    private let known = Mutex<[String: FoundImage]>([:])
    private let hasSwept = Mutex(false)

    /// - Parameter say: told what takes long before it is done.
    init(_ engines: ContainerEngines, say: @escaping @Sendable (String) -> Void) {
        self.engines = engines
        self.say = say
    }

    /// Of an image that is named by its digest, without asking anybody.
    func digest(of image: String, for service: String) throws(ServiceError) -> String {
        if let digest = ContainerImages.digest(in: image) { return digest }
        return try find(image, for: service).image.id
    }

    /// `NAME@sha256:DIGEST`
    static func digest(in image: String) -> String? {
        guard let at = image.lastIndex(of: "@") else { return nil }
        let digest = image[image.index(after: at)...]
        guard digest.hasPrefix("sha256:"), digest.count == 71 else { return nil }
        return String(digest)
    }

    /// Pulled if no engine has it. Who comes second waits for the first.
    func find(_ image: String, for service: String) throws(ServiceError) -> FoundImage {
        try known.withLock { (known) throws(ServiceError) -> FoundImage in
            if let found = known[image] { return found }
            let found = try search(image, for: service)
            known[image] = found
            clearAfterTheDead(found.engine)
            return found
        }
    }

    /// The first engine that has it, else the first that answers and can get it.
    private func search(_ image: String, for service: String) throws(ServiceError) -> FoundImage {
        var silent: [String] = []
        var answering: ContainerEngine?
        for engine in try engines.all() {
            switch try engines.inspect(image, with: engine) {
            case .present(let image): return FoundImage(engine: engine, image: image)
            case .missing: answering = answering ?? engine
            case .silent(let why): silent.append("\(engine.name): \(why)")
            }
        }
        guard let engine = answering else {
            throw ServiceError(
                "it runs a container, and no container engine answers: " + silent.joined(separator: "; "),
                hint: "`podman info` or `docker info` must succeed; \(ContainerEngines.variable) names the one to use")
        }
        return FoundImage(engine: engine, image: try pull(image, with: engine, for: service))
    }

    private func pull(
        _ image: String, with engine: ContainerEngine, for service: String
    ) throws(ServiceError) -> ContainerImage {
        guard !image.hasPrefix("localhost/") else {
            throw ServiceError(
                "the image \(image) is not on this machine: \(engine.name) does not have it",
                hint: "build it: \(engine.kind.rawValue) build -t \(image) DIRECTORY")
        }
        say("service \"\(service)\": pulling the image \(image) with \(engine.kind.rawValue); that may take minutes")
        let ended = try engines.ask(engine, ["pull", "--quiet", image], patience: nil)
        guard let ended, ended.status == 0 else {
            throw ServiceError(
                "the image \(image) is not on this machine, and \(engine.name) cannot pull it"
                    + ServerLogTail.text(ended?.output ?? ""),
                hint: "`\(engine.kind.rawValue) pull \(image)` must succeed; is the name right, and are you logged in?")
        }
        guard case .present(let pulled) = try engines.inspect(image, with: engine) else {
            throw ServiceError("the image \(image) was pulled, and \(engine.name) does not have it")
        }
        return pulled
    }

    /// Containers of a taskgraph that was killed together with what should have removed them.
    private func clearAfterTheDead(_ engine: ContainerEngine) {
        guard
            hasSwept.withLock({ done in
                defer { done = true }
                return !done
            })
        else { return }
        let question = [
            "ps", "--all", "--no-trunc", "--filter", "label=\(ContainerOwner.label)", "--format",
            "{{.ID}} {{index .Labels \"\(ContainerOwner.label)\"}}",
        ]
        // docker's template has the labels as one text, and a function instead.
        let asked =
            engine.kind == .docker
            ? question.dropLast() + ["{{.ID}} {{.Label \"\(ContainerOwner.label)\"}}"] : question
        guard let ended = try? engines.ask(engine, asked), ended.status == 0 else { return }
        let dead = ContainerOwner.dead(ended.output, among: .current)
        guard !dead.isEmpty else { return }
        _ = try? engines.ask(engine, ["rm", "--force", "--volumes"] + dead)
    }
}
