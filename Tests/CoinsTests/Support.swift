// A chain, keys and transactions for tests.
import Bitcoin
import Bytes
import Coins
import Cryptography
import Files
import Glibc
import Testing

@testable import Headers

/// SplitMix64: the seed is in every failure's message.
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

/// A chain of blocks whose transactions are known.
final class TestChain: HeaderLookup {
    struct Block {
        let header: BlockHeader
        let hash: Digest256
        let transactions: [BitcoinTransaction]
    }

    private(set) var blocks: [Block] = []
    private var salt: UInt32 = 0

    init() throws { try mine([]) }

    /// The first transaction of a block: it pays to `script`.
    static func reward(_ salt: UInt32, _ script: Script) throws -> BitcoinTransaction {
        try BitcoinTransaction(
            inputs: [
                TransactionInput(
                    outpoint: Outpoint(transaction: .zero, index: .max),
                    script: Script([4] + withUnsafeBytes(of: salt.littleEndian) { Array($0) }))
            ], outputs: [TransactionOutput(satoshis: 5_000_000_000, script: script)])
    }

    /// Adds a block.
    @discardableResult
    func mine(_ transactions: [BitcoinTransaction], reward: Script = Script([0x51])) throws -> Int {
        salt += 1
        let all = [try Self.reward(salt, reward)] + transactions
        let root = try BitcoinTree.root(of: all.map(\.id)).hash
        var nonce: UInt32 = 0
        while true {
            let header = BlockHeader(
                version: 1, previous: blocks.last?.hash ?? BlockHeader.noPrevious,
                merkleRoot: root, time: 1_600_000_000 + salt, bits: 0x207f_ffff, nonce: nonce)
            if (try? header.check(root: root)) != nil {
                blocks.append(Block(header: header, hash: header.hash, transactions: all))
                return blocks.count - 1
            }
            nonce += 1
        }
    }

    /// Adds a block with a transaction that pays to `script`, out of coins that nobody looks at.
    func gift(to script: Script, beside transactions: [BitcoinTransaction] = []) throws
        -> BitcoinTransaction
    {
        let place = Digest256(Hash.sha256(Array("gift \(salt)".utf8)).bytes) ?? .zero
        let gift = try BitcoinTransaction(
            inputs: [
                TransactionInput(outpoint: Outpoint(transaction: place, index: 0))
            ], outputs: [TransactionOutput(satoshis: 5_000_000_000, script: script)])
        try mine([gift] + transactions)
        return gift
    }

    /// Takes the last blocks away.
    func leave(_ count: Int) -> [Block] {
        defer { blocks.removeLast(count) }
        return Array(blocks.suffix(count))
    }

    /// Puts blocks back.
    func restore(_ blocks: [Block]) { self.blocks += blocks }

    func path(_ transaction: BitcoinTransaction) throws -> BUMP {
        let height = try #require(
            blocks.lastIndex { $0.transactions.contains(transaction) })
        let ids = blocks[height].transactions.map(\.id)
        let index = try #require(ids.firstIndex(of: transaction.id))
        return try BUMP(
            height: height, leaf: transaction.id,
            branch: try BitcoinTree.branch(at: index, of: ids))
    }

    func isMined(_ id: Digest256) -> Bool {
        blocks.contains { $0.transactions.contains { $0.id == id } }
    }

    // MARK: - HeaderLookup

    private func placed(_ height: Int) -> PlacedHeader {
        PlacedHeader(
            header: blocks[height].header, hash: blocks[height].hash, height: height,
            state: .longest)
    }

    var tip: PlacedHeader { placed(blocks.count - 1) }
    func header(at height: Int) -> PlacedHeader? {
        blocks.indices.contains(height) ? placed(height) : nil
    }
    func find(_ hash: Digest256) -> PlacedHeader? {
        blocks.firstIndex { $0.hash == hash }.map(placed)
    }
    func find(root: Digest256) -> PlacedHeader? {
        blocks.firstIndex { $0.header.merkleRoot == root }.map(placed)
    }
    func work(of header: PlacedHeader) -> UInt256 { UInt256.zero }
}

/// Somebody with coins, who knows nothing of stores.
struct Payer {
    let key: Secp256k1.PrivateKey

    init(_ number: UInt8) throws {
        key = try Secp256k1.PrivateKey(SecretBytes([UInt8](repeating: number, count: 32)))
    }

    var script: Script { .publicKeyHash(Hash.hash160(key.publicKey.compressed)) }

    /// Spends outputs of transactions that pay this one.
    func pay(
        _ outputs: [TransactionOutput], from sources: [(BitcoinTransaction, Int)]
    ) throws -> BitcoinTransaction {
        let coins = sources.map { source, index in
            SpendableCoin(
                outpoint: Outpoint(transaction: source.id, index: UInt32(index)),
                output: source.outputs[index])
        }
        return try TransactionPlan(inputs: coins, outputs: outputs, changeIndex: nil)
            .signed { _ in [key] }
    }
}

/// A store with an account, and the keys of it. Its file goes with it.
final class Owner {
    let store: CoinStore
    let account: ExtendedKey
    private let directory: String
    static let name = "m/44'/236'/0'"

    init(_ number: UInt8 = 1) throws {
        directory = try FileSystem.makeTemporaryDirectory("wallet-coins")
        store = try CoinStore(path: directory + "/coins.db", network: .test)
        account = try ExtendedKey(
            seed: SecretBytes([UInt8](repeating: number, count: 64)), network: .main
        ).derived(along: DerivationPath(Self.name))
        try store.addAccount(Self.name, key: account.neutered().publicText)
    }

    deinit {
        for name in ["/coins.db", "/coins.db-journal"] { unlink(directory + name) }
        rmdir(directory)
    }

    func fresh(_ label: String = "") throws -> Script {
        try store.freshScript(account: Self.name, branch: 0, label: label).script
    }

    func key(_ place: KeyPlace) throws -> Secp256k1.PrivateKey {
        try #require(
            try account.child(.normal(UInt32(place.branch))).child(.normal(UInt32(place.number)))
                .privateKey)
    }

    /// Makes a draft that pays `outputs`.
    func draft(
        _ outputs: [TransactionOutput], label: String = "", until: Int64 = 1_000, now: Int64 = 0
    ) throws -> StoredTransaction {
        try store.draft(label: label, until: until, account: Self.name, tip: nil, now: now) {
            coins, change in
            let known = Dictionary(uniqueKeysWithValues: coins.map { ($0.coin.outpoint, $0) })
            return try CoinSelection.plan(
                paying: outputs, from: coins.map(\.coin), change: try change(), fees: .usual
            ).signed { coin in [try key(try #require(known[coin.outpoint]).key)] }
        }
    }
}
