// What an audit that has found nothing can say.
import Bytes
import Documents

/// The sums of a log in which nothing was found.
public struct AuditReport: Sendable, Equatable {
    /// How many of each there are.
    public struct Counts: Sendable, Equatable {
        /// Lines of the log, blocks and stacks among them.
        public internal(set) var documents = 0
        /// Transactions.
        public internal(set) var transactions = 0
        /// Instructions in them.
        public internal(set) var instructions = 0
        /// Signatures that were verified; a checkpoint's is one.
        public internal(set) var signatures = 0
        /// Sealed blocks.
        public internal(set) var blocks = 0
        /// Stacks.
        public internal(set) var stacks = 0
        /// Units that their issuers have defined.
        public internal(set) var units = 0
        /// Counters that have had an output.
        public internal(set) var counters = 0
    }

    /// A counter at the end of the log.
    public struct Counter: Sendable, Equatable {
        /// Whose.
        public let address: Address
        /// The unit.
        public let symbol: Address
        /// The balance.
        public let net: Amount
        /// The lower limit.
        public let min: Bound
        /// The upper limit.
        public let max: Bound
    }

    /// How many of each there are.
    public let counts: Counts
    /// The clearing domain.
    public let domain: String
    /// The address of the domain key, which signed the first document.
    public let domainKey: Address
    /// Leaves of the log's tree (RFC 6962): all its lines.
    public let size: Int
    /// The root of that tree.
    public let root: Digest256
    /// The height of the last block; nil where none is sealed.
    public let lastHeight: Int?
    /// Every counter, ascending by address and then by symbol.
    public let counters: [Counter]
}
