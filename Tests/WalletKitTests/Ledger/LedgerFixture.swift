// A wallet in a temporary directory, with people who pay each other at random.
import Bytes
import Cryptography
import Documents
import Files
import Glibc
import Graphstore
import Testing

@testable import WalletKit

/// SplitMix64 (Steele, Lea, Flood 2014); WALLET_TEST_SEED fixes the seed, every expectation prints it.
struct SplitMix: RandomNumberGenerator {
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

    var comment: Comment { "WALLET_TEST_SEED=\(seed)" }
}

/// A wallet whose directory goes with it.
final class LedgerFixture {
    let parent: String
    let wallet: Wallet
    private let people: [SigningKey]

    init(people count: Int) throws {
        parent = try FileSystem.makeTemporaryDirectory("wallet-ledger")
        let surroundings = Surroundings(
            now: { Timestamp(typed: "2030-01-01") ?? .earliest },
            random: SeededRandom(seed: Array(parent.utf8)))
        let mnemonic = try Mnemonic(entropy: SecretBytes(surroundings.random.bytes(16)))
        var new = NewWallet(parent: parent, mnemonic: mnemonic, protection: .none)
        new.domain = "test"
        let made = try new.make(surroundings)
        wallet = try Wallet(
            directory: made.directory, sources: Configuration.Sources(),
            surroundings: surroundings, opener: KeyOpener())
        people = try (0..<count).map { number in
            try SigningKey(
                scheme: number % 3 == 0 ? .eddsaEd25519 : .ecdsaSecp256k1,
                secret: SecretBytes(Hash.sha256([UInt8(number)]).bytes))
        }
    }

    /// Whose promises are cleared.
    var addresses: [Address] { people.map { Address(of: $0.publicKey) } }

    /// The same wallet, as another process opens it.
    func again() throws -> Wallet {
        try Wallet(
            directory: wallet.directory, sources: Configuration.Sources(),
            surroundings: wallet.surroundings, opener: KeyOpener())
    }

    deinit { try? FileSystem.removeTree(parent) }

    /// A signed line: a payment, an issue, a credit line or a limit; many of them break a rule.
    func line(_ random: inout SplitMix) throws -> [UInt8] {
        let source = people[random.below(people.count)]
        let target = people[random.below(people.count)]
        let issuer = random.below(3) == 0 ? source : people[random.below(2)]
        let name = String(random.next(), radix: 36)
        let expiry =
            Timestamp(typed: random.below(20) == 0 ? "2029-01-01" : "2031-01-01") ?? .latest
        func address(_ key: SigningKey) -> Address { Address(of: key.publicKey) }
        func signature(_ hash: Digest256) throws -> Endorsements {
            let signature = DocumentSignature(
                publicKey: source.publicKey, scheme: source.scheme, signer: address(source),
                signature: try source.sign(hash))
            return Endorsements(signatures: [signature])
        }
        let amount = Amount(quanta: Int128(random.below(50)) * 1_000_000_000_000_000_000) ?? .zero
        if random.below(10) == 0 {
            let limit = LimitChange(
                LimitChange.Terms(
                    domain: "test", address: address(source), symbol: address(issuer),
                    end: random.below(2) == 0 ? .max : .min,
                    amount: random.below(2) == 0 ? amount : amount.negated, random: name,
                    expiry: expiry))
            return limit.replacing(try signature(limit.hash)).document
        }
        var terms = IOU.Terms(
            domain: "test", source: address(source), target: address(target), amount: amount,
            symbol: address(issuer), random: name, expiry: expiry)
        if random.below(5) == 0 { terms.credit = amount.negated }
        let iou = IOU(terms)
        return iou.replacing(try signature(iou.hash)).document
    }

    /// Clears lines together; the answers.
    func clear(
        _ lines: [[UInt8]], _ options: ClearingOptions = .init()
    ) throws -> (answers: [[UInt8]], counts: ClearingCounts) {
        var output: [UInt8] = []
        let input = InputStream(bytes: lines.map { $0 + [0x0a] }.concatenated())
        let counts = try wallet.clear([input], options) { output += $0 }
        let answers = output.split(separator: 0x0a).map { Array($0) }
        return (answers, counts)
    }

    /// Everything that the index holds, as text.
    func contents() throws -> [String] {
        let graph = try wallet.ledger(.readOnly).graph
        var lines = ["\(graph.coverage)"]
        try graph.forEachCounter { key, counter in
            lines.append("\(key.address) \(key.symbol) \(counter)")
        }
        for unit in try graph.units() { lines.append("\(unit)") }
        for digit in "0123456789abcdef" {
            let places = try graph.places(beginningWith: String(digit), limit: 1_000_000)
            lines.append("\(digit): \(places)")
        }
        return lines
    }
}
