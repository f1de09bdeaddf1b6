// How a passphrase becomes a key, and within which bounds: the numbers come from a file.
import Cryptography

/// What scrypt (RFC 7914) costs.
public struct StretchingCost: Hashable, Sendable {
    /// Cost in time and memory, a power of two.
    public let n: Int
    /// Block size.
    public let r: Int
    /// Lanes.
    public let p: Int

    /// 64 MiB, a fifth of a second.
    public static let standard = StretchingCost(n: 65_536, r: 8, p: 1)

    /// The largest `n`.
    public static let nMaximum = 1_048_576
    /// The largest `r`.
    public static let rMaximum = 32
    /// The largest `p`.
    public static let pMaximum = 16
    /// The most memory, 128 · n · r.
    public static let memoryMaximumBytes = 134_217_728

    /// A cost; checked where it is used.
    public init(n: Int, r: Int, p: Int) {
        self.n = n
        self.r = r
        self.p = p
    }

    /// The first number that is out of bounds; nil where none is.
    var excess: (name: String, value: Int, limit: Int)? {
        // RFC 7914 wants n below 2^(16 r), which says something for r = 1 alone.
        let nMaximum = r == 1 ? 32_768 : Self.nMaximum
        if !(2...nMaximum).contains(n) || n & (n - 1) != 0 { return ("n", n, nMaximum) }
        if !(1...Self.rMaximum).contains(r) { return ("r", r, Self.rMaximum) }
        if !(1...Self.pMaximum).contains(p) { return ("p", p, Self.pMaximum) }
        let memory = 128 * n * r
        if memory > Self.memoryMaximumBytes {
            return ("memory", memory, Self.memoryMaximumBytes)
        }
        return nil
    }

    /// Whether an attacker pays at least as much as for `other`.
    func covers(_ other: StretchingCost) -> Bool { n >= other.n && r >= other.r && p >= other.p }
}

/// A cost and the salt: with the passphrase they give one key.
struct KeyStretching: Hashable, Sendable {
    let cost: StretchingCost
    let salt: [UInt8]

    /// Bytes of a salt that we make.
    static let saltBytes = 16
}
