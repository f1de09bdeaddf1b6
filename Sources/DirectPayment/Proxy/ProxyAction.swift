// What a relay is asked, what it does next, what it keeps.
import Bytes
import Cryptography
import Documents

/// What a proxy does next.
public enum ProxyAction: Sendable, Equatable {
    /// A frame for a member.
    case send(member: Int, frame: [UInt8])
    /// A member's socket is closed.
    case close(member: Int, code: Int, reason: String)
    /// A question is answered, once.
    case answer(question: Int, ProxyAnswer)
    /// To be kept, durably, before what follows in the list is done.
    case keep(ProxyRecord)
}

/// The answer to a question over HTTP.
public struct ProxyAnswer: Sendable, Equatable {
    /// Of HTTP.
    public var status: Int
    /// JSON, or nothing.
    public var body: [UInt8]
    /// Seconds after which it is worth asking again; nil where it is not.
    public var retryAfter: Int?

    /// An answer with a text of JSON.
    public init(status: Int, body: [UInt8], retryAfter: Int? = nil) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
    }

    /// An answer; null is written as nothing.
    public init(status: Int, _ json: ForeignJSON, retryAfter: Int? = nil) {
        self.init(
            status: status, body: json == .null ? [] : json.bytes, retryAfter: retryAfter)
    }

    /// The body, read.
    var json: ForeignJSON { (try? ForeignJSON(body)) ?? .null }
}

/// What outlives the process: terms and messages of wallets that sleep. Only channels that are
/// bound to a secret have any: of others nobody knows whose they are.
public enum ProxyRecord: Sendable, Equatable {
    /// A channel, with the digest of the secret that its wallet joins with.
    case channel(String, secret: Digest256)
    /// The last terms of a channel; `expires` in milliseconds since 1970, nil: never.
    case terms(channel: String, [UInt8], expires: Int64?)
    /// Something for a wallet that is not there.
    case message(channel: String, digest: Digest256, kind: ProxyQuestion.Kind, [UInt8])
    /// What a wallet has answered to it.
    case answer(channel: String, digest: Digest256, ProxyAnswer)
    /// Nothing is kept of a channel any more.
    case forgotten(channel: String)
}

/// Something that is asked of a wallet.
public struct ProxyQuestion: Sendable, Equatable {
    /// What is asked.
    public enum Kind: Sendable, Equatable {
        case terms
        case payment
        /// A proof for a transaction.
        case proof(transaction: String)
    }

    /// The invoice.
    public var channel: String
    /// What is asked.
    public var kind: Kind
    /// JSON.
    public var body: [UInt8]

    /// A question with a text of JSON.
    public init(channel: String, kind: Kind, body: [UInt8]) {
        self.channel = channel
        self.kind = kind
        self.body = body
    }

    /// A question.
    public init(channel: String, kind: Kind, _ json: ForeignJSON = .null) {
        self.init(channel: channel, kind: kind, body: json.bytes)
    }

    /// Names what is asked: the same again has the same answer.
    var digest: Digest256 {
        let name: String =
            switch kind {
            case .terms: "terms"
            case .payment: "payment"
            case .proof(let transaction): "proof " + transaction
            }
        return Hash.sha256(Array((channel + "\n" + name + "\n").utf8) + body)
    }
}
