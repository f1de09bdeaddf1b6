// A chain of the network for tests, and wallets that follow its headers.
import Bitcoin
import Bytes
import Coins
import Cryptography
import Documents
import Files
import Network
import Testing

@testable import DirectPayment
@testable import Headers
@testable import WalletKit

/// Blocks, and who knows of them.
final class CoinScene {
    let clock = PeerClock()
    let alice: PeerWallet
    let bob: PeerWallet
    private var headers: [BlockHeader] = []
    private var mined: [Digest256: BUMP] = [:]
    private var salt: UInt32 = 0

    init(hasHeaders: Bool = true) throws {
        alice = try PeerWallet("alice", clock: clock)
        bob = try PeerWallet("bob", clock: clock)
        for wallet in [alice, bob] {
            let path = wallet.wallet.directory + "/config"
            let kept = try FileSystem.read(path, limit: 65_536)
            try FileSystem.replace(path, with: kept + Array("[coin]\n\tnetwork = regtest\n".utf8))
            try wallet.restart()
        }
        headers = [ChainNetwork.regtest.genesis]
        if hasHeaders { try mine([]) }
    }

    /// A block, which both wallets hear of.
    func mine(_ transactions: [BitcoinTransaction]) throws {
        salt += 1
        let ids =
            [Digest256(Hash.sha256(Array("\(salt)".utf8)).bytes) ?? .zero]
            + transactions.map(\.id)
        let root = try BitcoinTree.root(of: ids).hash
        let parent = headers[headers.count - 1]
        var nonce: UInt32 = 0
        var header: BlockHeader?
        while header == nil {
            let tried = BlockHeader(
                version: 0x2000_0000, previous: parent.hash, merkleRoot: root,
                time: parent.time + 600, bits: 0x207f_ffff, nonce: nonce)
            if (try? tried.check(root: root)) != nil { header = tried }
            nonce += 1
        }
        headers.append(try #require(header))
        for (index, transaction) in transactions.enumerated() {
            mined[transaction.id] = try BUMP(
                height: headers.count - 1, leaf: transaction.id,
                branch: try BitcoinTree.branch(at: index + 1, of: ids))
        }
        for wallet in [alice.wallet, bob.wallet] {
            let store = try HeaderStore(try wallet.makeCoinHeaders(), .regtest, .writing)
            _ = try store.take(headers.dropFirst().flatMap(\.bytes), now: 1_900_000_000)
        }
    }

    func path(_ transaction: BitcoinTransaction) throws -> BUMP {
        try #require(mined[transaction.id])
    }

    /// A transaction out of coins that nobody looks at.
    func payment(_ outputs: [TransactionOutput]) throws -> BitcoinTransaction {
        salt += 1
        return try BitcoinTransaction(
            inputs: [
                TransactionInput(
                    outpoint: Outpoint(
                        transaction: Digest256(Hash.sha256(Array("coin \(salt)".utf8)).bytes)
                            ?? .zero, index: 0), script: Script([0x51]))
            ], outputs: outputs)
    }

    /// Gives a wallet a mined coin.
    @discardableResult
    func fund(_ wallet: PeerWallet, _ satoshis: UInt64) throws -> BitcoinTransaction {
        let outputs = try wallet.wallet.coinDestination(satoshis: satoshis, label: "funds")
        let payment = try payment(outputs)
        try mine([payment])
        let beef = try BEEF(
            paths: [try path(payment)], entries: [BEEF.Entry(payment, path: 0)])
        _ = try wallet.wallet.receiveCoins(.beef(beef), label: "funds")
        return payment
    }

    /// What somebody asks for.
    func offer(
        _ outputs: [NativeOutput], network: String = "regtest", fees: PaymentFees? = nil,
        needsAncestry: Bool = false, expires: Timestamp? = nil, reference: String = "order-7"
    ) throws -> PaymentOffer {
        var terms = PaymentTerms(
            network: network, created: clock.now, expires: expires,
            paymentURL: "https://shop.example/pay/1", memo: "bicycle",
            party: PaymentParty(reference: reference), outputs: outputs, fees: fees,
            promises: [])
        terms.isAncestryRequired = needsAncestry
        let url = try WebURL("https://shop.example/pay/1")
        return PaymentOffer(
            terms: terms, dialect: .classic, signature: .unsigned, source: url, paymentURL: url,
            bytes: [])
    }

    /// An output that nobody here can spend.
    static let foreign = Script.publicKeyHash([UInt8](repeating: 9, count: 20))
}
