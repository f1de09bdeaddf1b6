// Looking through blocks for coins: what was paid while nobody told us, what has been mined, what a
// restored seed once had.
import Bitcoin
import Broadcasting
import Bytes
import Coins
import Headers

/// What is looked for.
public struct RescanOptions: Sendable {
    /// The first height; nil: where the last look has ended.
    public var from: Int?
    /// Accounts of the seed to look for beside those that are known: `m/44'/0'/0'`.
    public var accounts: [String] = []
    /// Addresses beyond the last used one (BIP44).
    public var gap = 20

    /// From where the last look has ended.
    public init() {}
}

/// What was found.
public struct CoinRescan: Sendable {
    /// The heights that were looked through; nil for none.
    public internal(set) var heights: ClosedRange<Int>?
    /// The transactions that were found, in the chain's order.
    public internal(set) var found: [CoinTransactionRow] = []
}

extension Wallet {
    /// Blocks that the last look may have seen in another branch of the chain.
    private static let rescanDepth = 1_000
    /// Without a start a chain of so many blocks is not looked through.
    private static let rescanUnasked = 10_000

    /// Looks through blocks for all accounts.
    /// - Parameter onBlock: told after each block: its height and the last one's.
    /// - Throws: `WalletError.invalidArgument` where nothing says from where; `NodeError`; key
    ///   failures; `CoinError`, `HeaderError`; failures of storage. What was found before stays,
    ///   and the next look begins there.
    public func rescanCoins(
        _ options: RescanOptions, over reader: BlockReader,
        onBlock: (_ height: Int, _ last: Int) -> Void = { _, _ in }
    ) throws -> CoinRescan {
        let chain = try requiredCoinChain()
        let store = try coinStoreWithAccount()
        for account in options.accounts where try !store.accounts().contains(account) {
            try addCoinAccount(account, to: store)
        }
        var rescan = CoinRescan()
        let start = try options.from ?? start(store, chain)
        let tip = chain.tip.height
        guard start <= tip else { return rescan }
        rescan.heights = start...tip
        var watch = try CoinWatch(store, gap: options.gap)
        var failure: (any Error)?
        try reader.read(start...tip, of: chain) { transaction in
            do { return try watch.wants(transaction) } catch {
                failure = error
                return false
            }
        } each: { found in
            if let failure { throw failure }
            for (transaction, path) in try found.proofs() {
                let stored = try store.take(
                    transaction, minedBy: path, chain, label: "",
                    now: surroundings.now().milliseconds)
                rescan.found.append(CoinTransactionRow(stored, tip: tip))
            }
            for account in try store.accounts() {
                try store.setScanned(found.placed, account: account)
            }
            onBlock(found.placed.height, tip)
        }
        return rescan
    }

    private func start(_ store: CoinStore, _ chain: HeaderStore) throws -> Int {
        var start = Int.max
        for account in try store.accounts() {
            guard let (height, block) = try store.scanned(account: account) else {
                start = 0
                continue
            }
            let isIn = try chain.header(at: height)?.hash == block
            start = min(start, isIn ? height + 1 : max(0, height - Self.rescanDepth))
        }
        guard start > 0 || chain.tip.height < Self.rescanUnasked else {
            throw WalletError.invalidArgument(
                what: "height", value: "nothing",
                reason: "these blocks have never been looked "
                    + "through, and they are many: '--from HEIGHT' says where the wallet began")
        }
        return start
    }
}
