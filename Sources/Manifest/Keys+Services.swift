// Services as written, and which driver knows which key. Does not start anything.

internal import Vocabulary
internal import YAML

/// A service being read.
struct ServiceFields: Sendable {
    var service: ServiceDeclaration
    var driver: Located<ServiceDeclaration.Driver>?
    /// Keys that were there, for the check against the driver.
    var seen: [Located<String>] = []

    /// Keys that not every driver knows.
    static let drivers: [String: [ServiceDeclaration.Driver]] = [
        "run": [.process, .container], "dir": [.process], "shell": [.process], "pass-env": [.process],
        "image": [.container, .postgres, .redis], "volumes": [.container, .postgres, .redis],
        "port": [.process, .container], "server-env": ServiceDeclaration.Driver.allCases,
        "shutdown": [.process, .container],
        "version": [.postgres, .redis], "settings": [.postgres, .redis], "setup": [.postgres, .redis],
    ]

    static let table = KeyTable<ServiceFields>(common + driven, required: ["driver"])

    private static let common: [Key<ServiceFields>] = [
        Key("driver", .choice(ServiceDeclaration.Driver.allCases.map(\.rawValue)), "What makes the service") {
            $1.driver = $2.choice($0)
        },
        Key("title", .text, "One line for lists and progress") { $1.service.title = $2.template($0) },
        Key("description", .text, "What it is for") { $1.service.description = $2.template($0) },
        Key("scope", .choice(ServiceDeclaration.Scope.allCases.map(\.rawValue)), "Who shares one instance") {
            $1.service.scope = $2.choice($0)
        },
        Key("shared", .choice(["read-only"]), "read-only: users do not change it and may be cached") {
            node, target, reader in
            enum Shared: String, CaseIterable { case readOnly = "read-only" }
            target.service.isSharedReadOnly = reader.choice(node, Shared.self) != nil
        },
        Key("needs", .oneOrMany(.either([.text, NeedFields.table.shape])), "Tasks to come before") {
            $1.service.needs = $2.needs($0)
        },
        Key("uses", .oneOrMany(.text), "Services it needs itself") { $1.service.uses = $2.names($0) },
        Key("inputs", .oneOrMany(.text), "Patterns of files its identity depends on") {
            $1.service.inputs = $2.patterns($0)
        },
        Key("env", .map(.text), "Variables set for its users") { $1.service.environment = $2.environment($0) },
        Key("ready", ProbeFields.table.shape, "When it is ready") { $1.service.ready = $2.probe($0) },
        Key("live", ProbeFields.table.shape, "Whether it still is, once it was ready") {
            $1.service.live = $2.livenessProbe($0)
        },
    ]

    private static let driven: [Key<ServiceFields>] = [
        Key("run", .oneOrMany(.text), "What it executes") {
            $1.note("run", $0)
            $1.service.run = $2.run($0)
        },
        Key("dir", .text, "Where it runs") {
            $1.note("dir", $0)
            $1.service.directory = $2.template($0)
        },
        Key("shell", .oneOrMany(.text), "What runs a script") {
            $1.note("shell", $0)
            $1.service.shell = $2.shell($0)
        },
        Key("pass-env", .oneOrMany(.text), "Variables passed on from the caller") {
            $1.note("pass-env", $0)
            $1.service.passedEnvironment = $2.variableNames($0)
        },
        Key("setup", .oneOrMany(.text), "Files applied once, to the template; relative to this file") {
            $1.note("setup", $0)
            $1.service.setup = $2.templates($0)
        },
        Key("settings", .map(.text), "Server settings") {
            $1.note("settings", $0)
            $1.service.settings = $2.options($0)
        },
        Key("server-env", .map(.text), "Variables of the server itself") {
            $1.note("server-env", $0)
            $1.service.serverEnvironment = $2.environment($0)
        },
        option("version", "The version of the server"), option("image", "The image"),
        option("port", "The port it listens on"),
        Key("volumes", .oneOrMany(.text), "Volumes as HOST:CONTAINER") { node, target, reader in
            target.note("volumes", node)
            for volume in reader.templates(node) {
                target.service.options.append(OptionDeclaration(name: Located("volumes", volume.range), value: volume))
            }
        },
        Key("shutdown", ShutdownFields.table.shape, "How it is stopped") { node, target, reader in
            target.note("shutdown", node)
            var fields = ShutdownFields()
            ShutdownFields.table.read(node, into: &fields, reader, in: "`shutdown`")
            target.service.options += fields.options
        },
    ]

