// What a part of a key stood for, in words, for showing before and after. Decides nothing: the digests do.

/// The text behind a part of a key: a command, a variable's value, a tool's version.
public struct KeyText: Hashable, Sendable {
    public let kind: KeyPart.Kind
    /// As the part's name.
    public let name: String
    /// With the root's path made relative; secrets are masked. Several lines where the thing has several.
    public let text: String

    public init(_ kind: KeyPart.Kind, _ name: String, _ text: String) {
        self.kind = kind
        self.name = name
        self.text = text
    }
}
