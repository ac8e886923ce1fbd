// Everything that went into a key, name by name, and how two listings differ. Does not compute digests.

/// One named part of a key.
public struct KeyPart: Hashable, Sendable {
    public enum Kind: UInt8, Sendable, CaseIterable {
        case format, platform, definition, command, environment, secret, argument, string, tool, input, dependency,
            service,
            workspace
    }

    public let kind: Kind
    /// The file's path, the variable's name, the dependency's task name …; empty for kinds that have one part only.
    public let name: String
    /// The content: a file's digest with its mode, a variable's value hashed, a dependency's outputs hashed.
    public let digest: Digest

    public init(_ kind: Kind, _ name: String, _ digest: Digest) {
        self.kind = kind
        self.name = name
        self.digest = digest
    }
}

/// The parts of a key, ordered by kind and then by the bytes of the name. The key is the hash of this list, so the key
/// and its explanation cannot drift apart.
public struct KeyListing: Hashable, Sendable {
    public let parts: [KeyPart]

    public init(_ parts: [KeyPart]) {
        self.parts = parts.sorted {
            $0.kind != $1.kind ? $0.kind.rawValue < $1.kind.rawValue : $0.name.utf8Precedes($1.name)
        }
    }

    public func encode(into writer: inout ByteWriter) {
        writer.reserve(writer.bytes.count + 64 * parts.count)
        writer.integer(UInt32(parts.count))
        for part in parts {
            writer.integer(part.kind.rawValue)
            writer.string(part.name)
            writer.digest(part.digest)
        }
    }

    /// Nil when the bytes are torn.
    public init?(from reader: inout ByteReader) {
        guard let count = reader.integer(UInt32.self) else { return nil }
        var parts: [KeyPart] = []
        for _ in 0..<count {
            guard let kind = reader.integer(UInt8.self).flatMap(KeyPart.Kind.init), let name = reader.string(),
                let digest = reader.digest()
            else { return nil }
            parts.append(KeyPart(kind, name, digest))
        }
        self.parts = parts
    }
}

/// One difference between two listings.
public struct KeyChange: Hashable, Sendable {
    public enum Direction: String, Sendable {
        case added, removed, changed
    }

    public let kind: KeyPart.Kind
    public let name: String
    public let direction: Direction

    public init(kind: KeyPart.Kind, name: String, direction: Direction) {
        self.kind = kind
        self.name = name
        self.direction = direction
    }
}

extension KeyListing {
    /// What changed from an earlier listing to this one, in the listing's order.
    public func changes(since earlier: KeyListing) -> [KeyChange] {
        var changes: [KeyChange] = []
        var old = earlier.parts[...]
        var new = parts[...]
        func precedes(_ left: KeyPart, _ right: KeyPart) -> Bool {
            left.kind != right.kind ? left.kind.rawValue < right.kind.rawValue : left.name.utf8Precedes(right.name)
        }
        while let next = old.first ?? new.first {
            if let before = old.first, let after = new.first, !precedes(before, after), !precedes(after, before) {
                if before.digest != after.digest {
                    changes.append(KeyChange(kind: next.kind, name: next.name, direction: .changed))
                }
                old.removeFirst()
                new.removeFirst()
            } else if let after = new.first, old.first.map({ precedes(after, $0) }) ?? true {
                changes.append(KeyChange(kind: after.kind, name: after.name, direction: .added))
                new.removeFirst()
            } else if let before = old.first {
                changes.append(KeyChange(kind: before.kind, name: before.name, direction: .removed))
                old.removeFirst()
            }
        }
        return changes
    }
}
