// Short spellings of what clearing is about: people, promises, requests, and randomness that can be repeated.

import Bytes
import Documents
import Glibc
import Graphstore
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

/// The address of person `number`.
func person(_ number: Int) -> Address {
    Address(
        hash160: [UInt8](repeating: 0, count: 16)
            + [
                UInt8(number >> 24 & 255), UInt8(number >> 16 & 255), UInt8(number >> 8 & 255),
                UInt8(number & 255),
            ])
}

let issuer = person(1)
let alice = person(2)
let bob = person(3)
let carol = person(4)
let device = person(900)

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

let domain = "wallet.example.com"
let now = time("2026-01-01")
let expiry = time("2030-01-01")
let largest = Amount(quanta: Amount.largestQuanta) ?? .zero

func iou(
    _ source: Address, _ target: Address, _ text: String, _ symbol: Address = issuer,
    credit: String? = nil, id: Int = 0, change: (inout IOU.Terms) -> Void = { _ in }
) -> Instruction {
    var terms = IOU.Terms(
        domain: domain, source: source, target: target, amount: amount(text), symbol: symbol,
        random: String(id), expiry: expiry)
    terms.credit = credit.map(amount)
    change(&terms)
    return .iou(IOU(terms))
}

func limit(
    _ address: Address, _ end: LimitChange.End, _ text: String, _ symbol: Address = issuer,
    id: Int = 0, change: (inout LimitChange.Terms) -> Void = { _ in }
) -> Instruction {
    var terms = LimitChange.Terms(
        domain: domain, address: address, symbol: symbol, end: end, amount: amount(text),
        random: String(id), expiry: expiry)
    change(&terms)
    return .limit(LimitChange(terms))
}

func cancel(
    _ instruction: Instruction, by address: Address? = nil, id: Int = 0,
    change: (inout Cancellation.Terms) -> Void = { _ in }
) -> Instruction {
    var terms = Cancellation.Terms(
        domain: domain, address: address ?? instruction.signer, symbol: instruction.symbol,
        instruction: instruction.hash, random: String(id), expiry: expiry)
    change(&terms)
    return .cancel(Cancellation(terms))
}

/// SHA-256 of `abc` (FIPS 180-4).
func hashOfABC() -> Digest256 {
    let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    guard let digest = Digest256(hexadecimal: text) else { fatalError("no digest") }
    return digest
}

/// The digest whose bytes are 31 times `first` and then `last`.
func digest(_ first: UInt8, _ last: UInt8) -> Digest256 {
    guard let digest = Digest256([UInt8](repeating: first, count: 31) + [last]) else {
        fatalError("no digest")
    }
    return digest
}
