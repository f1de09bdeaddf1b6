// The wallet's bitcoins: where they are kept, and which headers prove them.
import Bitcoin
import Bytes
import Coins
import Cryptography
import Documents
import Files
import Headers

extension Wallet {
    /// The network whose coins these are.
    /// - Throws: `ConfigurationError`.
    public func coinNetwork() throws -> ChainNetwork {
        let name = try configuration.text(Settings.coinNetwork) ?? ChainNetwork.mainnet.rawValue
        return ChainNetwork(rawValue: name) ?? .mainnet
    }

    /// Where the headers of that network are.
    /// - Throws: `ConfigurationError`.
    public func coinHeaders() throws -> String {
        directory + "/headers/" + (try coinNetwork().rawValue)
    }

    /// Where the headers of that network are, made where nothing is.
    /// - Throws: `ConfigurationError`; `FileError`.
    public func makeCoinHeaders() throws -> String {
        let folder = directory + "/headers"
        if try FileSystem.status(folder) == nil {
            try FileSystem.makeDirectory(folder)
            try FileSystem.synchronizeDirectory(directory)
        }
        return try coinHeaders()
    }

    /// The headers that prove coins; nil where none have been followed yet.
    /// - Throws: `ConfigurationError`; `HeaderError`; failures of storage.
    public func coinChain() throws -> HeaderStore? {
        let path = try coinHeaders()
        guard try FileSystem.status(path) != nil else { return nil }
        // Whoever was about to make them may have been interrupted.
        do { return try HeaderStore(path, try coinNetwork(), .reading) } catch HeaderError.noStore {
            return nil
        }
    }

    /// The headers that prove coins.
    /// - Throws: as `coinChain`; `HeaderError.noStore` where there are none.
    public func requiredCoinChain() throws -> HeaderStore {
        guard let chain = try coinChain() else {
            throw HeaderError.noStore(path: try coinHeaders())
        }
        return chain
    }

    /// Where coins are kept: another network's are other coins.
    private func coinPath() throws -> String {
        directory + "/" + Self.coinFile(try coinNetwork())
    }

    static func coinFile(_ network: ChainNetwork) -> String {
        network == .mainnet ? "coins.db" : "coins-\(network.rawValue).db"
    }

    /// Whether there is a store of coins.
    /// - Throws: `ConfigurationError`; `FileError`.
    public func hasCoins() throws -> Bool { try FileSystem.status(try coinPath()) != nil }

    /// The store of coins for reading; nil where there is none.
    /// - Throws: `ConfigurationError`; `CoinError`; failures of storage.
    func coinReader() throws -> CoinStore? {
        guard try hasCoins() else { return nil }
        return try CoinStore(
            path: try coinPath(), network: try coinNetwork().encoding, isReadOnly: true)
    }

    /// The store of coins, made where there is none, and brought up to what the headers say now.
    /// - Throws: as `coinReader`, `coinChain`.
    func coinStore() throws -> CoinStore {
        let path = try coinPath()
        let isNew = try FileSystem.status(path) == nil
        let store = try CoinStore(path: path, network: try coinNetwork().encoding)
        if isNew { try FileSystem.synchronizeDirectory(directory) }
        let now = surroundings.now().milliseconds
        try store.refresh(now: now)
        if let chain = try coinChain() { _ = try store.follow(chain, now: now) }
        return store
    }

    /// Compares all proofs of coins with the headers as they are now.
    /// - Throws: as `coinReader`, `requiredCoinChain`.
    public func followCoins() throws -> ChainEffect {
        guard try hasCoins(), let chain = try coinChain() else { return ChainEffect() }
        let store = try CoinStore(path: try coinPath(), network: try coinNetwork().encoding)
        return try store.follow(chain, now: surroundings.now().milliseconds)
    }

    /// The sums of all coins; nil where there never were any.
    /// - Throws: as `coinReader`, `coinChain`.
    public func coinBalance() throws -> CoinBalance? {
        guard try hasCoins() else { return nil }
        let tip = try coinChain()?.tip.height
        return try upToDate().balance(tip: tip, now: surroundings.now().milliseconds)
    }

    /// The unspent coins.
    /// - Throws: as `coinBalance`.
    public func coins() throws -> [CoinRow] {
        guard try hasCoins() else { return [] }
        let chain = try coinChain()
        return try upToDate().coins(tip: chain?.tip.height, now: surroundings.now().milliseconds)
            .map { CoinRow(coin: $0, network: try coinNetwork().encoding, tip: chain?.tip.height) }
    }

    /// The transactions that touch this wallet's coins, the latest first.
    /// - Throws: as `coinBalance`.
    public func coinTransactions() throws -> [CoinTransactionRow] {
        guard try hasCoins() else { return [] }
        let tip = try coinChain()?.tip.height
        return try upToDate().transactions().map { CoinTransactionRow($0, tip: tip) }
    }

    /// A disk that can only be read shows what was believed last.
    private func upToDate() throws -> CoinStore {
        do { return try coinStore() } catch let error as FileError where error.isReadOnly {
        } catch let reason where CoinStorageFault(reason)?.isReadOnly ?? false {}
        return try CoinStore(
            path: try coinPath(), network: try coinNetwork().encoding, isReadOnly: true)
    }

    /// A transaction by the beginning of its identifier, at least four digits.
    /// - Throws: `WalletError.unknown`, `.ambiguous`; as `coinBalance`.
    public func coinTransaction(_ digits: String) throws -> Digest256 {
        let found =
            digits.utf8.count >= 4
            ? try coinReader()?.identifiers(beginning: digits.lowercased()) ?? [] : []
        guard found.count <= 1 else {
            throw WalletError.ambiguous(
                what: "transaction", name: digits, candidates: found.map(\.displayed))
        }
        guard let only = found.first else {
            throw WalletError.unknown(what: "transaction", name: digits, suggestions: [])
        }
        return only
    }
}

extension ChainNetwork {
    /// How keys and addresses of the network are written.
    public var encoding: BitcoinNetwork { self == .mainnet ? .main : .test }
}
