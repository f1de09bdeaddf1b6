// Randomness that can be repeated, and vectors.

import Bytes
import Cryptography
import Documents
import Foundation
import Sync
import Testing

/// SplitMix64 (Steele, Lea, Flood 2014). The seed is in the comment of every expectation that it feeds;
/// WALLET_TEST_SEED fixes it.
struct Generator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(_ offset: UInt64 = 0) {
        let fixed = getenv("WALLET_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
        seed = fixed ?? UInt64.random(in: .min ... .max)
        state = seed &+ offset
    }

    /// Randomness from a number that came from another generator.
    init(exactly seed: UInt64) { (self.seed, state) = (seed, seed) }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func digest() -> Digest256 {
        let words = [next(), next(), next(), next()]
        return words.withUnsafeBytes { Digest256(copying: $0) }
    }

    var comment: Comment { "WALLET_TEST_SEED=\(seed)" }
}

/// The files in Tests/Vectors.
enum Vectors {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Vectors")

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }
}

/// The code of the `SyncError` that is thrown; nil where none is.
func code(_ body: () throws -> some Any) throws -> SyncError.Code? {
    do {
        _ = try body()
        return nil
    } catch let error as SyncError {
        return error.code
    }
}
