// The older way: a sender asks for one output (BRFC 759684b1a19a), and signs that (6745385c3fc0).
import Bitcoin
import Bytes
import Cryptography
import Documents

/// `{senderName, senderHandle, dt, amount, purpose, signature, pubkey}`.
public struct SenderRequest: Sendable, Hashable {
    /// A name for people.
    public var senderName: String
    /// Who asks.
    public var senderHandle: String
    /// When, ISO 8601, as the sender spells it: the spelling is signed.
    public var time: String
    /// Satoshis; nil where the sender does not say.
    public var satoshis: UInt64?
    /// What for.
    public var purpose: String
    /// Base64, over `message`; empty for none.
    public var signature: String
    /// The sender's key, compressed, hexadecimal; empty for none.
    public var publicKey: String
    /// The token of a request that waits for approval; empty for none.
    public var token: String

    /// A request without signature.
    public init(
        senderHandle: String, time: String, satoshis: UInt64? = nil, senderName: String = "",
        purpose: String = ""
    ) {
        self.senderHandle = senderHandle
        self.time = time
        self.satoshis = satoshis
        self.senderName = senderName
        self.purpose = purpose
        signature = ""
        publicKey = ""
        token = ""
    }

    /// Reads a body, with whatever it has of the members.
    public init(_ value: ForeignJSON) {
        self.init(
            senderHandle: value.text("senderHandle"), time: value.text("dt"),
            satoshis: value["amount"]?.satoshis, senderName: value.text("senderName"),
            purpose: value.text("purpose"))
        signature = value.text("signature")
        publicKey = value.text("pubkey")
        token = value.text("token")
    }

    /// In which order the signed text has its pieces: the specification's words and the library
    /// that most servers use do not agree.
    public enum Order: Sendable, CaseIterable {
        /// As the library has it: handle, amount, time, purpose.
        case amountFirst
        /// As the specification reads: handle, time, amount, purpose.
        case timeFirst
    }

    /// What is signed.
    public func message(_ order: Order) -> [UInt8] {
        let amount = String(satoshis ?? 0)
        let middle = order == .amountFirst ? amount + time : time + amount
        return Array((senderHandle + middle + purpose).utf8)
    }

    /// Whether a key has signed the request, in either order.
    public func isSigned(by publicKey: [UInt8]) -> Bool {
        guard !signature.isEmpty, let key = Secp256k1.PublicKey(publicKey) else { return false }
        return Order.allCases.contains {
            SignedMessage.verify(signature, message: message($0), key: key)
        }
    }

    /// The body of a request; what is empty is left out.
    public var json: ForeignJSON {
        var members: [ForeignJSON.Member] = [
            .init("senderHandle", .string(senderHandle)), .init("dt", .string(time)),
        ]
        if let satoshis { members.append(.init("amount", satoshis.json)) }
        let texts = [
            ("senderName", senderName), ("purpose", purpose), ("signature", signature),
            ("pubkey", publicKey), ("token", token),
        ]
        for (name, text) in texts where !text.isEmpty {
            members.append(.init(name, .string(text)))
        }
        return .object(members)
    }
}

/// Who asks and pays, where he wants to be known: a handle, and what signs for it.
public struct PaymailSender: Sendable {
    /// The handle.
    public let handle: PaymailHandle
    /// A name for people; empty for none.
    public let name: String
    /// The key that the handle's server names, compressed.
    public let publicKey: [UInt8]
    /// A Bitcoin Signed Message, base64.
    let sign: @Sendable ([UInt8]) throws -> String

    /// A sender.
    public init(
        _ handle: PaymailHandle, name: String = "", publicKey: [UInt8],
        sign: @escaping @Sendable ([UInt8]) throws -> String
    ) {
        self.handle = handle
        self.name = name
        self.publicKey = publicKey
        self.sign = sign
    }
}
