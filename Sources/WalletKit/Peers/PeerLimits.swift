// What is taken from another domain.

/// Bounds of what a peer may make us read.
enum PeerLimits {
    // limit: transactions followed back along one counter
    /// Transactions that one counter is followed back through.
    static let historyTransactions = 100_000
    // limit: units of a domain looked through for a code
    /// Units that are looked through for a code.
    static let units = 10_000
    // limit: a domain's certificates, kept in one file
    /// Bytes of the certificates of one domain.
    static let devicesBytes = 2_097_152
    // limit: the counters of ours in one domain, kept in one file
    /// Bytes of what is remembered of own counters in one domain.
    static let countersBytes = 16_777_216
}
