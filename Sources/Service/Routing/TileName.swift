// The names of tiles, as far as they are checked here: nothing else gets to the files.

/// The grammar of c2sp.org/tlog-tiles: `<L>/<N>[.p/<W>]` and `entries/<N>[.p/<W>]`.
enum TileName {
    /// Whether `text`, without `tile/`, is a tile's path in its only spelling.
    static func isTile(_ text: String) -> Bool {
        var parts = text.utf8.split(
            separator: UInt8(ascii: "/"), maxSplits: 16, omittingEmptySubsequences: false)[...]
        guard text.utf8.count <= 42, let folder = parts.popFirst(),
            folder.elementsEqual("entries".utf8) || isDecimal(folder, 0...63)
        else { return false }
        if let number = parts.dropLast().last, number.suffix(2).elementsEqual(".p".utf8) {
            guard let width = parts.popLast(), isDecimal(width, 1...255) else { return false }
            parts[parts.endIndex - 1] = number.dropLast(2)
        }
        guard (1...6).contains(parts.count) else { return false }
        for (place, group) in parts.enumerated() {
            let isLast = place == parts.count - 1
            let digits = isLast ? group : group.dropFirst()
            guard isLast || group.first == UInt8(ascii: "x"), digits.count == 3,
                digits.allSatisfy({ (0x30...0x39).contains($0) }),
                // A first group of zeros would be a second spelling.
                isLast || place > 0 || !digits.elementsEqual("000".utf8)
            else { return false }
        }
        return true
    }

    /// Whether the tile of a path is not full: what stands there may grow.
    static func isPartial(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "/")).contains {
            $0.suffix(2).elementsEqual(".p".utf8)
        }
    }

    private static func isDecimal(_ text: Substring.UTF8View, _ range: ClosedRange<Int>) -> Bool {
        Syntax.decimal(String(Substring(text))).map(range.contains) ?? false
    }
}
