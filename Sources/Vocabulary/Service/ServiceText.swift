// Text that is complete only when an instance has its address. Knows no other variables.

/// Text with `${{ self.FIELD }}` in it; all other templates are resolved.
public struct ServiceText: Hashable, Sendable, ExpressibleByStringLiteral {
    public enum Part: Hashable, Sendable {
        case literal(String)
        /// A field of the instance's own address, one of `ServiceAddress.fields`.
        case own(String)
    }

    public let parts: [Part]

    public init(_ parts: [Part]) {
        self.parts = parts
    }

    public init(_ text: String) {
        parts = [.literal(text)]
    }

    public init(stringLiteral text: String) {
        self.init(text)
    }

    /// The fields that the text names.
    public var fields: [String] {
        parts.compactMap { if case .own(let field) = $0 { field } else { nil } }
    }

    /// The text for one instance; nil when the address has no value for a field that is named.
    public func resolved(with address: ServiceAddress) -> String? {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .own(let field):
                guard let value = address.value(of: field) else { return nil }
                text += value
            }
        }
        return text
    }

    /// As it was written, near enough; the same for equal texts only.
    public var written: String {
        parts.map { part in
            switch part {
            case .literal(let literal): literal
            case .own(let field): "${{ self.\(field) }}"
            }
        }.joined()
    }
}
