// Names in a configuration: sections and keys fold the case of ASCII letters, subsections are
// bytes.

/// A section, or a subsection where there is one: `[core]`, `[contact "Bob"]`.
public struct ConfigurationSection: Hashable, Sendable {
    /// In lower case.
    public let name: String
    /// As it is written, case and all; nil for the section itself.
    public let subsection: String?

    /// The section `name`, or its subsection.
    public init(_ name: String, _ subsection: String? = nil) throws(ConfigurationError) {
        guard !name.isEmpty, name.utf8.allSatisfy(isConfigurationKeyCharacter) else {
            throw .invalidKey(name, reason: .section)
        }
        if let subsection, subsection.utf8.contains(where: { $0 == 0 || $0 == 0x0a }) {
            throw .invalidKey(subsection, reason: .subsection)
        }
        self.init(folded: lowercased(name), subsection: subsection)
    }

    /// A section of a name that is known to be well formed and in lower case.
    init(folded name: String, subsection: String?) {
        self.name = name
        self.subsection = subsection
    }

    /// Equal bytes: two spellings of one accented letter are equal strings in Swift, and different
    /// subsections in a file.
    public static func == (left: ConfigurationSection, right: ConfigurationSection) -> Bool {
        guard left.name == right.name else { return false }
        return switch (left.subsection, right.subsection) {
        case (nil, nil): true
        case (let left?, let right?): left.utf8.elementsEqual(right.utf8)
        default: false
        }
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        guard var subsection else { return }
        subsection.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// A key with its section: `core.wait`, `contact.Bob.address`.
public struct ConfigurationKey: Hashable, Sendable {
    /// The section, with its subsection.
    public let section: ConfigurationSection
    /// In lower case.
    public let name: String

    /// A key of a section.
    public init(_ section: ConfigurationSection, _ name: String) throws(ConfigurationError) {
        guard let first = name.utf8.first, isLetter(first),
            name.utf8.allSatisfy(isConfigurationKeyCharacter)
        else { throw .invalidKey(name, reason: .name) }
        self.init(section: section, folded: lowercased(name))
    }

    /// The key that `text` names: the section ends at the first dot, the name begins after the
    /// last.
    public init(_ text: String) throws(ConfigurationError) {
        guard let first = text.utf8.firstIndex(of: 0x2e), let last = text.utf8.lastIndex(of: 0x2e)
        else { throw .invalidKey(text, reason: .noSection) }
        let subsection =
            first == last ? nil : String(text[text.utf8.index(after: first)..<last])
        try self.init(
            ConfigurationSection(String(text[..<first]), subsection),
            String(text[text.utf8.index(after: last)...]))
    }

    /// A key of a name that is known to be well formed and in lower case.
    init(section: ConfigurationSection, folded name: String) {
        self.section = section
        self.name = name
    }
}

extension ConfigurationSection: CustomStringConvertible {
    /// In words, for people.
    public var description: String { subsection.map { name + "." + $0 } ?? name }
}

extension ConfigurationKey: CustomStringConvertible {
    /// In words, for people.
    public var description: String { "\(section).\(name)" }
}

/// Whether `character` may stand in a section's or key's name.
func isConfigurationKeyCharacter(_ character: UInt8) -> Bool {
    isLetter(character) || (0x30...0x39).contains(character) || character == 0x2d
}

/// Whether `character` is an ASCII letter.
func isLetter(_ character: UInt8) -> Bool { (0x61...0x7a).contains(character | 0x20) }

/// ASCII letters in lower case, whatever the locale.
func lowercased(_ text: String) -> String {
    String(decoding: text.utf8.map(lowercased), as: UTF8.self)
}

/// An ASCII letter in lower case, any other byte as it is.
func lowercased(_ character: UInt8) -> UInt8 {
    (0x41...0x5a).contains(character) ? character | 0x20 : character
}
