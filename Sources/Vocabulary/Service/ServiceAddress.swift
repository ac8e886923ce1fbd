// Where an instance of a service answers. Does not know which server it is.

/// What a user of a running service needs to reach it. Fields that the service has no use for are nil.
public struct ServiceAddress: Hashable, Sendable {
    /// The scheme of its URL: `postgresql`, `redis`, `http` …
    public var scheme: String
    /// A loopback address.
    public var host: String
    public var port: UInt16?
    public var user: String?
    public var password: String?
    public var database: String?
    /// Absolute path of a Unix socket; for PostgreSQL the directory that holds it, as its clients expect.
    public var socket: String?

    public init(
        scheme: String, host: String = "127.0.0.1", port: UInt16? = nil, user: String? = nil, password: String? = nil,
        database: String? = nil, socket: String? = nil
    ) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.database = database
        self.socket = socket
    }

    /// The names that `service.NAME.` and `self.` know, in the order in which messages list them.
    public static let fields = ["host", "port", "url", "user", "password", "database", "socket"]

    /// `SCHEME://USER:PASSWORD@HOST:PORT/DATABASE`, with the parts that there are.
    public var url: String {
        var text = scheme + "://"
        if user != nil || password != nil {
            text += ServiceAddress.escaped(user ?? "")
            if let password { text += ":" + ServiceAddress.escaped(password) }
            text += "@"
        }
        text += host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        if let port { text += ":\(port)" }
        if let database { text += "/" + ServiceAddress.escaped(database) }
        return text
    }

    /// What `${{ service.NAME.FIELD }}` stands for; nil when the service has no such thing, or the field is not known.
    public func value(of field: String) -> String? {
        switch field {
        case "host": host
        case "port": port.map { String($0) }
        case "url": url
        case "user": user
        case "password": password
        case "database": database
        case "socket": socket
        default: nil
        }
    }

    /// RFC 3986: everything but unreserved characters as `%HH`.
    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
