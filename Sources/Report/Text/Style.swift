// Whether and how text is coloured. Does not ask the terminal or the environment: the command passes in what they say.

/// `--color`.
public enum ColorChoice: String, Sendable, CaseIterable {
    case auto, always, never

    /// Whether to colour.
    /// - Parameters:
    ///   - isTerminal: whether the stream that is written to is a terminal.
    ///   - noColor: the value of `NO_COLOR`; any value but the empty one switches colours off (no-color.org).
    ///   - term: the value of `TERM`; `dumb` switches colours off.
    public func resolved(isTerminal: Bool, noColor: String?, term: String?) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto: isTerminal && (noColor ?? "").isEmpty && term != "dumb"
        }
    }
}

/// Paints pieces of text, or leaves them as they are.
public struct Style: Sendable {
    /// Parameters of the escape sequence "select graphic rendition".
    enum Paint: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case magenta = "35"
        case cyan = "36"
        case boldRed = "1;31"
    }

    public let colors: Bool

    public init(colors: Bool) {
        self.colors = colors
    }

    public static let plain = Style(colors: false)

    func paint(_ paint: Paint, _ text: String) -> String {
        colors && !text.isEmpty ? "\u{1B}[\(paint.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// A colour for a task's prefix, the same one in every run.
    func prefix(_ text: String, of index: Int) -> String {
        let palette: [Paint] = [.cyan, .magenta, .blue, .green, .yellow]
        return paint(palette[index % palette.count], text)
    }
}
