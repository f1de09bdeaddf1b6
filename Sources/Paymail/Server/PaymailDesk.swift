// What a server of Paymail asks of the wallet behind it.
import Bitcoin
import Bytes
import Cryptography
import Documents

/// The wallet behind a server of Paymail. Called from several threads at once, never from the
/// network's; calls may take time.
///
/// All of them throw `PaymailRefusal`; anything else is reported, and answered without details.
public protocol PaymailDesk: Sendable {
    /// Who an alias is.
    func identity(of alias: String) throws -> PaymailIdentity

    /// Whether a key is, or once was, the alias's.
    func owns(_ publicKey: [UInt8], alias: String) throws -> Bool

    /// Outputs nobody was told of before, that together pay `satoshis`, and a reference that nobody
    /// can guess. What is promised is durable.
    func destination(for alias: String, satoshis: UInt64) throws -> PeerDestination

    /// One output for a sender of the older kind, or word that somebody has to say yes first. The
    /// same token has the same output.
    func output(for alias: String, _ request: SenderRequest) throws -> ApprovalDecision

    /// Takes a transaction that pays a reference: no reference is paid twice, by less, or by
    /// another transaction; the same one again has the same answer. What is answered is durable.
    func take(_ submission: PeerSubmission, for alias: String) throws -> TransactionReceipt

    /// The id of the transaction that is sent; nil where it cannot be read.
    func subject(of payload: TransactionPayload) throws -> Digest256?

    /// Where IOUs for an alias go: a JSONEnvelope signed with the alias's key.
    func promiseDestination(of handle: PaymailHandle) throws -> SignedEnvelope

    /// A Bitcoin Signed Message by the alias's key, base64; nil where it cannot sign now.
    func sign(_ message: [UInt8], for alias: String) throws -> String?
}

/// What becomes of a request for an output.
public enum ApprovalDecision: Sendable, Hashable {
    /// This is to be paid.
    case output(Script)
    /// Somebody has to say yes; to be asked again with this token.
    case waiting(token: String)
    /// Somebody has said no.
    case denied
}

/// A transaction that somebody says pays a reference. Nothing has been verified but its sender.
public struct PeerSubmission: Sendable, Hashable {
    /// The transaction.
    public let payload: TransactionPayload
    /// What it is to pay.
    public let reference: String
    /// A word of the sender; empty for none.
    public let note: String
    /// Who says that he has sent it; nil where nobody does.
    public let sender: PaymailHandle?
    /// Whether the sender's key has signed for it.
    public let isSenderVerified: Bool

    /// A submission.
    public init(
        payload: TransactionPayload, reference: String, note: String = "",
        sender: PaymailHandle? = nil, isSenderVerified: Bool = false
    ) {
        self.payload = payload
        self.reference = reference
        self.note = note
        self.sender = sender
        self.isSenderVerified = isSenderVerified
    }
}

/// Looks up the keys of those who send. Strangers' servers are asked: only where signatures are
/// required.
public protocol SenderKeys: Sendable {
    /// The key that a handle's server names.
    func publicKey(of handle: PaymailHandle) throws -> [UInt8]
    /// Whether a key is one of the handle's.
    func verify(_ publicKey: [UInt8], of handle: PaymailHandle) throws -> Bool
}

extension PaymailClient: SenderKeys {}
