// What a server of Paymail is told.
import Documents
import Network

/// How a server of Paymail behaves.
public struct PaymailOptions: Sendable {
    /// The domain behind the at sign.
    public var domain: String
    /// What URLs of capabilities begin with, such as `https://pay.example.com`; empty: where it
    /// listens.
    public var publicURL: String
    /// Whether requests for an output, and transactions, are taken only with a sender's signature.
    public var requiresSender = false
    /// Whether whoever is to be paid in the older way has to say yes first.
    public var asksForApproval = false
    /// Whether the address of a peer stands in `X-Forwarded-For`.
    public var isBehindProxy = false
    /// Also answers at the paths of networks for tests, such as `-testnet`.
    public var suffixes: [String] = []
    /// Seconds that clients may believe the list of capabilities.
    public var cacheSeconds = 3_600
    /// What one network may use; nil for as much as it likes.
    public var peerAllowance: BucketSize? = BucketSize(capacity: 300, perSecond: 30)
    /// What one alias may be asked for, by all networks together; nil for as much as they like.
    public var aliasAllowance: BucketSize? = BucketSize(capacity: 600, perSecond: 60)
    /// The time.
    public var now: @Sendable () -> Timestamp
    /// Looks senders up; nil: none is known.
    public var senders: (any SenderKeys)?
    /// Told what went wrong here.
    public var onFailure: @Sendable (any Error) -> Void

    /// The usual behaviour.
    public init(
        domain: String, publicURL: String = "", now: @escaping @Sendable () -> Timestamp,
        onFailure: @escaping @Sendable (any Error) -> Void
    ) {
        self.domain = domain
        self.publicURL = publicURL
        self.now = now
        self.onFailure = onFailure
    }
}
