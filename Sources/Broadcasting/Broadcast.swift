// What is sent, and what sending takes of the world.
import Bitcoin
import Cryptography
import Headers
import Network

/// A transaction with what targets may want to know beside it.
public struct Broadcast: Sendable {
    /// The transaction.
    public var transaction: BitcoinTransaction
    /// The outputs that it spends, in the inputs' order; nil where they are not known. ARC checks
    /// fee and scripts with them.
    public var spending: [TransactionOutput]?
    /// The transaction with its ancestors (BRC-62), for ARC instead of the extended format.
    public var beef: [UInt8]?
    /// Ancestors that may not have come to the miners: a node that asks for them gets them.
    public var ancestors: [BitcoinTransaction]
    /// Where a proof, and news of double spends, are to be sent to.
    public var callback: BroadcastCallback?

    /// A transaction to be sent.
    public init(
        _ transaction: BitcoinTransaction, spending: [TransactionOutput]? = nil,
        beef: [UInt8]? = nil, ancestors: [BitcoinTransaction] = [],
        callback: BroadcastCallback? = nil
    ) {
        self.transaction = transaction
        self.spending = spending
        self.beef = beef
        self.ancestors = ancestors
        self.callback = callback
    }
}

/// Where a miner's service tells what became of a transaction.
public struct BroadcastCallback: Sendable {
    /// The URL.
    public var url: WebURL
    /// What the service shows there as `Authorization`, whole; nil for nothing.
    public var token: SecretBytes?

    /// A place for callbacks.
    public init(_ url: WebURL, token: SecretBytes? = nil) {
        self.url = url
        self.token = token
    }

    var tokenText: String? {
        token.map { $0.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
    }
}

/// Clocks, randomness, and the ways out.
public struct BroadcastSurroundings: Sendable {
    /// Whose nodes are spoken to.
    public var network: ChainNetwork
    /// Seconds since 1970.
    public var now: @Sendable () -> Int64
    /// Milliseconds of a clock that only goes forward.
    public var elapsed: @Sendable () -> Int64
    /// Nonces of connections.
    public var random: any RandomSource
    /// Asks the services of miners.
    public var http: any HTTPSender
    /// Connects to a node.
    public var dial: @Sendable (String, Int) throws(NetworkError) -> any NodeLink
    /// How this program names itself to nodes: `/wallet:0.1.0/`.
    public var agent: String
    /// How long things may take.
    public var limits: BroadcastLimits
    /// Asked now and then: whether to give up.
    public var isStopped: @Sendable () -> Bool

    /// All of it.
    public init(
        network: ChainNetwork, now: @escaping @Sendable () -> Int64,
        elapsed: @escaping @Sendable () -> Int64, random: any RandomSource,
        http: any HTTPSender, agent: String, limits: BroadcastLimits = BroadcastLimits(),
        isStopped: @escaping @Sendable () -> Bool = { false },
        dial: @escaping @Sendable (String, Int) throws(NetworkError) -> any NodeLink = {
            (host: String, port: Int) throws(NetworkError) in
            try NodeSocket(host: host, port: port)
        }
    ) {
        self.network = network
        self.now = now
        self.elapsed = elapsed
        self.random = random
        self.http = http
        self.agent = agent
        self.limits = limits
        self.isStopped = isStopped
        self.dial = dial
    }
}

/// Bounds of time and size.
public struct BroadcastLimits: Sendable {
    // limit: until a node has greeted
    /// Milliseconds until a node has greeted.
    public var greetingMilliseconds: Int64 = 10_000
    // limit: until a node asks for what was announced
    /// Milliseconds that a node has to ask for a transaction that was announced.
    public var askMilliseconds: Int64 = 2_000
    // limit: until a node has looked at a transaction
    /// Milliseconds that a node has to pass a transaction on, or to reject it.
    public var settleMilliseconds: Int64 = 8_000
    // limit: for the listing of a pool
    /// Milliseconds that a node has to say what its pool has.
    public var poolMilliseconds: Int64 = 2_000
    // limit: silence while blocks are awaited
    /// Milliseconds without a byte while blocks are awaited.
    public var silenceMilliseconds: Int64 = 60_000
    // limit: one block
    /// Milliseconds that one block may take, and one more for each `blockBytesPerMillisecond`.
    public var blockMilliseconds: Int64 = 120_000
    // limit: the slowest block
    /// Bytes of a block that earn a millisecond.
    public var blockBytesPerMillisecond: Int64 = 64
    // limit: a block
    /// Bytes of a block; a larger one ends the reading.
    public var blockBytes = 1_073_741_824
    // limit: blocks asked for at once
    /// Blocks that are asked for before the first has come.
    public var blocksAhead = 8

    /// The usual ones.
    public init() {}
}
