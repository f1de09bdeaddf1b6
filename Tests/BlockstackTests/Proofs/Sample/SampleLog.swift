// A domain's log in memory, with its blocks, stacks and proofs: made of what a real one is made of,
// and, where a test wants it so, signed although it is false.

import Bytes
import Cryptography
import Documents
import Headers

@testable import Blockstack

/// A key of Ed25519, from a fixed seed.
struct SampleKey: Sendable {
    let key: Ed25519.PrivateKey

    init(_ name: String) {
        let seed = SecretBytes(Hash.sha256(Array(name.utf8)).bytes)
        guard let key = try? Ed25519.PrivateKey(seed: seed) else { fatalError("no key: \(name)") }
        self.key = key
    }

    var address: Address { Address(of: key.publicKey) }

    func signature(_ hash: Digest256) -> DocumentSignature {
        DocumentSignature(
            publicKey: key.publicKey, scheme: .eddsaEd25519, signer: address,
            signature: key.sign(hash.bytes))
    }

    func verifier(_ name: String) throws -> VerifierKey {
        try VerifierKey(name: KeyName(name), kind: .ed25519, publicKey: key.publicKey)
    }

    func note(_ checkpoint: Checkpoint) throws -> SignedNote {
        let line = try verifier(checkpoint.origin).signature(key.sign(checkpoint.text))
        return try SignedNote(text: checkpoint.text, signatures: [line])
    }

    func text(_ checkpoint: Checkpoint) throws -> String {
        String(decoding: try note(checkpoint).bytes, as: UTF8.self)
    }
}

let domainKey = SampleKey("domain")
let foreignKey = SampleKey("foreign")
let issuer = SampleKey("issuer")
let alice = SampleKey("alice")
let bob = SampleKey("bob")
let device = SampleKey("device")

func sampleTime(_ text: String) -> Timestamp {
    guard let time = Timestamp(typed: text) else { fatalError("no time: \(text)") }
    return time
}

func sampleAmount(_ text: String) -> Amount {
    guard let amount = try? Amount(Array(text.utf8), .signed) else { fatalError(text) }
    return amount
}

struct SampleLog {
    struct Counter: Hashable {
        let address: Address
        let symbol: Address
    }

    /// A sealed block and what it sealed.
    struct Sealed {
        var block: BlockDocument
        var lines: [[UInt8]]
        var contents: [Digest256]
        var balances: [BalanceLeaf]
    }

    var key = domainKey
    var domain = domainKey.address.text
    /// All lines and their hashes, the open ones too.
    var lines: [[UInt8]] = []
    var hashes: [Digest256] = []
    var blocks: [Sealed] = []
    var stacks: [StackDocument] = []
    private var open: [[UInt8]] = []
    private var contents: Set<Digest256> = []
    private var counters: [Counter: CounterState] = [:]
    private var sequence = 0

    init(domain: String? = nil, key: SampleKey = domainKey) {
        self.key = key
        self.domain = domain ?? key.address.text
    }

    mutating func append(_ line: [UInt8], _ hash: Digest256, _ known: [Digest256] = []) {
        lines.append(line)
        hashes.append(hash)
        open.append(line)
        contents.formUnion([hash] + known)
    }

    /// A device, a unit, a payment: block 0; two payments in one: block 1; a payment: block 2; a
    /// stack of the three, and two payments: block 3.
    static func made(domain: String? = nil, key: SampleKey = domainKey) throws -> SampleLog {
        var log = SampleLog(domain: domain, key: key)
        log.certify()
        log.define()
        log.pay([log.iou(issuer, alice, "10")])
        try log.seal()
        log.pay([log.iou(alice, bob, "3"), log.iou(issuer, bob, "1")])
        try log.seal()
        log.pay([log.iou(bob, alice, "1")])
        try log.seal()
        try log.stack()
        log.pay([log.iou(issuer, alice, "1")])
        log.pay([log.iou(issuer, bob, "1")])
        try log.seal()
        return log
    }

    mutating func certify(issued: String = "2026-01-01") {
        func certificate(_ endorsements: Endorsements) -> DeviceCertificate {
            DeviceCertificate(
                address: device.address, domain: domain, incarnation: "0123456789abcdef",
                issued: sampleTime(issued), endorsements)
        }
        let hash = certificate(.init()).hash
        append(certificate(.init(signatures: [key.signature(hash)])).document, hash)
    }

    mutating func define() {
        let terms = UnitDefinition.Terms(
            symbol: issuer.address, code: "BEER", name: "Beer", scale: 0, form: .voucher, terms: "")
        let hash = UnitDefinition(terms).hash
        let unit = UnitDefinition(terms, .init(signatures: [issuer.signature(hash)]))
        append(unit.document, hash)
    }

    /// Puts blanks behind an open line.
    mutating func pad(_ index: Int, blanks: Int) {
        let spaces = [UInt8](repeating: 0x20, count: blanks)
        open[index] += spaces
        lines[index] += spaces
    }

    /// Puts an open line into the segment that the log does not know; it may be empty.
    mutating func slip(_ line: [UInt8]) {
        open.append(line)
        lines.append(line)
    }

