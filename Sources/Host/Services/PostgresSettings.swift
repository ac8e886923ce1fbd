// The configuration of a private PostgreSQL: small, fast, and without regard for what a crash would do to it.

internal import Ports
internal import Vocabulary

/// What a recipe's settings mean.
struct PostgresSettings {
    /// Part of the identity of templates: to be counted up when anything below, or how a template is built, changes.
    static let format = "postgres 3"

    /// What the server is told unless the recipe says otherwise. Nothing is synchronised: the data lives as long as the
    /// server. Memory and helpers are few: dozens of servers run side by side.
    private static let base: [(name: String, value: String)] = [
        ("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off"), ("wal_level", "minimal"),
        ("max_wal_senders", "0"), ("wal_buffers", "32kB"), ("min_wal_size", "2MB"), ("max_wal_size", "32MB"),
        ("checkpoint_timeout", "1d"), ("shared_buffers", "2MB"), ("huge_pages", "off"), ("max_connections", "20"),
        // Tables of shared memory that are filled at the start; locks of relations are as fine as with twice as many.
        ("max_pred_locks_per_transaction", "16"), ("max_pred_locks_per_relation", "16"),
        ("max_worker_processes", "1"), ("max_logical_replication_workers", "0"),
        ("autovacuum", "off"), ("autovacuum_max_workers", "1"), ("jit", "off"),
        ("bgwriter_lru_maxpages", "0"), ("bgwriter_delay", "10s"), ("wal_writer_delay", "10s"),
        // Files among the data, which vanish with it; the other kinds live on when the server is killed.
        ("dynamic_shared_memory_type", "mmap"), ("timezone", "UTC"), ("log_timezone", "UTC"),
        ("logging_collector", "off"), ("log_destination", "stderr"),
    ]

    /// Settings that not every version has, with the first that does. No logs are kept for later, so that a template is
    /// small, and statistics are in shared memory, of which only what is used counts, instead of a file of a megabyte.
    private static let later: [(major: Int, name: String, value: String)] = [
        (12, "wal_init_zero", "off"), (12, "wal_recycle", "off"), (14, "min_dynamic_shared_memory", "2MB"),
    ]

    /// What taskgraph itself decides about an instance.
    private static let reserved: Set<String> = [
        "port", "listen_addresses", "unix_socket_directories", "unix_socket_group", "unix_socket_permissions",
        "data_directory", "hba_file", "ident_file", "config_file", "external_pid_file",
    ]

    /// Not the server's but `initdb`'s.
    let encoding: String
    let locale: String
    /// As names with values; the last one of a name counts.
    let values: [(name: String, value: String)]

    /// For a server whose version is not known: nothing is said that only some versions understand.
    static let anyMajor = 0

    /// - Parameter major: the server's version.
    init(_ recipe: ServiceRecipe, major: Int) throws(ServiceError) {
        encoding = recipe.settings.last { $0.name == "encoding" }?.value ?? "UTF8"
        locale = recipe.settings.last { $0.name == "locale" }?.value ?? "C.UTF-8"
        let later = PostgresSettings.later.filter { $0.major <= major }.map { (name: $0.name, value: $0.value) }
        var values = PostgresSettings.base + later
        for setting in recipe.settings where setting.name != "encoding" && setting.name != "locale" {
            values.append((try PostgresSettings.name(of: setting, recipe.name), setting.value))
        }
        self.values = values
    }

    /// For the end of `postgresql.conf`.
    var lines: [String] { values.map { "\($0.name) = '\(PostgresSettings.quoted($0.value))'" } }

    private static func name(of setting: ServiceRecipe.Setting, _ service: String) throws(ServiceError) -> String {
        let name = setting.name.lowercased()
        if reserved.contains(name) {
            throw ServiceError(
                "service \"\(service)\": the setting \"\(setting.name)\" is not yours to choose: each instance has its own",
                hint: "remove it; ${{ self.port }}, ${{ self.socket }} and their like say what it is")
        }
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (0x30...0x39).contains(byte)
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            }
        guard isName, !setting.value.contains(where: \.isNewline) else {
            throw ServiceError(
                "service \"\(service)\": \"\(setting.name): \(setting.value)\" is no setting of PostgreSQL",
                hint: "settings are those of postgresql.conf, each on one line")
        }
        return name
    }

    private static func quoted(_ value: String) -> String {
        var quoted = ""
        for character in value {
            if character == "'" || character == "\\" { quoted.append(character) }
            quoted.append(character)
        }
        return quoted
    }
}
