// When something happens, and names for it.
import Bytes
import Cryptography
import Documents

/// A moment and a source of names: the core has neither a clock nor randomness.
public struct ProxyStamp: Sendable {
    /// Milliseconds since 1970.
    public let now: Int64
    private let seed: [UInt8]

    /// - Parameter seed: random bytes.
    public init(now: Int64, seed: [UInt8]) {
        self.now = now
        self.seed = seed
    }

    /// RFC 3339.
    var text: String { Timestamp(milliseconds: now)?.text ?? "" }

    /// A random UUID of version 4 (RFC 9562), the same for the same index.
    func identifier(_ index: Int) -> String {
        var bytes = Array(Hash.sha256(seed + Array(String(index).utf8)).bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = Array(Hexadecimal.encode(bytes).utf8)
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return groups.map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
    }

    func advanced(_ index: Int) -> ProxyStamp {
        ProxyStamp(now: now, seed: seed + Array("/\(index)".utf8))
    }
}
