// The bounds on what headers and proofs may ask of us.

/// Limits of this module; one past each is refused.
public enum HeaderLimits {
    // limit: BRC-74 allows as much; a block of 2^64 transactions is not to be feared
    /// Levels of a Merkle tree below its root.
    public static let treeLevels = 64
    // limit: 15 digits, as every reader of JSON holds them exactly
    /// A leaf's place in a tree.
    public static let treeIndex = 999_999_999_999_999
    // limit: about 2 MB of path
    /// Hashes in one BUMP, those of all levels together.
    public static let bumpLeaves = 65_536
    // limit: 32 bits, as heights have in the network's messages
    /// A block's height.
    public static let blockHeight = 4_294_967_295
    // limit: its hexadecimal digits fit a line of JSON
    /// A whole transaction inside a proof.
    public static let proofTransactionBytes = 1_000_000
    // limit: twice of what 18 years of Bitcoin have brought
    /// Headers that are verified at once.
    public static let headers = 2_000_000
    // limit: more than one machine has cores
    /// Threads that search for a nonce.
    public static let miningThreads = 256
}
