// Hexadecimal literals and seeded randomness for the tests of this module.

import Bytes
import Cryptography
import Testing

/// The bytes of a literal.
func hex(_ text: String) -> [UInt8] {
    guard let bytes = Hexadecimal.decode(text) else { fatalError("not hexadecimal: \(text)") }
    return bytes
}

func digest(_ text: String) -> Digest256 {
    guard let digest = Digest256(hex(text)) else { fatalError("not 32 bytes: \(text)") }
    return digest
}

func secret(_ text: String) -> SecretBytes {
    SecretBytes(hex(text))
}

/// A generator whose seed goes into the comment of every expectation that it feeds.
struct Generator {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64 = UInt64.random(in: .min ... .max)) {
        self.seed = seed
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    var comment: Comment { "seed \(seed)" }
}
