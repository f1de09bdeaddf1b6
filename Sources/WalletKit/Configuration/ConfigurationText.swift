// How names and values are written so that they are read back equal.

enum ConfigurationText {
    /// A value with its escapes, in quotes where its edges or a comment's sign need them.
    static func value(_ value: String) -> [UInt8] {
        var text: [UInt8] = []
        // A carriage return is quoted because it would be taken for the line's end.
        var isQuoted = value.isEmpty || value.utf8.first == 0x20 || value.utf8.last == 0x20
        for character in value.utf8 {
            switch character {
            case 0x0a: text += Array("\\n".utf8)
            case 0x09: text += Array("\\t".utf8)
            case 0x08: text += Array("\\b".utf8)
            case UInt8(ascii: "\\"), UInt8(ascii: "\""):
                text.append(UInt8(ascii: "\\"))
                text.append(character)
            case UInt8(ascii: "#"), UInt8(ascii: ";"), 0x0d:
                isQuoted = true
                text.append(character)
            default: text.append(character)
            }
        }
        let quote = UInt8(ascii: "\"")
        return isQuoted ? [quote] + text + [quote] : text
    }

    /// A section's header, without the line's end.
    static func header(_ section: ConfigurationSection) -> [UInt8] {
        guard let subsection = section.subsection else { return Array("[\(section.name)]".utf8) }
        var text = Array("[\(section.name) \"".utf8)
        for character in subsection.utf8 {
            if character == UInt8(ascii: "\\") || character == UInt8(ascii: "\"") {
                text.append(UInt8(ascii: "\\"))
            }
            text.append(character)
        }
        return text + Array("\"]".utf8)
    }
}
