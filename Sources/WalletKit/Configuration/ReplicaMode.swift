// Who clears where a wallet is on several devices.

/// Who clears in a domain with several devices.
public enum ReplicaMode: String, Sendable, CaseIterable {
    /// Every device, provisionally: a merge decides.
    case optimistic
    /// The device that holds the lease; the others keep what they have for it.
    case lease
}
