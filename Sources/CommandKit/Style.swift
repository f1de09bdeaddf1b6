// Colours and weights of text on a terminal.

/// Dresses text in ANSI attributes (ECMA-48 §8.3.117), or leaves it as it is.
public struct Style: Sendable, Equatable {
    /// One attribute.
    public enum Attribute: Int, Sendable, CaseIterable {
        /// Heavier.
        case bold = 1
        /// Fainter.
        case dim = 2
        /// Refusals.
        case red = 31
        /// What is done.
        case green = 32
        /// Warnings, hashes.
        case yellow = 33
        /// Hints.
        case cyan = 36
    }

    /// Whether text is dressed at all.
    public let isEnabled: Bool

    /// Text as it is.
    public static let plain = Style(isEnabled: false)

    /// A style; see `ColorChoice.resolve` for when it is enabled.
    public init(isEnabled: Bool) {
        self.isEnabled = isEnabled
    }

    /// The text with the attributes; empty text stays empty.
    public func apply(_ attributes: Attribute..., to text: String) -> String {
        guard isEnabled, !text.isEmpty, !attributes.isEmpty else { return text }
        let codes = attributes.map { String($0.rawValue) }.joined(separator: ";")
        return "\u{1b}[\(codes)m\(text)\u{1b}[0m"
    }

    /// Heavier text.
    public func bold(_ text: String) -> String { apply(.bold, to: text) }
    /// Fainter text.
    public func dim(_ text: String) -> String { apply(.dim, to: text) }
    /// Red text.
    public func red(_ text: String) -> String { apply(.red, to: text) }
    /// Green text.
    public func green(_ text: String) -> String { apply(.green, to: text) }
    /// Yellow text.
    public func yellow(_ text: String) -> String { apply(.yellow, to: text) }
    /// Cyan text.
    public func cyan(_ text: String) -> String { apply(.cyan, to: text) }
}
