// Short spellings of what merging is about, and randomness that can be repeated.

import Bytes
import Documents
import Glibc
import Graphstore
import Merge
import Testing

/// SplitMix64 (Steele, Lea, Flood 2014). The seed is in the comment of every expectation that it
/// feeds; WALLET_TEST_SEED fixes it.
struct Generator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init() {
        let fixed = getenv("WALLET_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
        self.init(seed: fixed ?? UInt64.random(in: .min ... .max))
    }

    init(seed: UInt64) {
        self.seed = seed
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

/// The address of person or device `number`.
func person(_ number: Int) -> Address {
    Address(hash160: [UInt8](repeating: 0, count: 18) + [UInt8(number >> 8), UInt8(number & 255)])
}

let issuer = person(1)
let alice = person(2)
let bob = person(3)
let carol = person(4)
let laptop = person(900)
let phone = person(901)

func amount(_ text: String) -> Amount {
    guard let amount = try? Amount(Array(text.utf8), .signed) else {
        fatalError("no amount: \(text)")
    }
    return amount
}

/// `seconds` after 2026-01-01.
func at(_ seconds: Int, milliseconds: Int64 = 0) -> Timestamp {
    guard
        let time = Timestamp(
            milliseconds: 1_767_225_600_000 + Int64(seconds) * 1000 + milliseconds)
    else { fatalError("no time") }
    return time
}

let domain = "wallet.example.com"
let expiry = at(1_000_000)

func iou(
    _ source: Address, _ target: Address, _ text: String, credit: String? = nil, id: Int = 0,
    expiry: Timestamp = expiry
) -> Instruction {
    var terms = IOU.Terms(
        domain: domain, source: source, target: target, amount: amount(text), symbol: issuer,
        random: String(id), expiry: expiry)
    terms.credit = credit.map(amount)
    return .iou(IOU(terms))
}

func limit(
    _ address: Address, _ end: LimitChange.End, _ text: String, id: Int = 0
) -> Instruction {
    .limit(
        LimitChange(
            .init(
                domain: domain, address: address, symbol: issuer, end: end, amount: amount(text),
                random: String(id), expiry: expiry)))
}

func cancel(_ instruction: Instruction, id: Int = 0) -> Instruction {
    .cancel(
        Cancellation(
            .init(
                domain: domain, address: instruction.signer, symbol: instruction.symbol,
                instruction: instruction.hash, random: String(id), expiry: expiry)))
}

func clock(_ device: Address, _ sequence: Int, _ seconds: Int, tick: Int = 0)
    -> Transaction.Clock
{
    Transaction.Clock(device: device, sequence: sequence, tick: tick, time: at(seconds))
}

/// A record whose own opinion of the counters does not matter.
func record(_ clock: Transaction.Clock, _ instructions: Instruction...) -> ClearingRecord {
    let request = Request(instructions)
    let transaction = Transaction(
        clock: clock, domain: domain, inputs: request.instructions.map(\.hash),
        outputs: [
            .init(address: alice, symbol: issuer, state: .initial(alice, issuer), source: nil)
        ])
    return ClearingRecord(
        transaction: transaction, request: request, signatures: nil,
        document: transaction.document(instructions: request.documents, receipt: nil))
}

func left(
    _ device: Address, _ text: String, of address: Address = alice, until: Timestamp = expiry
) -> CutDocument.Remainder {
    .init(
        address: address, device: device, expiry: until, remaining: amount(text), symbol: issuer)
}

/// A sealed state in dictionaries.
struct Sealed: LedgerView {
    var counters: [CounterKey: Counter] = [:]
    var cleared: [Digest256: ClearedIn] = [:]
    var cancelled: [CancelledInstruction: Digest256] = [:]

    func counter(_ key: CounterKey) throws -> Counter { counters[key] ?? .fresh(key) }
    func clearedIn(_ instruction: Digest256) throws -> ClearedIn? { cleared[instruction] }
    func cancelledIn(_ instruction: CancelledInstruction) throws -> Digest256? {
        cancelled[instruction]
    }
    func scale(of symbol: Address) throws -> Int? { nil }

    mutating func take(_ transaction: Transaction, cancelling targets: [CancelledInstruction]) {
        for (index, output) in transaction.outputs.enumerated() {
            counters[CounterKey(output.address, output.symbol)] = Counter(
                state: output.state, head: .init(transaction: transaction.hash, index: index))
        }
        for input in transaction.inputs {
            cleared[input] = ClearedIn(
                transaction: transaction.hash, instructionCount: transaction.inputs.count)
        }
        for target in targets { cancelled[target] = transaction.hash }
    }

    /// Alice, Bob and Carol hold what is stated; their lower limits are 0 or what is stated.
    static func holding(_ nets: [Address: String], min: String = "0") -> Sealed {
        var sealed = Sealed()
        var total = Amount.zero
        for (address, net) in nets {
            let net = amount(net)
            total = total.adding(net) ?? .zero
            sealed.counters[CounterKey(address, issuer)] = Counter(
                state: .init(net: net, min: .finite(amount(min)), max: .plusInfinity), head: nil)
        }
        sealed.counters[CounterKey(issuer, issuer)] = Counter(
            state: .init(net: total.negated, min: .minusInfinity, max: .finite(.zero)), head: nil)
        return sealed
    }
}

/// A fold over a state with allowances.
func merge(
    _ records: [ClearingRecord], over sealed: Sealed, allowances: [CutDocument.Remainder] = [],
    settled: [Address: Int] = [:], revoked: [Address: Timestamp] = [:], now: Timestamp = at(1000)
) throws -> MergeFold<Sealed> {
    var base = MergeBase(domain: domain, revocations: revoked)
    base.settled = settled
    base.allowances = allowances
    return try MergeFold(base, over: sealed, records: records, now: now)
}

extension MergeFold {
    var classes: [ResultClass] { steps.map(\.outcome.resultClass) }
    var codes: [RefusalCode?] { steps.map { $0.outcome.refusal?.code } }
    func net(_ address: Address) -> String? {
        merged.counters[CounterKey(address, issuer)]?.state.net.text
    }
}
