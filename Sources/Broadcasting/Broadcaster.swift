// Transactions on their way to the miners, over as many ways as are known.
import Bitcoin
import Bytes
import Headers
import Network

/// Sends transactions, and asks how they stand. Blocks the thread that calls.
public struct Broadcaster: Sendable {
    /// Which targets are tried.
    public enum Manner: Sendable {
        /// One after the other until one has taken it.
        case untilTaken
        /// All of them.
        case everywhere
    }

    let surroundings: BroadcastSurroundings

    /// A broadcaster.
    public init(_ surroundings: BroadcastSurroundings) { self.surroundings = surroundings }

    /// Sends a transaction. It is out where any of the reports says that it was taken; it is
    /// refused where one says so and none says that it was taken; else nothing is known.
    /// - Parameter endpoints: in the order in which they are tried; more than
    ///   `Limits.broadcastTargets` are not tried.
    /// - Returns: what each target that was tried has said.
    public func send(
        _ broadcast: Broadcast, to endpoints: [BroadcastEndpoint], _ manner: Manner = .untilTaken
    ) -> [BroadcastReport] {
        var reports: [BroadcastReport] = []
        for endpoint in endpoints.prefix(Limits.broadcastTargets) {
            let outcome = outcome(of: broadcast, endpoint)
            reports.append(BroadcastReport(target: endpoint.target, outcome: outcome))
            if outcome.isTaken, manner == .untilTaken { break }
        }
        return reports
    }

    private func outcome(
        of broadcast: Broadcast, _ endpoint: BroadcastEndpoint
    ) -> BroadcastOutcome {
        do throws(BroadcastFault) {
            switch endpoint.target {
            case .arc(let url):
                return try ARCClient(url, endpoint, surroundings.http).send(broadcast)
            case .mapi(let url):
                return try MerchantClient(url, endpoint, surroundings.http).send(broadcast)
            case .node(let host, let port):
                return try NodeBroadcast(host, port, endpoint.target, surroundings)
                    .send(broadcast)
            }
        } catch {
            return .unavailable(reason: error.reason, retry: error.retry)
        }
    }

    /// How a transaction stands with a target.
    ///
    /// A node says only whether it gives the transaction away: `.inPool` then, which may also be a
    /// transaction that was mined a moment ago, and `.unknown` for all else. What it has mined is
    /// for `BlockReader`.
    /// - Parameter transaction: the hash, in internal order.
    /// - Throws: `BroadcastFault`.
    public func standing(
        of transaction: Digest256, at endpoint: BroadcastEndpoint
    ) throws(BroadcastFault) -> TransactionStanding {
        switch endpoint.target {
        case .arc(let url):
            try ARCClient(url, endpoint, surroundings.http).standing(of: transaction)
        case .mapi(let url):
            try MerchantClient(url, endpoint, surroundings.http).standing(of: transaction)
        case .node(let host, let port):
            try NodeBroadcast(host, port, endpoint.target, surroundings)
                .standing(of: transaction)
        }
    }

    /// What a target asks for to mine.
    /// - Returns: nil for a node: it does not say.
    /// - Throws: `BroadcastFault`.
    public func fees(at endpoint: BroadcastEndpoint) throws(BroadcastFault) -> FeeOffer? {
        switch endpoint.target {
        case .arc(let url): try ARCClient(url, endpoint, surroundings.http).fees()
        case .mapi(let url): try MerchantClient(url, endpoint, surroundings.http).fees()
        case .node: nil
        }
    }
}
