// Text of unknown origin on its way to a terminal.

/// Text made fit for a terminal.
public enum DisplayText {
    /// The text with everything spelled out that could move the cursor, change colours, end the
    /// line or turn the reading direction: `\u{1b}`. Petnames and memos come from others.
    public static func neutralised(_ text: String) -> String {
        // The common case costs one look.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isHarmful(scalar) {
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Controls (C0, DEL, C1), separators of lines, marks and overrides of direction, invisible
    /// letters that make two names look the same, tags.
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1f, 0x7f...0x9f: true
        case 0xad, 0x61c, 0x180e, 0x200b, 0x200e, 0x200f: true
        case 0x2028...0x202e, 0x2060...0x206f: true
        case 0xfeff, 0xfff9...0xfffb, 0xe0000...0xe0fff: true
        default: false
        }
    }
}
