// Transactions on their way to miners, and what miners say of them.
import Bitcoin
import Broadcasting
import Bytes
import Coins
import Cryptography
import Files
import Headers

/// What became of a transaction that was sent.
public struct CoinSending: Sendable {
    /// The transaction, in internal order.
    public let id: Digest256
    /// What each target that was tried has said; none where no target is known.
    public let reports: [BroadcastReport]
    /// Whether it was given up, because whoever looked at it has refused it.
    public let isDropped: Bool

    /// Whether a target has it.
    public var isTaken: Bool { reports.contains { $0.outcome.isTaken } }
}

/// What asking miners has brought.
public struct CoinPolling: Sendable {
    /// Transactions that were sent.
    public internal(set) var sendings: [CoinSending] = []
    /// Transactions that are proved since.
    public internal(set) var proved: [CoinTransactionRow] = []
    /// Transactions that were given up.
    public internal(set) var dropped: [Digest256] = []
    /// What went wrong, a sentence each.
    public internal(set) var complaints: [String] = []
    /// Transactions of which nothing shows yet that they are mined.
    public internal(set) var open = 0
}

extension Wallet {
    /// Who takes transactions to miners: the settings `coin.broadcast` and `coin.token`.
    /// - Throws: `ConfigurationError`; `NetworkError.invalidURL`; failures of storage.
    public func broadcastEndpoints() throws -> [BroadcastEndpoint] {
        let network = try coinNetwork()
        let words = (try configuration.text(Settings.coinBroadcast) ?? "")
            .split(separator: " ").map(String.init)
        let token = try configuration.text(Settings.coinToken).flatMap { path in
            path.isEmpty ? nil : path.hasPrefix("/") ? path : directory + "/" + path
        }.map { path in
            SecretBytes(try FileSystem.read(path, limit: Limits.passphraseBytes).withoutNewline)
        }
        return try words.map { word in
            let target = try BroadcastTarget(word, network)
            // A node is shown nothing.
            if case .node = target { return try BroadcastEndpoint(target) }
            return try BroadcastEndpoint(target, token: token)
        }
    }

    /// What miners ask for: the quote of the first service that answers, else the setting
    /// `coin.fee`. A quote of more than twenty times the setting is passed over.
    /// - Throws: as `broadcastEndpoints`.
    public func quotedFees(over broadcaster: Broadcaster) throws -> FeeQuote {
        let usual = try coinFees()
        for endpoint in try broadcastEndpoints() {
            guard let offer = try? broadcaster.fees(at: endpoint), !offer.fees.isDear(usual) else {
                continue
            }
            return offer.fees
        }
        return usual
    }

    /// Sends a transaction that was handed out, or that was received, to miners.
    ///
    /// Where all who looked at it refuse it, it is given up: what it spends is free, what it pays
    /// counts for nothing.
    /// - Parameter callback: where its proof is to be sent to.
    /// - Throws: `CoinError`; as `broadcastEndpoints`; failures of storage.
    public func sendCoins(
        _ id: Digest256, over broadcaster: Broadcaster, callback: BroadcastCallback? = nil
    ) throws -> CoinSending {
        let endpoints = try broadcastEndpoints()
        guard !endpoints.isEmpty else { return CoinSending(id: id, reports: [], isDropped: false) }
        let store = try coinStore()
        let stored = try store.stored(id)
        var broadcast = Broadcast(stored.transaction, callback: callback)
        broadcast.spending = try store.spentOutputs(of: stored.transaction)
        if let evidence = try? store.evidence(for: id) {
            broadcast.beef = try evidence.binary(.v1)
            broadcast.ancestors = evidence.entries.filter { $0.path == nil && $0.id != id }
                .compactMap(\.transaction)
        }
        let reports = broadcaster.send(broadcast, to: endpoints)
        if reports.contains(where: { $0.outcome.isTaken }) {
            try store.noteSent(id)
            return CoinSending(id: id, reports: reports, isDropped: false)
        }
        // Whoever lacks its parents, or blocks that prove them, has not judged it.
        let isRefused = reports.allSatisfy { report in
            guard case .rejected(let code, _, _) = report.outcome else { return false }
            return code != .missingParent && code != .invalidProof
        }
        if isRefused { try store.drop(id, now: surroundings.now().milliseconds) }
        return CoinSending(id: id, reports: reports, isDropped: isRefused)
    }

    /// Sends what has not been sent, asks how the rest stands, and takes the proofs that there are.
    /// - Throws: as `sendCoins`, `requiredCoinChain`; what one target does wrong is told, and the
    ///   next is asked.
    public func pollCoins(over broadcaster: Broadcaster) throws -> CoinPolling {
        var polling = CoinPolling()
        guard try hasCoins() else { return polling }
        let endpoints = try broadcastEndpoints()
        let chain = try coinChain()
        let store = try coinStore()
        for stored in try store.open() {
            let id = stored.transaction.id
            if !stored.isSent {
                let sending = try sendCoins(id, over: broadcaster)
                polling.sendings.append(sending)
                if sending.isDropped { polling.dropped.append(id) }
                if !sending.isTaken { continue }
            }
            try ask(endpoints, of: id, broadcaster, chain, store, &polling)
        }
        polling.open = try store.open().count
        return polling
    }

    private func ask(
        _ endpoints: [BroadcastEndpoint], of id: Digest256, _ broadcaster: Broadcaster,
        _ chain: HeaderStore?, _ store: CoinStore, _ polling: inout CoinPolling
    ) throws {
        for endpoint in endpoints {
            if case .node = endpoint.target { continue }
            let standing: TransactionStanding
            do throws(BroadcastFault) {
                standing = try broadcaster.standing(of: id, at: endpoint)
            } catch {
                polling.complaints.append(error.message)
                continue
            }
            switch standing {
            case .mined(_, _, let path?):
                guard let chain else { throw HeaderError.noStore(path: try coinHeaders()) }
                do {
                    polling.proved += try store.take(
                        path, chain, now: surroundings.now().milliseconds
                    ).map { CoinTransactionRow($0, tip: chain.tip.height) }
                    return
                } catch let refusal as ChainRefusal {
                    polling.complaints.append("'\(endpoint.target)': \(refusal.message)")
                } catch let error as HeaderError {
                    polling.complaints.append("'\(endpoint.target)': \(error.message)")
                }
            case .rejected(let code, let reason, _) where !code.mayChange:
                polling.complaints.append(
                    "'\(endpoint.target)' refuses '\(id.displayed)': \(reason)")
                try store.drop(id, now: surroundings.now().milliseconds)
                polling.dropped.append(id)
                return
            case .unknown, .inPool, .mined, .rejected: break
            }
        }
    }
}
