// What a server of Paymail may offer.
import Documents

/// Capabilities by their BRFC ids.
public enum Capability: String, Sendable, CaseIterable {
    /// `GET` → `{bsvalias, handle, pubkey}`.
    case publicKey = "0c4339ef99c2"
    /// `POST {senderHandle, dt, …}` → `{output}`.
    case paymentDestination = "759684b1a19a"
    /// Requests for a destination are to be signed; true or false.
    case senderValidation = "6745385c3fc0"
    /// Whoever is to be paid may have to say yes first; true or false.
    case receiverApprovals = "3d7c2ca83a46"
    /// `GET` → `{name, avatar}`.
    case publicProfile = "f12f968c92d6"
    /// `GET` → `{handle, pubkey, match}`.
    case verifyPublicKey = "a9f510c16bde"
    /// The scheme `payto:`.
    case payToPrefix = "7bd25e5a1fc6"
    /// `POST {satoshis}` → `{outputs, reference}`.
    case peerDestination = "2a40af698840"
    /// `POST {hex, metadata, reference}` → `{txid, note}`.
    case receiveTransaction = "5f1323cddf31"
    /// `POST {beef, metadata, reference}` → `{txid, note}`.
    case receiveBEEF = "5c55a7fdb7bb"
    /// Invitations of contacts; not offered here.
    case contacts = "8c4ed5ef8ace"
    /// `GET` → a JSONEnvelope that says where IOUs for a handle go, and which are accepted
    /// (`PromiseDestination`). The id is that of `promiseTitle`, `promiseAuthor` and
    /// `promiseVersion`.
    case promiseDestination = "5de7fb619a6b"

    /// The title of our own capability.
    public static let promiseTitle = "WebWallet IOU Payment Destination"
    /// Its author.
    public static let promiseAuthor = "wallet"
    /// Its version.
    public static let promiseVersion = "1"

    /// The names under which it may stand in a list: the id, and for two an older word.
    public var names: [String] {
        switch self {
        case .publicKey: [rawValue, "pki"]
        case .paymentDestination: [rawValue, "paymentDestination"]
        default: [rawValue]
        }
    }

    /// For people.
    public var title: String {
        switch self {
        case .publicKey: "public key"
        case .paymentDestination: "payment destination"
        case .senderValidation: "senders sign"
        case .receiverApprovals: "receivers approve"
        case .publicProfile: "profile"
        case .verifyPublicKey: "verification of keys"
        case .payToPrefix: "payto: URIs"
        case .peerDestination: "destinations peer to peer"
        case .receiveTransaction: "transactions peer to peer"
        case .receiveBEEF: "transactions with proofs (BEEF)"
        case .contacts: "contacts"
        case .promiseDestination: "IOUs"
        }
    }
}
