// What a sealed segment is called.
import Bytes

/// `00000000-<64 hexadecimal digits>.ndjson`: the block's height and its hash.
public struct SegmentName: Sendable, Hashable {
    /// The block's height.
    public let height: Int
    /// The block's hash.
    public let block: Digest256

    private static let heightDigits = 8
    private static let suffix = ".ndjson"

    /// The name of the segment that `block` seals.
    public init(height: Int, block: Digest256) {
        precondition((0..<Limits.blocks).contains(height), "a height has eight digits")
        self.height = height
        self.block = block
    }

    /// Reads a file's name; nil for any other.
    public init?(_ name: String) {
        let bytes = Array(name.utf8)
        guard bytes.count == Self.heightDigits + 1 + 64 + Self.suffix.utf8.count,
            name.hasSuffix(Self.suffix), bytes[Self.heightDigits] == UInt8(ascii: "-"),
            bytes[..<Self.heightDigits].allSatisfy({ (0x30...0x39).contains($0) }),
            let height = Int(name.prefix(Self.heightDigits)),
            let block = Digest256(hexadecimal: bytes[9..<73])
        else { return nil }
        self.init(height: height, block: block)
    }

    /// The file's name.
    public var text: String {
        let digits = String(height)
        let zeros = String(repeating: "0", count: Self.heightDigits - digits.utf8.count)
        return "\(zeros)\(digits)-\(block)\(Self.suffix)"
    }
}
