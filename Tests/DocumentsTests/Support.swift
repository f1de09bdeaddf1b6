// Keys, documents and texts for the tests of this module, and randomness that can be repeated.

import Bytes
import Cryptography
import Documents
import Foundation
import Testing

/// SplitMix64 (Steele, Lea, Flood 2014). The seed is in the comment of every expectation that it feeds;
/// WALLET_TEST_SEED fixes it.
struct Generator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init() {
        let fixed = ProcessInfo.processInfo.environment["WALLET_TEST_SEED"].flatMap { UInt64($0) }
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
    mutating func chance(_ one: Int) -> Bool { below(one) == 0 }
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    private static let scalars: [Unicode.Scalar] = Array(
        "ab\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}\u{80}é€\u{fffd}\u{ffff}\u{10000}🙂\u{10ffff}'{}[]:,"
            .unicodeScalars)

    /// A text of at most `bytes` bytes with all that JSON must escape in it.
    mutating func text(_ bytes: Int) -> String {
        var text = ""
        for _ in 0..<1 + below(20) {
            let scalar = Self.scalars[below(Self.scalars.count)]
            if text.utf8.count + UTF8.width(scalar) <= bytes { text.unicodeScalars.append(scalar) }
        }
        return text.isEmpty ? "x" : text
    }

    mutating func address() -> Address { Address(hash160: bytes(20)) }
    mutating func digest() -> Digest256 { Hash.sha256(bytes(8)) }

    mutating func timestamp() -> Timestamp {
        let first = Timestamp.earliest.milliseconds
        let span = UInt64(Timestamp.latest.milliseconds - first)
        return Timestamp(milliseconds: first + Int64(next() % span)) ?? .latest
    }

    /// A positive amount, of every size.
    mutating func amount() -> Amount {
        let digits = 1 + below(38)
        let text = "1" + (1..<digits).map { _ in String(below(10)) }.joined()
        return Int128(text).flatMap { Amount(quanta: $0) } ?? .zero
    }

    var comment: Comment { "WALLET_TEST_SEED=\(seed)" }
}

func hex(_ text: String) -> [UInt8] {
    guard let bytes = Hexadecimal.decode(text) else { fatalError("not hexadecimal: \(text)") }
    return bytes
}

/// A key of secp256k1 whose secret is 32 times `number`.
struct Key {
    private let secret: Secp256k1.PrivateKey
    let publicKey: [UInt8]
    var address: Address { Address(of: publicKey) }

    init(_ number: UInt8) throws {
        secret = try .init(SecretBytes([UInt8](repeating: number, count: 32)))
        publicKey = secret.publicKey.compressed
    }

    func sign(_ hash: Digest256, for puzzle: Puzzle? = nil) -> DocumentSignature {
        DocumentSignature(
            publicKey: publicKey, scheme: .ecdsaSecp256k1, signer: puzzle?.address ?? address,
            signature: secret.sign(hash), script: puzzle?.hash)
    }

    var identity: Puzzle.Identity { .init(publicKey: publicKey, scheme: "ecdsa-secp256k1") }
}

func time(_ text: String) -> Timestamp {
    guard let time = Timestamp(typed: text) else { fatalError("no time: \(text)") }
    return time
}

func amount(_ text: String) -> Amount {
    guard let amount = try? Amount(Array(text.utf8), .signed) else {
        fatalError("no amount: \(text)")
    }
    return amount
}

/// A document of any data and meta with the right hash.
func sealed(_ data: String, meta: String = "{}") -> [UInt8] {
    let hash = Hash.sha256d(Array(data.utf8)).hexadecimal
    return Array(
        """
        {"data":\(data),"hash":{"steps":"stringify:data","types":"sha256:sha256","value":"\(hash)"},\
        "meta":\(meta)}
        """.utf8)
}

/// The refusal of reading `line` as an instruction; nil where it is read.
func refusal(_ line: [UInt8]) -> Refusal? {
    do {
        _ = try Instruction(Envelope(line: line))
        return nil
    } catch {
        return error
    }
}

func code(_ line: [UInt8]) -> RefusalCode? { refusal(line)?.code }

/// An object's text with one member's value replaced, added or (nil) left out, its members in order.
func object(_ members: [String: String], _ changes: [String: String?] = [:]) -> String {
    var members = members
    for (name, value) in changes { members[name] = value }
    let pairs = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
    return "{" + pairs.joined(separator: ",") + "}"
}

let alice = Address(hash160: [UInt8](repeating: 2, count: 20))
let bob = Address(hash160: [UInt8](repeating: 3, count: 20))

/// The members of a good IOU's data.
let goodIOU: [String: String] = [
    "amount": "\"10\"", "domain": "\"example.com\"", "expiry": "\"2030-01-01T00:00:00.000Z\"",
    "random": "\"1\"", "source": "\"\(alice)\"", "symbol": "\"\(alice)\"", "target": "\"\(bob)\"",
]

/// The members of a good limit's data.
let goodLimit: [String: String] = [
    "address": "\"\(bob)\"", "domain": "\"example.com\"",
    "expiry": "\"2030-01-01T00:00:00.000Z\"", "kind": "\"limit\"", "max": "\"10\"",
    "random": "\"1\"", "symbol": "\"\(alice)\"",
]

/// A file of Tests/Vectors.
func vectorFile(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appendingPathComponent("Vectors/" + name)))
}

/// A member of a member of the original's vectors.
func vector(_ name: String, _ member: String) throws -> String {
    let object = try JSONSerialization.jsonObject(with: Data(vectorFile("webwallet.json")))
    let entry = (object as? [String: [String: Any]])?[name]
    return try #require(entry?[member] as? String)
}
