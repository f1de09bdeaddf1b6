// Coins and their transactions as rows of reports.
import Bitcoin
import Coins
import Cryptography

/// An unspent coin.
public struct CoinRow: Sendable {
    /// The coin.
    public let coin: Coin
    let network: BitcoinNetwork
    let tip: Int?

    /// The members of a row.
    public static let fields = [
        "coin", "satoshis", "amount", "state", "height", "confirmations", "address", "label",
        "reserved", "immature",
    ]

    /// What its transaction is, and whether it is held.
    public var state: String {
        if coin.isImmature { return "immature" }
        return coin.reserved == nil ? coin.state.name : "held"
    }

    /// The coin as a row.
    public var row: ReportRow {
        let place = coin.coin.outpoint
        return ReportRow([
            "coin": .text("\(place.transaction.displayed):\(place.index)"),
            "satoshis": .number(Int(coin.satoshis)),
            "amount": .text(CoinAmount.text(coin.satoshis)), "state": .text(coin.state.name),
            "height": coin.height.map { .number($0) },
            "confirmations": .number(CoinTransactionRow.confirmations(coin.height, tip)),
            "address": .text((try? Wallet.text(coin.coin.output.script, network)) ?? ""),
            "label": .text(coin.label),
            "reserved": .boolean(coin.reserved != nil), "immature": .boolean(coin.isImmature),
        ])
    }
}

/// A transaction of coins.
public struct CoinTransactionRow: Sendable {
    /// The transaction.
    public let stored: StoredTransaction
    let tip: Int?

    init(_ stored: StoredTransaction, tip: Int?) {
        self.stored = stored
        self.tip = tip
    }

    /// The members of a row.
    public static let fields = [
        "txid", "state", "height", "confirmations", "satoshis", "amount", "label", "sent",
    ]

    static func confirmations(_ height: Int?, _ tip: Int?) -> Int {
        guard let height, let tip else { return 0 }
        return max(0, tip - height + 1)
    }

    /// The transaction as a row.
    public var row: ReportRow {
        ReportRow([
            "txid": .text(stored.transaction.id.displayed), "state": .text(stored.state.name),
            "height": stored.height.map { .number($0) },
            "confirmations": .number(Self.confirmations(stored.height, tip)),
            "satoshis": .number(Int(stored.delta)),
            "amount": .text(CoinAmount.text(signed: stored.delta)),
            "label": .text(stored.label), "sent": .boolean(stored.isSent),
        ])
    }
}

extension TransactionState {
    /// What it means, for people.
    public var sentence: String {
        switch self {
        case .mined: "mined"
        case .supported: "proved by its ancestors"
        case .unverified: "not proved: it counts for nothing yet"
        case .conflicted: "lost: another transaction spends the same"
        case .dropped: "given up"
        case .draft: "not handed out"
        }
    }
}

extension CoinBalance {
    /// The members that a balance of coins has, and others have not.
    public static let fields = ["mined", "supported", "held", "unverified"]

    /// The sums as a row among balances, in bitcoins.
    public var row: ReportRow {
        ReportRow([
            "name": .text("coins"), "net": .text(CoinAmount.text(total)),
            "unit": .text(CoinAmount.unit), "mined": .text(CoinAmount.text(mined)),
            "supported": .text(CoinAmount.text(supported)), "held": .text(CoinAmount.text(held)),
            "unverified": .text(CoinAmount.text(unverified)),
        ])
    }

    /// What proves them, for people.
    public var proofText: String {
        var parts: [String] = []
        if total > 0 {
            parts.append(supported == 0 ? "mined" : "\(CoinAmount.text(mined)) mined")
        }
        if held > 0 { parts.append("\(CoinAmount.text(held)) held") }
        if unverified > 0 { parts.append("\(CoinAmount.text(unverified)) not proved") }
        return parts.joined(separator: ", ")
    }
}
