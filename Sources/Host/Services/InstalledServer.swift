// What drivers of installed servers have in common: where things are, who the servers run as, how identities and templates
// come about. Knows no server.

internal import CLinux
internal import Glibc
internal import Ports
internal import Vocabulary

/// A kind of server whose programs are installed on this machine.
struct InstalledServer: Sendable {
    let place: ServicePlace
    let programs: ServerPrograms
    /// Nil: as we are.
    let user: ServerUser?
    /// Its uses last as long as this value: nobody removes a template that an instance begins with.
    private let store: TemplateStore

    /// - Parameters:
    ///   - name: of the driver.
    ///   - users: who its servers run as when we are root; the first that there is.
    init(_ name: String, _ place: ServicePlace, _ programs: ServerPrograms, users: [String]) {
        self.place = place
        self.programs = programs
        user = ServerUser.choose(users)
        // Belongs to the server's user and can be of no use to another.
        store = TemplateStore(directory: "\(place.templates)/\(name)-\(user?.user ?? geteuid())")
    }

    /// - Parameters:
    ///   - format: of templates, and of what the driver itself decides.
    ///   - version: what the server says of itself.
    func identity(
        of recipe: ServiceRecipe, format: String, version: String
    ) throws(ServiceError) -> Digest {
        var identity = ServiceIdentity(format)
        identity.add("version", version)
        identity.add(recipe.settings)
        try identity.add(setup: recipe.setup, of: recipe.name)
        return identity.digest
    }

    /// The template with this identity, built if it has to be, in a directory that is cleared away afterwards.
    func template(
        _ identity: Digest, _ run: ServiceRun,
        _ build: (String) throws(ServiceError) -> (content: String, note: String)
    ) throws(ServiceError) -> TemplateStore.Kept {
        var scratch: String?
        defer { if let scratch { _ = tg_service_clear(scratch) } }
        return try store.template(identity) { () throws(ServiceError) in
            let directory = try directory(in: run)
            scratch = directory
            return try build(directory)
        }
    }

    /// An empty directory of an instance, or for a template in the making; the server's user's.
    func directory(in run: ServiceRun) throws(ServiceError) -> String {
        do throws(SystemFailure) { return try run.makeDirectory(for: user) } catch {
            throw ServiceError("there is no place for the sockets and data of services: \(error)")
        }
    }

    /// What starts an instance in its directory.
    /// - Parameter data: options of the launcher about what the instance begins with.
    func request(_ words: [String], in directory: String, data: [String] = []) -> ProcessRequest {
        ProcessRequest(
            arguments: place.launcher + data + (user?.option ?? []) + ["-d", directory, "--"] + words,
            environment: ["PATH=\(place.path)", "LC_ALL=C.UTF-8"], directory: "/")
    }
}

/// Credentials: nobody can guess them, and they need no quoting anywhere.
enum RandomText {
    /// 24 letters and digits, 142 bits from the system's generator.
    static func password() -> String {
        let characters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        return String((0..<24).map { _ in characters[Int.random(in: 0..<characters.count)] })
    }
}
