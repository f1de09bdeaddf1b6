// Spending coins: chosen, signed and kept in one step, handed out in the next.
import Bitcoin
import Bytes
import Coins
import Documents
import Headers

/// A transaction that is ready to be handed out.
public struct HandedCoins: Sendable {
    /// The transaction.
    public let transaction: BitcoinTransaction
    /// With its ancestors.
    public let evidence: BEEF
    /// The outputs that it spends, in the order of its inputs.
    public let spent: [TransactionOutput]
}

extension Wallet {
    /// What miners take, as far as this wallet knows: the setting `coin.fee`.
    /// - Throws: `ConfigurationError`.
    public func coinFees() throws -> FeeQuote {
        let rate = FeeRate(
            satoshis: UInt64(try configuration.integer(Settings.coinFee)), bytes: 1000)
        return FeeQuote(standard: rate, data: rate)
    }

    /// Makes a transaction, which holds its coins for the time of the setting `coin.hold`.
    /// - Parameters:
    ///   - outputs: what is paid.
    ///   - label: what it is for. The same label gives the same transaction; an empty one a new one.
    ///   - fees: what miners or the payee ask for; the wallet's own where nil.
    /// - Throws: `BitcoinError.insufficientFunds` and others; `WalletError.idReused` for a label
    ///   under which something else was paid; key failures; failures of storage.
    public func draftCoins(
        paying outputs: [TransactionOutput], label: String, fees: FeeQuote? = nil
    ) throws -> CoinTransactionRow {
        let fees = try fees ?? coinFees()
        return try draftCoins(label: label) { coins, change in
            try CoinSelection.plan(
                paying: outputs, from: coins.map(\.coin), change: change, fees: fees)
        } checking: { transaction in
            guard outputs.allSatisfy({ transaction.outputs.contains($0) }) else {
                throw Self.idReused(label)
            }
        }
    }

    /// Makes a transaction that pays everything that is free to one script.
    /// - Throws: as `draftCoins(paying:label:fees:)`.
    public func sweepCoins(
        to script: Script, label: String, fees: FeeQuote? = nil
    ) throws -> CoinTransactionRow {
        let fees = try fees ?? coinFees()
        return try draftCoins(label: label) { coins, _ in
            try CoinSelection.sweeping(coins.map(\.coin), to: script, fees: fees)
        } checking: { transaction in
            guard transaction.outputs.count == 1, transaction.outputs[0].script == script else {
                throw Self.idReused(label)
            }
        }
    }

    private func draftCoins(
        label: String, _ plan: ([Coin], Script) throws -> TransactionPlan,
        checking: (BitcoinTransaction) throws -> Void
    ) throws -> CoinTransactionRow {
        let store = try coinStoreWithAccount()
        // A passphrase is asked for before the store is locked.
        _ = try seedKeys()
        let keys = coinKeys()
        let now = surroundings.now().milliseconds
        // What is held for no time would be given up before it is handed out.
        let hold = max(1, try configuration.duration(Settings.coinHold).components.seconds)
        let tip = try coinChain()?.tip.height
        let stored = try store.draft(
            label: label, until: now + hold * 1000, account: Self.coinAccount, tip: tip, now: now
        ) { coins, change in
            let known = Dictionary(
                coins.map { ($0.coin.outpoint, $0) }, uniquingKeysWith: { first, _ in first })
            return try plan(coins, try change()).signed { coin in
                guard let known = known[coin.outpoint] else { return [] }
                return [try keys(known)]
            }
        }
        try checking(stored.transaction)
        return CoinTransactionRow(stored, tip: tip)
    }

    /// People know the word that they gave, not what it is for.
    private static func idReused(_ label: String) -> WalletError {
        .idReused(id: label.hasPrefix(sending) ? String(label.dropFirst(sending.count)) : label)
    }

    /// What stands in front of an identifier in the label of a transaction that was asked for by
    /// hand.
    public static let sending = "send "

    /// Gives a transaction out of this machine's hands: from now on its coins are spent.
    /// - Throws: `CoinError`; failures of storage.
    public func handOutCoins(_ id: Digest256) throws -> HandedCoins {
        let store = try coinStore()
        let stored = try store.handOut(id, now: surroundings.now().milliseconds)
        guard let spent = try store.spentOutputs(of: stored.transaction) else {
            throw CoinError.unsupported(id)
        }
        return HandedCoins(
            transaction: stored.transaction, evidence: try store.evidence(for: id), spent: spent)
    }

    /// A transaction with its ancestors, as others can verify it.
    /// - Throws: `CoinError`; failures of storage.
    public func coinEvidence(_ id: Digest256) throws -> BEEF {
        try coinStore().evidence(for: id)
    }

    /// Gives a transaction up that nobody will mine: its coins are free again.
    /// - Throws: `CoinError`; failures of storage.
    public func dropCoins(_ id: Digest256) throws {
        try coinStore().drop(id, now: surroundings.now().milliseconds)
    }

    /// How a transaction stands.
    /// - Throws: `CoinError`; failures of storage.
    public func coinStanding(_ id: Digest256) throws -> CoinTransactionRow {
        CoinTransactionRow(try coinStore().stored(id), tip: try coinChain()?.tip.height)
    }
}

extension HandedCoins {
    /// What the miner gets, in satoshis.
    public var fee: UInt64 {
        spent.reduce(0) { $0 + $1.satoshis } - transaction.outputs.reduce(0) { $0 + $1.satoshis }
    }
}