    func iou(_ source: SampleKey, _ target: SampleKey, _ amount: String) -> IOU {
        let terms = IOU.Terms(
            domain: domain, source: source.address, target: target.address,
            amount: sampleAmount(amount), symbol: issuer.address, random: "\(hashes.count)",
            expiry: sampleTime("2030-01-01"))
        return IOU(terms, .init(signatures: [source.signature(IOU(terms).hash)]))
    }

    mutating func pay(_ ious: [IOU]) {
        sequence += 1
        for iou in ious {
            for (address, amount) in [
                (iou.terms.source, iou.terms.amount.negated), (iou.terms.target, iou.terms.amount),
            ] {
                let counter = Counter(address: address, symbol: iou.terms.symbol)
                var state = counters[counter] ?? .initial(address, iou.terms.symbol)
                state.net = state.net.adding(amount) ?? state.net
                counters[counter] = state
            }
        }
        let touched = Set(ious.flatMap { [$0.terms.source, $0.terms.target] }).sorted()
        let sorted = ious.sorted { $0.hash < $1.hash }
        let transaction = Transaction(
            clock: .init(
                device: device.address, sequence: sequence, tick: 0,
                time: sampleTime("2026-01-02")),
            domain: domain, inputs: sorted.map(\.hash),
            outputs: touched.map {
                .init(
                    address: $0, symbol: issuer.address,
                    state: counters[Counter(address: $0, symbol: issuer.address)]
                        ?? .initial($0, issuer.address), source: nil)
            })
        append(
            transaction.document(
                instructions: sorted.map { $0.document[...] },
                receipt: device.signature(transaction.hash)),
            transaction.hash, transaction.inputs)
    }

    /// The leaves of the tree of balances.
    func balances() -> [BalanceLeaf] {
        var leaves: [BalanceLeaf] = []
        for symbol in Set(counters.keys.map(\.symbol)).sorted() {
            let unit = counters.filter { $0.key.symbol == symbol }.sorted {
                $0.key.address < $1.key.address
            }
            let sum = unit.reduce(Amount.zero) { $0.adding($1.value.net) ?? $0 }
            leaves.append(.total(symbol: symbol, counters: unit.count, sum: sum))
            leaves += unit.map {
                .counter(address: $0.key.address, symbol: symbol, state: $0.value)
            }
        }
        return leaves
    }

    static func tree(_ leaves: [Digest256]) -> BlockDocument.Tree {
        BlockDocument.Tree(root: MerkleTree.root(ofLeaves: leaves), size: leaves.count)
    }

    static func leafHashes(_ hashes: [Digest256]) -> [Digest256] {
        hashes.map { MerkleTree.leafHash($0) }
    }

    /// Seals the open lines.
    mutating func seal(
        balances changed: [BalanceLeaf]? = nil,
        change: (inout BlockDocument.Statement) -> Void = { _ in }
    ) throws {
        let sorted = contents.sorted()
        let leaves = changed ?? balances()
        let previous = blocks.last
        var statement = BlockDocument.Statement(
            balances: Self.tree(leaves.map { MerkleTree.leafHash($0.bytes) }),
            contents: Self.tree(Self.leafHashes(sorted)), count: open.count, domain: domain,
            height: blocks.count, journal: Hash.sha256(Array(open.map { $0 + [0x0a] }.joined())),
            opened: previous?.block.statement.sealed ?? sampleTime("2026-01-01"),
            previous: previous?.block.hash ?? BlockDocument.noBlock,
            sealed: sampleTime("2026-02-0\(blocks.count + 1)"),
            log: Self.tree(Self.leafHashes(hashes)))
        change(&statement)
        let block = try sign(statement)
        blocks.append(
            Sealed(block: block, lines: open, contents: sorted, balances: leaves))
        open = []
        contents = []
        lines.append(block.document)
        hashes.append(block.hash)
    }

    func sign(
        _ statement: BlockDocument.Statement, by signer: SampleKey? = nil
    ) throws -> BlockDocument {
        let signer = signer ?? key
        let text = try statement.checkpoint.text
        let line = try signer.verifier(statement.domain).signature(signer.key.sign(text))
        return BlockDocument(
            statement,
            Endorsements(signatures: [signer.signature(BlockDocument(statement).hash)]),
            checkpointSignature: line.base64)
    }

    /// Stacks the blocks that are in none.
    mutating func stack(blocks stacked: [Digest256]? = nil, bits: UInt32 = 0x207f_ffff) throws {
        let first = stacks.last.map { $0.first + $0.count } ?? 0
        let hashes = stacked ?? blocks[first...].map(\.block.hash)
        let previous = try stacks.last.map { try BlockHeader($0.header).hash }
        let header = BlockHeader(
            previous: previous ?? BlockHeader.noPrevious,
            merkleRoot: try BitcoinTree.root(of: hashes).hash, time: 1_700_000_000, bits: bits)
        guard let mined = try Mining.solve(header, threads: 1, nextTime: { $0 + 1 }) else {
            fatalError("no nonce")
        }
        let stack = sign(
            StackDocument(
                count: hashes.count, domain: domain, first: first, header: mined.bytes,
                height: stacks.count))
        stacks.append(stack)
        append(stack.document, stack.hash)
    }

    func sign(_ stack: StackDocument, by signer: SampleKey? = nil) -> StackDocument {
        StackDocument(
            count: stack.count, domain: stack.domain, first: stack.first, header: stack.header,
            height: stack.height, .init(signatures: [(signer ?? key).signature(stack.hash)]))
    }
}
