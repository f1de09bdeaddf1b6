// Paying a handle in coins.
import Bitcoin
import Bytes
import Cryptography
import Documents
import Network

extension PaymailClient {
    private func post(
        _ capability: Capability, _ handle: PaymailHandle, _ body: ForeignJSON
    ) throws -> HTTPResponse {
        let url = try place(capability, of: handle)
        return try fetch(
            HTTPRequest(
                "POST", url,
                headers: ["Content-Type": "application/json", "Accept": "application/json"],
                body: body.bytes), handle.domain)
    }

    /// What a payment to a handle has to pay.
    /// - Parameter satoshis: at least 1.
    /// - Throws: `PaymailError`, `NetworkError`.
    public func destination(
        for handle: PaymailHandle, satoshis: UInt64
    ) throws -> PeerDestination {
        precondition(satoshis > 0, "nothing is not paid")
        let response = try post(.peerDestination, handle, ["satoshis": satoshis.json])
        return try PeerDestination(try Self.accepted(response), satoshis: satoshis)
    }

    /// Hands a transaction over, alone or with all that proves it. The same again does no harm.
    /// - Parameters:
    ///   - payload: what is sent.
    ///   - transaction: its id, for which the receiver has to answer.
    ///   - sender: who wants to be known to have paid; nil for nobody.
    /// - Throws: `PaymailError`, `NetworkError`; what signing throws.
    public func send(
        _ payload: TransactionPayload, _ transaction: Digest256, to handle: PaymailHandle,
        reference: String, note: String = "", from sender: PaymailSender? = nil
    ) throws -> TransactionReceipt {
        var metadata = TransactionMetadata(note: note)
        if let sender {
            metadata.sender = sender.handle.description
            metadata.publicKey = Hex.encode(sender.publicKey)
            metadata.signature = try sender.sign(TransactionMetadata.message(transaction))
        }
        let body: ForeignJSON = .object([
            .init(payload.member, .string(Hex.encode(payload.bytes))),
            .init("metadata", metadata.json), .init("reference", .string(reference)),
        ])
        let response = try post(payload.capability, handle, body)
        return try TransactionReceipt(try Self.accepted(response), for: transaction)
    }

    /// The older way: one output, of any amount.
    ///
    /// Where the server does not take the signature, the request is made once more, signed in the
    /// other order: servers and specification do not agree on it.
    /// - Parameter token: of a request that waited for approval; empty for a new one.
    /// - Throws: `PaymailError.approvalPending`, others; `NetworkError`; what signing throws.
    public func output(
        for handle: PaymailHandle, satoshis: UInt64?, purpose: String = "",
        from sender: PaymailSender, token: String = ""
    ) throws -> Script {
        var response: HTTPResponse?
        for order in SenderRequest.Order.allCases {
            var request = SenderRequest(
                senderHandle: sender.handle.description, time: now().text, satoshis: satoshis,
                senderName: sender.name, purpose: purpose)
            request.signature = try sender.sign(request.message(order))
            request.publicKey = Hex.encode(sender.publicKey)
            request.token = token
            response = try post(.paymentDestination, handle, request.json)
            if response?.status != 401 { break }
        }
        guard let response else { preconditionFailure("there are orders") }
        if response.status == 202 {
            let value = try ForeignJSON.answer(response.body, "the approval")
            throw PaymailError.approvalPending(token: value.text("token"))
        }
        let value = try ForeignJSON.answer(try Self.accepted(response), "the destination")
        guard let script = value.bytes("output"), script.count <= PaymailLimits.scriptBytes else {
            throw PaymailError.falseAnswer(what: "the destination", reason: "it has no output")
        }
        return Script(script)
    }
}

/// A transaction as it travels.
public enum TransactionPayload: Sendable, Hashable {
    /// The transaction alone.
    case raw([UInt8])
    /// With its ancestors and their proofs.
    case beef([UInt8])

    /// The bytes.
    public var bytes: [UInt8] {
        switch self {
        case .raw(let bytes), .beef(let bytes): bytes
        }
    }

    var member: String {
        switch self {
        case .raw: "hex"
        case .beef: "beef"
        }
    }

    var capability: Capability {
        switch self {
        case .raw: .receiveTransaction
        case .beef: .receiveBEEF
        }
    }
}