    private static func option(_ name: String, _ summary: String) -> Key<ServiceFields> {
        Key(name, .text, summary) { node, target, reader in
            target.note(name, node)
            guard let value = reader.template(node) else { return }
            target.service.options.append(OptionDeclaration(name: Located(name, node.range), value: value))
        }
    }

    private mutating func note(_ key: String, _ node: YAMLNode) { seen.append(Located(key, node.range)) }
}

/// `{signal: TERM, timeout: 10s}`
struct ShutdownFields: Sendable {
    enum Signal: String, CaseIterable {
        case term = "TERM"
        case int = "INT"
        case quit = "QUIT"
        case hup = "HUP"
        case kill = "KILL"
    }

    var options: [OptionDeclaration] = []

    static let table = KeyTable<ShutdownFields>([
        Key("signal", .choice(Signal.allCases.map(\.rawValue)), "The signal that asks it to end") {
            node, target, reader in
            guard reader.choice(node, Signal.self) != nil, let value = reader.template(node) else { return }
            target.options.append(OptionDeclaration(name: Located("shutdown.signal", node.range), value: value))
        },
        Key("timeout", .duration, "How long it may take before it is killed") { node, target, reader in
            guard reader.duration(node) != nil, let value = reader.template(node) else { return }
            target.options.append(OptionDeclaration(name: Located("shutdown.timeout", node.range), value: value))
        },
    ])
}

extension Reader {
    func services(_ node: YAMLNode) -> [ServiceDeclaration] {
        named(node, wants: "a mapping from names to services") { name, value in
            let place = "the service \"\(name.value)\""
            guard value.kind == .mapping else {
                wrongType(value, wants: "a mapping such as {driver: postgres}")
                return nil
            }
            var fields = ServiceFields(service: ServiceDeclaration(name: name, driver: Located(.process, name.range)))
            let isKnown = ServiceFields.table.read(value, into: &fields, self, in: place)
            guard isKnown, let driver = fields.driver else { return nil }
            fields.service.driver = driver
            checkDriver(driver, fields, place)
            return fields.service
        }
    }

    private func checkDriver(_ driver: Located<ServiceDeclaration.Driver>, _ fields: ServiceFields, _ place: String) {
        for key in fields.seen {
            guard let drivers = ServiceFields.drivers[key.value], !drivers.contains(driver.value) else { continue }
            error(
                "`\(key.value)` is not for the driver \(driver.value.rawValue)", at: key.range,
                notes: [.init("the driver is chosen here", at: driver.range)],
                hint: "it goes with \(Self.alternatives(drivers.map(\.rawValue)))"
            )
        }
        let keys = Set(fields.seen.map(\.value))
        if driver.value == .process, !keys.contains("run") { missing("run", in: place, at: fields.service.name.range) }
        if driver.value == .container, !keys.contains("image") {
            missing("image", in: place, at: fields.service.name.range)
        }
        checkImage(driver, fields, keys)
    }

    /// What goes with an image only, and what does not go with one.
    private func checkImage(
        _ driver: Located<ServiceDeclaration.Driver>, _ fields: ServiceFields, _ keys: Set<String>
    ) {
        if let used = fields.service.uses.first, keys.contains("image") {
            error(
                "a container cannot use the service \"\(used.value)\": services listen on 127.0.0.1, which is its own"
                    + " inside",
                at: used.range, hint: "let a service of the driver process use both")
        }
        for key in fields.seen {
            switch key.value {
            case "version" where keys.contains("image") && driver.value != .container:
                error("`version` is the image's to say", at: key.range, hint: "remove it, or `image`")
            case "volumes", "server-env":
                guard driver.value == .postgres || driver.value == .redis, !keys.contains("image") else { continue }
                error(
                    "`\(key.value)` needs an `image`", at: key.range,
                    notes: [
                        .init("without one, \(driver.value.rawValue) is the server that is installed", at: driver.range)
                    ])
            default: break
            }
        }
    }

    /// A mapping from chosen names to text.
    func options(_ node: YAMLNode) -> [OptionDeclaration] {
        named(node, wants: "a mapping") { name, value in
            template(value).map { OptionDeclaration(name: name, value: $0) }
        }
    }
}
