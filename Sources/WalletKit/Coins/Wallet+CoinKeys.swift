// Keys of coins: derived from the wallet's seed (BIP44), or own addresses' keys. To be paid takes
// public keys alone, so a server needs no passphrase.
import Bitcoin
import Bytes
import Coins
import Cryptography
import Documents

extension Wallet {
    /// The account whose addresses are given out: BIP44 with the coin type of Bitcoin SV.
    public static let coinAccount = "m/44'/236'/0'"

    /// The store with the main account; the first time the seed is opened.
    /// - Throws: key failures; `CoinError`; failures of storage.
    func coinStoreWithAccount() throws -> CoinStore {
        let store = try coinStore()
        if try !store.accounts().contains(Self.coinAccount) {
            try addCoinAccount(Self.coinAccount, to: store)
            // Whatever was paid to it before was paid to another wallet of this seed: who restores
            // one says from where on to look.
            if let chain = try coinChain() {
                try store.setScanned(chain.tip, account: Self.coinAccount)
            }
        }
        return store
    }

    /// Adds an account of the seed.
    /// - Throws: `CoinError.invalidPath`; key failures; failures of storage.
    func addCoinAccount(_ text: String, to store: CoinStore) throws {
        let path: DerivationPath
        do throws(CryptographyError) { path = try DerivationPath(text) } catch {
            throw CoinError.invalidPath(path: text, reason: "a path looks like m/44'/0'/0'")
        }
        guard path.description == text, path.steps.count == 3,
            path.steps.allSatisfy(\.isHardened), path.steps[0].index != SeedKeys.purpose
        else {
            throw CoinError.invalidPath(
                path: text, reason: "an account has three hardened steps: m/44'/0'/0'")
        }
        try store.addAccount(text, key: try seedKeys().account(path).neutered().publicText)
    }

    /// A fresh address for coins.
    /// - Parameter label: what it is for.
    /// - Throws: `CoinError`; key failures; failures of storage.
    public func coinAddress(label: String) throws -> String {
        let store = try coinStoreWithAccount()
        let address = try store.freshScript(account: Self.coinAccount, branch: 0, label: label)
        return try Self.text(address.script, store.network)
    }

    /// Fresh outputs that pay this wallet.
    /// - Parameters:
    ///   - satoshis: what they sum up to.
    ///   - label: what the payment is for.
    /// - Throws: as `coinAddress`.
    public func coinDestination(
        satoshis: UInt64, label: String
    ) throws -> [TransactionOutput] {
        let store = try coinStoreWithAccount()
        let address = try store.freshScript(account: Self.coinAccount, branch: 0, label: label)
        return [TransactionOutput(satoshis: satoshis, script: address.script)]
    }

    /// The address of a script that pays a key's hash.
    static func text(_ script: Script, _ network: BitcoinNetwork) throws -> String {
        guard case .publicKeyHash(let hash) = script.kind else {
            throw CoinError.invalidPath(path: script.hexadecimal, reason: "it has no address")
        }
        return BitcoinAddress(hash: hash, network: network).text
    }

    /// Takes a private key in, whose coins are this wallet's from then on. They are found by a
    /// rescan, or received.
    /// - Returns: the coins' address.
    /// - Throws: key failures; `WalletError`; failures of storage.
    public func importCoinKey(_ text: SecretBytes, name: String) throws -> String {
        let own = try importKey(text, name: name, scheme: .ecdsaSecp256k1)
        guard case .file(_, let publicKey) = own.key else {
            throw WalletError.noKey(address: own.address)
        }
        let store = try coinStore()
        let account = "key:" + own.address.text
        try store.addAccount(account, key: Hexadecimal.encode(publicKey))
        let address = try store.addKeyScript(account: account, label: name)
        return try Self.text(address.script, store.network)
    }

    /// What signs for coins: opens the seed when it is first needed.
    func coinKeys() -> (Coin) throws -> Secp256k1.PrivateKey {
        var opened: [String: ExtendedKey] = [:]
        return { [self] coin in
            let account = coin.key.account
            if account.hasPrefix("key:") {
                let address = try Address(text: String(account.dropFirst(4)))
                guard let own = book.own(address),
                    case .secp256k1(let key) = try signingKey(own).signer
                else { throw WalletError.noKey(address: address) }
                return key
            }
            let parent =
                try opened[account] ?? seedKeys().account(DerivationPath(account))
            opened[account] = parent
            let child = try parent.child(.normal(UInt32(coin.key.branch)))
                .child(.normal(UInt32(coin.key.number)))
            guard let key = child.privateKey else {
                throw KeyError.cryptography(.invalidPrivateKey)
            }
            return key
        }
    }
}

extension SeedKeys {
    /// An account of BIP44.
    /// - Throws: `cryptography`.
    func account(_ path: DerivationPath) throws(KeyError) -> ExtendedKey {
        do throws(CryptographyError) {
            return try master.derived(along: path)
        } catch { throw .cryptography(error) }
    }
}
