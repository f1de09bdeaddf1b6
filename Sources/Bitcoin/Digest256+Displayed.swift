// Bitcoin shows hashes as little-endian numbers: the hexadecimal digits of the reversed bytes.
import Bytes

extension Digest256 {
    /// 64 lower-case hexadecimal digits of the bytes in reverse: how explorers, nodes and proofs in
    /// JSON write a block's or transaction's hash.
    public var displayed: String { Hexadecimal.encode(bytes.reversed()) }

    /// The digest whose reversed bytes are 64 lower-case hexadecimal digits; nil for anything else.
    public init?(displayed text: some Collection<UInt8>) {
        guard text.count == 64, let bytes = Hexadecimal.decode(text) else { return nil }
        self.init(bytes.reversed())
    }

    /// The digest whose reversed bytes are 64 lower-case hexadecimal digits; nil for anything else.
    public init?(displayed text: String) {
        self.init(displayed: Array(text.utf8))
    }
}
