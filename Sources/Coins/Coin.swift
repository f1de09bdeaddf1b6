// What a store says of coins and of the transactions that they are from.
import Bitcoin
import Bytes

/// How far a transaction is believed. A coin counts where its transaction is mined or supported.
public enum TransactionState: Int, Sendable, CaseIterable {
    /// A path leads from it to a header of the longest chain.
    case mined = 0
    /// It is not mined, but all that it spends is mined or supported, unspent elsewhere, and its
    /// scripts are true.
    case supported = 1
    /// Nothing shows that it can be mined. It counts for nothing.
    case unverified = 2
    /// Another one, mined or seen first, spends what it spends. It counts for nothing.
    case conflicted = 3
    /// Made here and given up, or refused by miners. It counts for nothing.
    case dropped = 4
    /// Made here, not handed out yet: it holds the coins that it spends until its time is over.
    case draft = 5

    /// What people and programs call it.
    public var name: String { String(describing: self) }
}

/// A transaction with what is known of it.
public struct StoredTransaction: Sendable, Equatable {
    /// The transaction.
    public let transaction: BitcoinTransaction
    /// How far it is believed.
    public let state: TransactionState
    /// The height of its block; nil where it is not mined.
    public let height: Int?
    /// The block's hash, in internal order; nil where it is not mined.
    public let block: Digest256?
    /// When it came, in milliseconds since 1970.
    public let seen: Int64
    /// What it is for; may be empty.
    public let label: String
    /// Whether it was made here.
    public let isOwn: Bool
    /// Whether miners have taken it.
    public let isSent: Bool
    /// Satoshis that came with it, less those that went: of counted coins or not.
    public let delta: Int64
}

/// Where the key of a script is.
public struct KeyPlace: Sendable, Hashable {
    /// The account: a path of BIP44 from the seed, or `key:ADDRESS` for a key of its own.
    public let account: String
    /// 0 for addresses that are given to others, 1 for change.
    public let branch: Int
    /// From 0.
    public let number: Int
}

/// An output that this wallet can spend.
public struct Coin: Sendable, Equatable {
    /// The output.
    public let coin: SpendableCoin
    /// Its transaction's state: mined or supported; or one that does not count.
    public let state: TransactionState
    /// The height of its block; nil where it is not mined.
    public let height: Int?
    /// Where its key is.
    public let key: KeyPlace
    /// What its address was made for.
    public let label: String
    /// Until when a transaction that is being made holds it, in milliseconds since 1970; nil where
    /// it is free.
    public let reserved: Int64?
    /// Whether it comes from a block's first transaction, and may not be spent yet.
    public let isImmature: Bool

    /// Satoshis.
    public var satoshis: UInt64 { coin.output.satoshis }
    /// Whether it may be spent now.
    public var isFree: Bool {
        (state == .mined || state == .supported) && reserved == nil && !isImmature
    }
}

/// Sums over all coins, in satoshis.
public struct CoinBalance: Sendable, Equatable {
    /// Of mined transactions.
    public var mined: UInt64 = 0
    /// Of transactions that are supported by mined ones.
    public var supported: UInt64 = 0
    /// Of the above: what transactions that are being made hold, or what is immature.
    public var held: UInt64 = 0
    /// Not part of anything above: what nothing shows.
    public var unverified: UInt64 = 0

    /// Nothing.
    public init() {}

    /// What counts.
    public var total: UInt64 { mined + supported }
}

/// A coin's address that was made here.
public struct CoinAddress: Sendable, Equatable {
    /// The output script.
    public let script: Script
    /// Where its key is.
    public let key: KeyPlace
    /// What it was made for.
    public let label: String
}
