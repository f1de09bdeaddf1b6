// People with keys, promises, and randomness that can be repeated.

import Bytes
import Cryptography
import Documents
import Foundation
import Glibc
import Testing

/// SplitMix64 (Steele, Lea, Flood 2014). The seed is in the comment of every expectation that it feeds;
/// WALLET_TEST_SEED fixes it.
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
    mutating func chance(_ one: Int) -> Bool { below(one) == 0 }

    var comment: Comment { "WALLET_TEST_SEED=\(seed)" }
}

/// Somebody who signs with secp256k1: a person, an issuer, a device.
struct Person: Sendable {
    let key: Secp256k1.PrivateKey
    let publicKey: [UInt8]
    let address: Address

    init(_ name: String) {
        guard let key = try? Secp256k1.PrivateKey(SecretBytes(Hash.sha256(Array(name.utf8)).bytes))
        else { fatalError("no key: \(name)") }
        self.key = key
        publicKey = key.publicKey.compressed
        address = Address(of: publicKey)
    }

    func signature(_ hash: Digest256, puzzle: Puzzle? = nil) -> DocumentSignature {
        DocumentSignature(
            publicKey: publicKey, scheme: .ecdsaSecp256k1, signer: puzzle?.address ?? address,
            signature: key.sign(hash), script: puzzle?.hash)
    }
}

/// A key of Ed25519: a domain's.
struct DomainKey: Sendable {
    let key: Ed25519.PrivateKey
    let address: Address

    init(_ name: String) {
        guard
            let key = try? Ed25519.PrivateKey(
                seed: SecretBytes(Hash.sha256(Array(name.utf8)).bytes))
        else { fatalError("no key: \(name)") }
        self.key = key
        address = Address(of: key.publicKey)
    }

    func signature(_ hash: Digest256) -> DocumentSignature {
        DocumentSignature(
            publicKey: key.publicKey, scheme: .eddsaEd25519, signer: address,
            signature: key.sign(hash.bytes))
    }
}

let issuer = Person("issuer")
let mint = Person("mint")
let alice = Person("alice")
let bob = Person("bob")
let carol = Person("carol")
let device = Person("device")
let otherDevice = Person("other device")
let domainKey = DomainKey("domain")
let foreignKey = DomainKey("foreign")
let domain = domainKey.address.text

func amount(_ text: String) -> Amount {
    guard let amount = try? Amount(Array(text.utf8), .signed) else {
        fatalError("no amount: \(text)")
    }
    return amount
}

func time(_ text: String) -> Timestamp {
    guard let time = Timestamp(typed: text) else { fatalError("no time: \(text)") }
    return time
}

/// The digest of a text: as good as random, and always the same.
func digest(_ text: String) -> Digest256 { Hash.sha256(Array(text.utf8)) }

let largest = Amount(quanta: Amount.largestQuanta) ?? .zero

/// A promise, signed by its source.
func promise(
    _ source: Person, _ target: Person, _ text: String, of symbol: Person = issuer,
    credit: String? = nil, id: Int = 0, preimage: String? = nil,
    change: (inout IOU.Terms) -> Void = { _ in }
) -> Instruction {
    var terms = IOU.Terms(
        domain: domain, source: source.address, target: target.address, amount: amount(text),
        symbol: symbol.address, random: String(id), expiry: time("2030-01-01"))
    terms.credit = credit.map(amount)
    change(&terms)
    let signature = source.signature(IOU(terms).hash)
    return .iou(
        IOU(terms, Endorsements(signatures: [signature]), Attachments(preimage: preimage)))
}

/// A limit, signed by whoever may.
func limit(
    _ holder: Person, _ end: LimitChange.End, _ text: String, of symbol: Person = issuer,
    id: Int = 0, change: (inout LimitChange.Terms) -> Void = { _ in }
) -> Instruction {
    var terms = LimitChange.Terms(
        domain: domain, address: holder.address, symbol: symbol.address, end: end,
        amount: amount(text), random: String(id), expiry: time("2030-01-01"))
    change(&terms)
    let signer = end == .max ? holder : symbol
    let signature = signer.signature(LimitChange(terms).hash)
    return .limit(LimitChange(terms, Endorsements(signatures: [signature])))
}

/// A unit's definition, signed by `signer`, its issuer unless somebody else is named.
func unit(
    _ symbol: Person, code: String = "BEER", name: String = "Beer", scale: Int = 2,
    signer: Person? = nil
) -> [UInt8] {
    let terms = UnitDefinition.Terms(
        symbol: symbol.address, code: code, name: name, scale: scale, form: .voucher, terms: "")
    let signature = (signer ?? symbol).signature(UnitDefinition(terms).hash)
    return UnitDefinition(terms, Endorsements(signatures: [signature])).document
}

/// A device's certificate, signed by the domain key unless another is named.
func certificate(
    _ device: Person, domain name: String = domain, incarnation: String = "0123456789abcdef",
    signatures: (Digest256) -> [DocumentSignature] = { [domainKey.signature($0)] }
) -> [UInt8] {
    func made(_ endorsements: Endorsements) -> DeviceCertificate {
        DeviceCertificate(
            address: device.address, domain: name, incarnation: incarnation,
            issued: time("2026-01-01"), endorsements)
    }
    return made(Endorsements(signatures: signatures(made(Endorsements()).hash))).document
}

/// A promise taken back.
func cancellation(_ instruction: Instruction, by signer: Person) -> Instruction {
    let unsigned = Cancellation(
        Cancellation.Terms(
            domain: domain, address: signer.address, symbol: instruction.symbol,
            instruction: instruction.hash, random: "1", expiry: time("2030-01-01")))
    return .cancel(
        unsigned.replacing(Endorsements(signatures: [signer.signature(unsigned.hash)])))
}

/// What a block settles, signed by the domain key.
func cut(_ height: Int, _ devices: [(Person, Int)]) -> [UInt8] {
    let statement = CutDocument.Statement(
        allowances: [],
        devices: devices.map { CutDocument.Settled(device: $0.0.address, sequence: $0.1) },
        domain: domain, height: height, holder: device.address, term: 0)
    let signature = domainKey.signature(CutDocument(statement).hash)
    return CutDocument(statement, Endorsements(signatures: [signature])).document
}

/// A file of Tests/Vectors.
func vectorFile(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appendingPathComponent("Vectors/" + name)))
}
