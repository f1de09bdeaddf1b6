// What replicas of one domain cannot do.
import Documents

/// A failure with a stable code and the values that explain it.
public enum ReplicaError: Error, Sendable, Equatable {
    /// Another device holds the lease.
    case notHolder(holder: Address)
    /// What is not sealed does not come to what was shown: a merge has to report it first.
    case unmerged
    /// The other side is a replica of another domain.
    case otherDomain(ours: String, theirs: String)
    /// What was named to sync with is none.
    case noSource(text: String, reason: String)
    /// The other side ended in the middle of an answer.
    case disconnected(source: String)
    /// A lease is held by a device that has not let it go.
    case leaseHeld(holder: Address, until: Timestamp)
    /// A device that is not certified here.
    case unknownDevice(text: String)
    /// Nothing of that name is to be tried again.
    case notWaiting(text: String)
    /// The other side does not certify a new device.
    case notCertified(reason: String)
    /// A bundle is written for people, and no recipient can be read.
    case badRecipient(text: String)
    /// Keys were asked for and the other side gives none.
    case noKeys

    /// The stable code.
    public var code: String {
        switch self {
        case .notHolder: "not-lease-holder"
        case .unmerged: "not-merged"
        case .otherDomain: "wrong-domain"
        case .noSource: "no-source"
        case .disconnected: "disconnected"
        case .leaseHeld: "lease-held"
        case .unknownDevice: "unknown-device"
        case .notWaiting: "not-waiting"
        case .notCertified: "not-certified"
        case .badRecipient: "bad-recipient"
        case .noKeys: "no-keys"
        }
    }
}
