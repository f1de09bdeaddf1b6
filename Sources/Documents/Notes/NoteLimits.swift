// The bounds of notes and of what is built from them.

/// Named bounds of signed notes, proofs, requests to witnesses and policies.
public enum NoteLimits {
    // limit: all of them

    /// A signed note with its signatures. Sixteen signatures of ML-DSA-44 fit.
    public static let noteBytes = 65_536
    /// Signatures of one note; the specification asks for at least 16.
    public static let noteSignatures = 64
    /// A verifier key's text: one of ML-DSA-44 is refused for its type, not for its length.
    public static let verifierKeyBytes = 2_048
    /// Leaves of a tree: integers up to here are exact in JSON too.
    public static let treeSize = 1 << 53
    /// Hashes of an inclusion or consistency proof.
    public static let proofHashes = 63
    /// The application's own bytes in a proof.
    public static let proofExtraBytes = 65_536
    /// A whole proof: all that its parts may have.
    public static let proofBytes = 163_840
    /// A request to a witness: all that its parts may have.
    public static let witnessRequestBytes = 69_632
    /// A trust policy.
    public static let policyBytes = 262_144
    /// Logs, witnesses, groups of a policy, each; the specification recommends at least 32.
    public static let policyEntries = 256
}
