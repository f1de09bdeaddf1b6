// Keeping coins up to date for as long as a server runs: headers move on, blocks are looked
// through, miners are asked.
import Broadcasting
import Bytes
import Coins
import Headers
import Synchronization

/// Looks after the coins of one wallet. Safe to call from any thread; calls wait for each other.
public final class CoinKeeper: @unchecked Sendable {  // Safe: see `state`.
    /// What has happened.
    public enum Event: Sendable {
        /// A transaction was found in a block, or is proved now.
        case proved(CoinTransactionRow)
        /// A transaction's block has left the chain.
        case demoted(Digest256)
        /// A transaction was given up: miners refuse it.
        case dropped(Digest256)
        /// What went wrong; it is tried again.
        case complaint(String)
    }

    private struct State {
        var tip: Digest256?
        var polled: Int64 = .min
    }

    private let state = Mutex(State())
    private let wallet: Wallet
    private let broadcaster: Broadcaster?
    private let reader: BlockReader?
    private let onEvent: @Sendable (Event) -> Void

    /// Milliseconds between two questions to miners.
    private static let pollMilliseconds: Int64 = 60_000

    /// - Parameters:
    ///   - wallet: opened anew at each look.
    ///   - broadcaster: asks miners; nil: nobody is asked.
    ///   - reader: reads blocks; nil: none are read.
    /// - Throws: `ConfigurationError`; failures of storage.
    public init(
        _ wallet: Wallet, _ broadcaster: Broadcaster?, _ reader: BlockReader?,
        onEvent: @escaping @Sendable (Event) -> Void
    ) throws {
        self.wallet = try wallet.again()
        self.broadcaster = broadcaster
        self.reader = reader
        self.onEvent = onEvent
    }

    /// Looks at what is new.
    /// - Throws: failures of storage; `HeaderError`.
    public func look() throws {
        try state.withLock { state in
            let wallet = try wallet.again()
            guard try wallet.hasCoins() else { return }
            let tip = try wallet.coinChain()?.tip.hash
            if tip != state.tip {
                try move(wallet)
                state.tip = tip
                state.polled = .min
            }
            let now = wallet.surroundings.now().milliseconds
            if let broadcaster, now >= state.polled &+ Self.pollMilliseconds || state.polled == .min
            {
                try poll(wallet, broadcaster)
                state.polled = now
            }
        }
    }

    private func move(_ wallet: Wallet) throws {
        let effect = try wallet.followCoins()
        for id in effect.demoted { onEvent(.demoted(id)) }
        guard let reader else { return }
        do {
            let rescan = try wallet.rescanCoins(RescanOptions(), over: reader)
            for row in rescan.found { onEvent(.proved(row)) }
        } catch let error as NodeError {
            onEvent(.complaint(error.message))
        } catch WalletError.invalidArgument(_, _, let reason) {
            onEvent(.complaint(reason))
        }
    }

    private func poll(_ wallet: Wallet, _ broadcaster: Broadcaster) throws {
        let polling = try wallet.pollCoins(over: broadcaster)
        for row in polling.proved { onEvent(.proved(row)) }
        for id in polling.dropped { onEvent(.dropped(id)) }
        for complaint in polling.complaints { onEvent(.complaint(complaint)) }
    }
}
