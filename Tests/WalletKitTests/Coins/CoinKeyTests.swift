// Where keys of coins come from.
import Bitcoin
import Bytes
import Coins
import Cryptography
import Headers
import Testing

@testable import WalletKit

@Suite struct CoinKeyTests {
    let scene: CoinScene

    init() throws { scene = try CoinScene() }

    @Test(arguments: [
        "", "m", "m/44'", "m/44'/0'", "m/44'/0'/0", "m/44/0/0", "m/44'/0'/0'/0", "44'/0'/0'",
        "m/44h/0h/0h", "m/44'/0'/4294967296'", "m/044'/0'/0'", "M/44'/0'/0'", "m/44'/0'/0' ",
        "key:x",
    ])
    func `no account of the seed`(_ path: String) throws {
        let store = try scene.alice.wallet.coinStoreWithAccount()
        #expect(throws: CoinError.self) {
            try scene.alice.wallet.addCoinAccount(path, to: store)
        }
        #expect(try store.accounts() == [Wallet.coinAccount])
    }

    @Test func `this wallet's own keys are no account of coins`() throws {
        let store = try scene.alice.wallet.coinStoreWithAccount()
        #expect(throws: CoinError.self) {
            try scene.alice.wallet.addCoinAccount("m/\(SeedKeys.purpose)'/0'/0'", to: store)
        }
        try scene.alice.wallet.addCoinAccount("m/44'/0'/0'", to: store)
        #expect(try store.accounts() == [Wallet.coinAccount, "m/44'/0'/0'"])
    }

    @Test func `addresses are fresh, and those of a seed always the same`() throws {
        let first = try scene.alice.wallet.coinAddress(label: "a")
        let second = try scene.alice.wallet.coinAddress(label: "a")
        #expect(first != second)
        let other = try CoinScene()
        #expect(try other.alice.wallet.coinAddress(label: "b") == first)
        #expect(try other.bob.wallet.coinAddress(label: "b") != first)
    }

    @Test func `an imported key's coins are spent with it`() throws {
        let wallet = scene.alice.wallet
        let digits = [UInt8](repeating: UInt8(ascii: "0"), count: 63) + [UInt8(ascii: "7")]
        let text = try wallet.importCoinKey(SecretBytes(digits), name: "paper")
        let script = try BitcoinAddress(text).script
        let payment = try scene.payment([TransactionOutput(satoshis: 9_000, script: script)])
        try scene.mine([payment])
        let beef = try BEEF(
            paths: [try scene.path(payment)], entries: [BEEF.Entry(payment, path: 0)])
        _ = try wallet.receiveCoins(.beef(beef), label: "")
        #expect(try wallet.coinBalance()?.mined == 9_000)
        let swept = try wallet.sweepCoins(to: CoinScene.foreign, label: "")
        let handed = try wallet.handOutCoins(swept.stored.transaction.id)
        #expect(handed.transaction.outputs.count == 1)
        _ = try wallet.requiredCoinChain().verify(.beef(handed.evidence))
        #expect(throws: WalletError.self) {
            try wallet.importCoinKey(SecretBytes(digits), name: "again")
        }
        #expect(throws: KeyError.self) {
            try wallet.importCoinKey(SecretBytes(Array("nonsense".utf8)), name: "bad")
        }
    }
}
