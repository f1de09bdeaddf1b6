// Vectors, seeded randomness, and trees that are made by other means than the module's.

import Bytes
import Cryptography
import Foundation
import Headers
import Testing

/// The bytes of a literal.
func hex(_ text: String) -> [UInt8] {
    guard let bytes = Hexadecimal.decode(text) else { fatalError("not hexadecimal: \(text)") }
    return bytes
}

/// The digest that is shown as `text`.
func shown(_ text: String) -> Digest256 {
    guard let digest = Digest256(displayed: text) else { fatalError("no digest: \(text)") }
    return digest
}

/// A number of at most 64 hexadecimal digits.
func number(_ text: String) -> UInt256 {
    guard let number = UInt256(hexadecimal: text) else { fatalError("no number: \(text)") }
    return number
}

/// A file of Tests/Vectors.
func vectorFile(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appendingPathComponent("Vectors/" + name)))
}

/// The outermost object of a JSON file of Tests/Vectors.
func vectorObject(_ name: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(vectorFile(name)))
    return try #require(object as? [String: Any])
}

/// Main network: headers 0 to 10 and what is known of block 170.
struct ChainVectors {
    let headers: [[UInt8]]
    let header: BlockHeader
    let transaction: [UInt8]
    let coinbase: Digest256
    let tsc: [UInt8]
    let bump: [UInt8]
    let txid = shown("f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16")

    init() throws {
        let object = try vectorObject("chain.json")
        func bytes(_ name: String) throws -> [UInt8] { hex(try #require(object[name] as? String)) }
        headers = try #require(object["headers_0_10"] as? [String]).map(hex)
        header = try BlockHeader(bytes("header170"))
        transaction = try bytes("tx170")
        coinbase = shown(try #require(object["coinbase170"] as? String))
        tsc = try bytes("tsc170")
        bump = try bytes("bump170")
    }
}

/// Block 111 of a regression test chain, five transactions, with the proofs that its node gave.
struct RegtestVectors {
    let header: BlockHeader
    let hash: Digest256
    let transactions: [Digest256]
    /// By transaction, as the node wrote it.
    let proofs: [Digest256: [UInt8]]

    init() throws {
        let object = try vectorObject("regtest_block111.json")
        header = try BlockHeader(hex(try #require(object["header"] as? String)))
        let block = try #require(object["block"] as? [String: Any])
        hash = shown(try #require(block["hash"] as? String))
        transactions = try #require(block["tx"] as? [String]).map(shown)
        let all = try #require(object["proofs"] as? [String: [String: Any]])
        proofs = try Dictionary(
            uniqueKeysWithValues: all.map {
                (shown($0.key), Array(try JSONSerialization.data(withJSONObject: $0.value)))
            })
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014). The seed is in the comment of every expectation that it
/// feeds; WALLET_TEST_SEED fixes it.
struct Generator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init() {
        let fixed = getenv("WALLET_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
        seed = fixed ?? UInt64.random(in: .min ... .max)
        state = seed
    }

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

    mutating func digest() -> Digest256 { Hash.sha256(bytes(16)) }

    /// Digests that differ.
    mutating func leaves(_ count: Int) -> [Digest256] { (0..<count).map { _ in digest() } }

    /// A number with any count of significant bits.
    mutating func number() -> UInt256 {
        Headers.UInt256(littleEndian: digest()) >> below(256)
    }

    mutating func header(bits: UInt32 = CompactTarget.regtestBits) -> BlockHeader {
        BlockHeader(
            version: Int32(truncatingIfNeeded: next()), previous: digest(), merkleRoot: digest(),
            time: UInt32(truncatingIfNeeded: next() >> 1 & 0x7fff_ffff), bits: bits,
            nonce: UInt32(truncatingIfNeeded: next()))
    }

    var comment: Comment { "WALLET_TEST_SEED=\(seed)" }
}

/// Every level of the tree over `leaves`, the root's last: a node without a partner is repeated.
func levels(of leaves: [Digest256]) -> [[Digest256]] {
    var levels = [leaves]
    while let level = levels.last, level.count > 1 {
        let even = level.count % 2 == 0 ? level : level + [level[level.count - 1]]
        levels.append(
            stride(from: 0, to: even.count, by: 2).map {
                Hash.sha256d(even[$0].bytes + even[$0 + 1].bytes)
            })
    }
    return levels
}

/// `leaves` and those of them again that do not change the root; nil where the count is a power of
/// two, which leaves no gap.
func mutated(_ leaves: [Digest256]) -> [Digest256]? {
    let last = leaves.count & -leaves.count
    return last == leaves.count ? nil : leaves + leaves.suffix(last)
}

/// `bytes` with one bit turned, for every bit.
func flips(of bytes: [UInt8]) -> [(bit: Int, bytes: [UInt8])] {
    (0..<bytes.count * 8).map { bit in
        var copy = bytes
        copy[bit / 8] ^= 1 << UInt8(bit % 8)
        return (bit, copy)
    }
}

/// A transaction of 64 bytes: one input, one output, scripts of four bytes together.
func smallTransaction(_ random: inout Generator) -> [UInt8] {
    let script = random.below(5)
    return [1, 0, 0, 0, 1] + random.bytes(36) + [UInt8(script)] + random.bytes(script)
        + [0xff, 0xff, 0xff, 0xff, 1] + random.bytes(6) + [0, 0, UInt8(4 - script)]
        + random.bytes(4 - script) + [0, 0, 0, 0]
}

extension BlockHeader {
    /// The same header with a nonce that meets its bits; for easy ones only.
    func mined() -> BlockHeader {
        var copy = self
        copy.nonce = 0
        while (try? copy.checkWork()) == nil { copy.nonce += 1 }
        return copy
    }
}
