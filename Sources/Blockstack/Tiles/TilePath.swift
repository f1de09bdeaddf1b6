// The names of tiles, as C2SP's tlog-tiles spells them: a plain web server can serve the directory.

import Bytes

/// The path of a tile or of a bundle of entries: `tile/<L>/<N>[.p/<W>]` and
/// `tile/entries/<N>[.p/<W>]`, N in groups of three digits, all but the last behind an `x`. One
/// path has one spelling.
public struct TilePath: Hashable, Sendable {
    /// What stands in the file.
    public enum Kind: Hashable, Sendable {
        /// Hashes of complete subtrees of 256^`level` leaves, 32 bytes each.
        case hashes(level: Int)
        /// Entries of the log, each behind its length in two bytes.
        case entries
    }

    /// What stands in the file.
    public let kind: Kind
    /// The tile's number within its level, from 0.
    public let index: Int
    /// How many hashes or entries stand in it: 256 in a full tile, 1 to 255 in a partial one.
    public let width: Int

    /// Hashes or entries in a full tile.
    public static let fullWidth = 256
    /// Levels that a path may name.
    static let levels = 0...63

    /// The path of a tile. The level must be in 0...63, the width in 1...256, and the index must
    /// not be negative nor have more than 18 digits.
    public init(_ kind: Kind, index: Int, width: Int = fullWidth) {
        if case .hashes(let level) = kind { precondition(Self.levels.contains(level)) }
        precondition((0..<Limits.tileIndices).contains(index))
        precondition((1...Self.fullWidth).contains(width))
        self.kind = kind
        self.index = index
        self.width = width
    }

    /// Whether the tile is not full.
    public var isPartial: Bool { width < Self.fullWidth }

    /// The path of the full tile.
    var full: TilePath { TilePath(kind, index: index) }
}

extension TilePath: CustomStringConvertible {
    /// The text, relative to the directory of the log: `tile/0/x001/x234/067.p/8`.
    public var description: String {
        guard isPartial else { return "tile/\(folder)/\(number)" }
        return "tile/\(folder)/\(number).p/\(width)"
    }

    private var folder: String {
        switch kind {
        case .hashes(let level): String(level)
        case .entries: Self.entriesFolder
        }
    }

    private var number: String {
        var text = Self.group(index % 1_000)
        var rest = index / 1_000
        while rest > 0 {
            text = "x\(Self.group(rest % 1_000))/\(text)"
            rest /= 1_000
        }
        return text
    }

    private static func group(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }

    private static let entriesFolder = "entries"
}

extension TilePath {
    /// The path that `text` spells; nil for anything else. Made for text from outside: no other
    /// character than those of the grammar passes, so that nothing else can be reached.
    public init?(_ text: String) {
        self.init(Array(text.utf8))
    }

    /// The path that the bytes spell; nil for anything else.
    public init?(_ text: [UInt8]) {
        guard text.count <= Limits.tilePathBytes else { return nil }
        var parts = text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)[...]
        guard parts.popFirst().map(Array.init) == Array("tile".utf8),
            let kind = parts.popFirst().flatMap(Self.kind)
        else { return nil }
        var width = Self.fullWidth
        let suffix = Array(".p".utf8)
        if let number = parts.dropLast().last, number.suffix(2).elementsEqual(suffix) {
            guard let text = parts.popLast(), let partial = Self.decimal(text, digits: 3),
                (1..<Self.fullWidth).contains(partial)
            else { return nil }
            width = partial
            parts[parts.endIndex - 1] = number.dropLast(2)
        }
        guard let index = Self.index(parts) else { return nil }
        self.init(kind, index: index, width: width)
    }

    private static func kind(_ text: ArraySlice<UInt8>) -> Kind? {
        if text.elementsEqual(entriesFolder.utf8) { return .entries }
        guard let level = decimal(text, digits: 2), levels.contains(level) else { return nil }
        return .hashes(level: level)
    }

    private static func index(_ groups: ArraySlice<ArraySlice<UInt8>>) -> Int? {
        guard (1...Limits.tileIndexGroups).contains(groups.count) else { return nil }
        var index = 0
        for (place, group) in groups.enumerated() {
            var digits = group
            if place < groups.count - 1 {
                guard digits.popFirst() == UInt8(ascii: "x") else { return nil }
            }
            guard digits.count == 3, digits.allSatisfy(isDigit) else { return nil }
            for digit in digits { index = index * 10 + Int(digit - 0x30) }
            // A first group of nothing but zeros would be a second spelling.
            if index == 0 && place < groups.count - 1 { return nil }
        }
        return index
    }

    /// A decimal number of at most `digits` digits without leading zeros.
    private static func decimal(_ text: ArraySlice<UInt8>, digits: Int) -> Int? {
        guard (1...digits).contains(text.count), text.allSatisfy(isDigit),
            text.first != 0x30 || text.count == 1
        else { return nil }
        return text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
