// Where somebody who follows the log has got to.
import Bytes
import Cryptography
import Documents

/// A line of the log, and which log it was: `POSITION.BLOCKS.BLOCK.TRAIL`. A merge may write the open
/// block anew, and take blocks back; then the same position is another line, and the cursor shows it.
public struct WatchCursor: Sendable, Hashable {
    /// The line, from 0; -1 before the first.
    public let position: Int
    /// How many blocks are sealed before it.
    let blocks: Int
    /// The beginning of the last of these blocks' hash; zeros where there is none.
    let block: UInt32
    /// The beginning of a hash over the hashes of all lines behind that block, this one included.
    let trail: UInt32

    /// Reads a cursor; nil for any other text.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, let position = Self.number(parts[0]),
            let blocks = Self.number(parts[1]), let block = Self.digits(parts[2]),
            let trail = Self.digits(parts[3])
        else { return nil }
        self.init(position: position, blocks: blocks, block: block, trail: trail)
    }

    init(position: Int, blocks: Int, block: UInt32, trail: UInt32) {
        self.position = position
        self.blocks = blocks
        self.block = block
        self.trail = trail
    }

    private static func number(_ text: String) -> Int? {
        guard text == "-1" || text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(text), number <= Limits.logDocuments
        else { return nil }
        return number
    }

    private static func digits(_ text: String) -> UInt32? {
        text.utf8.count == 8 && !text.hasPrefix("+") ? UInt32(text, radix: 16) : nil
    }

    /// The text.
    public var text: String { "\(position).\(blocks).\(Self.text(block)).\(Self.text(trail))" }

    private static func text(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}

/// A hash over the hashes of lines, one after the other.
struct Trail: Equatable {
    private(set) var digest: Digest256

    /// Begins behind a block.
    init(after block: Digest256) { digest = block }

    mutating func append(_ hash: Digest256) { digest = Hash.sha256(digest.bytes + hash.bytes) }

    /// The beginning.
    var short: UInt32 { digest.short }
}

extension Digest256 {
    /// The first four bytes as a number.
    var short: UInt32 { bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }
}

/// Where to begin.
public enum WatchStart: Sendable, Equatable {
    /// With the first line of the log.
    case beginning
    /// With what comes from now on.
    case now
    /// Behind a line of this number, whatever it is.
    case after(Int)
    /// Behind this very line.
    case cursor(WatchCursor)

    /// The start behind a position or a cursor; nil for any other text.
    public init?(_ text: String) {
        if let cursor = WatchCursor(text) {
            self = .cursor(cursor)
        } else if let position = Int(text), (-1...Limits.logDocuments).contains(position),
            !text.hasPrefix("+")
        {
            self = .after(position)
        } else {
            return nil
        }
    }
}
