// Vectors, seeded randomness, and coins to spend.

import Bytes
import Cryptography
import Foundation
import Testing

@testable import Bitcoin

/// The bytes of a literal.
func hex(_ text: String) -> [UInt8] {
    guard let bytes = Hexadecimal.decode(text) else { fatalError("not hexadecimal: \(text)") }
    return bytes
}

/// A member of Tests/Vectors/bitcoin.json.
func vectors<Value>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Vectors/bitcoin.json")
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    return try #require((object as? [String: Any])?[name] as? Value)
}

/// A transaction whose bytes, hash and outputs are known.
struct KnownTransaction {
    let name: String
    let bytes: [UInt8]
    let id: Digest256
    let outputs: [UInt64]
    let isCoinbase: Bool

    static func all() throws -> [KnownTransaction] {
        try vectors("transactions", as: [[String: Any]].self).map { vector in
            let digits = try #require(vector["hex"] as? String)
            let id = try #require(vector["txid"] as? String)
            return KnownTransaction(
                name: try #require(vector["name"] as? String), bytes: hex(digits),
                id: try #require(Digest256(displayed: id)),
                outputs: try #require(vector["outputs"] as? [UInt64]),
                isCoinbase: try #require(vector["coinbase"] as? Bool))
        }
    }
}

/// The private key of a small number.
func key(_ number: Int) throws -> Secp256k1.PrivateKey {
    var bytes = [UInt8](repeating: 0, count: 32)
    for place in 0..<8 { bytes[31 - place] = UInt8(truncatingIfNeeded: number >> (8 * place)) }
    return try Secp256k1.PrivateKey(SecretBytes(bytes))
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

    mutating func outpoint() -> Outpoint {
        Outpoint(transaction: digest(), index: UInt32(below(5)))
    }

    /// A script of any of the forms, or of none.
    mutating func script() -> Script {
        switch below(6) {
        case 0: .publicKeyHash(bytes(20))
        case 1: .publicKey([2] + bytes(32))
        case 2: .multisig(threshold: 1, keys: [[3] + bytes(32), [4] + bytes(64)])
        case 3: .data([bytes(below(90)), bytes(below(300))])
        case 4: Script([])
        default: Script(bytes(below(120)))
        }
    }

    mutating func transaction() throws -> BitcoinTransaction {
        let inputs = (0...below(4)).map { _ in
            TransactionInput(
                outpoint: outpoint(), script: script(),
                sequence: below(2) == 0 ? .max : UInt32(truncatingIfNeeded: next()))
        }
        let outputs = (0...below(4)).map { _ in
            TransactionOutput(satoshis: UInt64(below(400_000_000_000_000)), script: script())
        }
        return try BitcoinTransaction(
            version: Int32(truncatingIfNeeded: next()), inputs: inputs, outputs: outputs,
            lockTime: UInt32(truncatingIfNeeded: next()))
    }

    var comment: Comment { "WALLET_TEST_SEED=\(seed)" }
}

/// Three keys, and the forms of coins that they can spend.
struct Purse {
    let keys: [Secp256k1.PrivateKey]

    init() throws { keys = try [1, 2, 3].map(key) }

    func script(_ form: Int) -> Script {
        let points = keys.map(\.publicKey)
        return switch form {
        case 0: BitcoinAddress(points[0]).script
        case 1: BitcoinAddress(points[1], isCompressed: false).script
        case 2: .publicKey(points[2].compressed)
        case 3: .publicKey(points[0].uncompressed)
        case 4: .multisig(threshold: 2, keys: points.map(\.compressed))
        case 5: .multisig(threshold: 3, keys: points.map(\.uncompressed))
        default: .multisig(threshold: 1, keys: [points[1].compressed])
        }
    }

    static let forms = 7

    func coin(_ form: Int, _ satoshis: UInt64, _ outpoint: Outpoint) -> SpendableCoin {
        SpendableCoin(
            outpoint: outpoint,
            output: TransactionOutput(satoshis: satoshis, script: script(form)),
            isUncompressed: form == 1)
    }
}
