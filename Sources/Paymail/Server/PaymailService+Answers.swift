// What is done for a handle.
import Bitcoin
import Bytes
import Cryptography
import Documents
import Network

extension PaymailService {
    /// The answer to a request that was let in.
    /// - Throws: `PaymailProblem`, `PaymailRefusal`; failures of the wallet.
    func answer(
        _ target: PaymailTarget, _ body: [UInt8], _ options: PaymailOptions
    ) throws -> HTTPResponse {
        switch target {
        case .capabilities, .health: throw PaymailProblem.path
        case .key(let handle, let text):
            guard let key = IdentityAnswer.key(text) else { throw PaymailProblem.missing("pubkey") }
            _ = try desk.identity(of: handle.alias)
            let isMatch = try desk.owns(key, alias: handle.alias)
            return Self.json(IdentityAnswer.match(handle, text, isMatch))
        case .handle(let capability, let handle):
            let identity = try desk.identity(of: handle.alias)
            switch capability {
            case .publicKey:
                return Self.json(IdentityAnswer.publicKey(handle, identity.publicKey))
            case .publicProfile: return Self.json(IdentityAnswer.profile(identity))
            case .promiseDestination:
                return Self.json(try desk.promiseDestination(of: handle).json)
            case .paymentDestination: return try output(handle, try Self.object(body), options)
            case .peerDestination: return try destination(handle, try Self.object(body), options)
            case .receiveTransaction, .receiveBEEF:
                return try take(capability, handle, try Self.object(body), options)
            default: throw PaymailProblem.path
            }
        }
    }

    private static func object(_ body: [UInt8]) throws(PaymailProblem) -> ForeignJSON {
        guard let value = try? ForeignJSON(body), value.members != nil else { throw .body }
        return value
    }

    private func destination(
        _ handle: PaymailHandle, _ value: ForeignJSON, _ options: PaymailOptions
    ) throws -> HTTPResponse {
        guard let satoshis = value["satoshis"]?.satoshis, satoshis > 0,
            satoshis <= Self.satoshisLimit
        else { throw PaymailProblem.missing("satoshis") }
        try admit(handle.alias, options)
        return Self.json(try desk.destination(for: handle.alias, satoshis: satoshis).json)
    }

    /// All coins that there will ever be.
    private static let satoshisLimit: UInt64 = 2_100_000_000_000_000

    // MARK: - The older way

    private func output(
        _ handle: PaymailHandle, _ value: ForeignJSON, _ options: PaymailOptions
    ) throws -> HTTPResponse {
        let request = SenderRequest(value)
        guard !request.senderHandle.isEmpty else {
            throw PaymailProblem(
                400, "error-sender-handle-empty", "'senderHandle' is missing")
        }
        guard let sender = try? PaymailHandle(request.senderHandle) else {
            throw PaymailProblem(
                400, "error-sender-handle-invalid", "'senderHandle' is no handle")
        }
        if options.requiresSender { try check(request, sender, options) }
        try admit(handle.alias, options)
        switch try desk.output(for: handle.alias, request) {
        case .output(let script):
            var members: [ForeignJSON.Member] = [.init("output", .string(script.hexadecimal))]
            // The output's text is what the specification has signed.
            let text = Array(script.hexadecimal.utf8)
            if let signature = try desk.sign(text, for: handle.alias) {
                members.append(.init("signature", .string(signature)))
            }
            return Self.json(.object(members))
        case .waiting(let token):
            let signature = try desk.sign(Array(token.utf8), for: handle.alias) ?? ""
            return Self.json(
                ["token": .string(token), "signature": .string(signature)], status: 202)
        case .denied:
            throw PaymailProblem(403, "error-denied", "whoever was to be paid has said no")
        }
    }

    /// Sender validation (BRFC 6745385c3fc0): who asks has signed that, just now.
    private func check(
        _ request: SenderRequest, _ sender: PaymailHandle, _ options: PaymailOptions
    ) throws {
        guard let time = Timestamp(internet: request.time),
            abs(time.milliseconds - options.now().milliseconds) <= PaymailLimits.clockMilliseconds
        else {
            throw PaymailProblem(
                401, "error-timestamp-invalid", "'dt' is not within two minutes of now")
        }
        guard !request.signature.isEmpty else {
            throw PaymailProblem(
                401, "error-missing-field-signature", "'signature' is missing")
        }
        let key = try senderKey(sender, request.publicKey, options)
        guard request.isSigned(by: key) else { throw Self.falseSignature }
    }

    private static let falseSignature = PaymailProblem(
        401, "error-signature-invalid", "the signature is not the sender's")

    /// The key that a sender's signature has to be by: the one that he names, if his server knows
    /// it as his.
    private func senderKey(
        _ sender: PaymailHandle, _ named: String, _ options: PaymailOptions
    ) throws -> [UInt8] {
        guard let senders = options.senders else {
            throw PaymailRefusal.unavailable(reason: "senders cannot be looked up here")
        }
        do {
            guard !named.isEmpty else { return try senders.publicKey(of: sender) }
            guard let key = IdentityAnswer.key(named) else {
                throw PaymailProblem(401, "error-signature-invalid", "'pubkey' is no key")
            }
            let main = try senders.publicKey(of: sender)
            if main == key { return key }
            guard try senders.verify(key, of: sender) else { throw Self.falseSignature }
            return key
        } catch let problem as PaymailProblem {
            throw problem
        } catch {
            throw PaymailProblem(
                401, "error-signature-invalid", "the server of '\(sender)' does not say its key")
        }
    }

    // MARK: - Transactions

    private func take(
        _ capability: Capability, _ handle: PaymailHandle, _ value: ForeignJSON,
        _ options: PaymailOptions
    ) throws -> HTTPResponse {
        let member = capability == .receiveBEEF ? "beef" : "hex"
        guard let text = value[member]?.string, !text.isEmpty else {
            throw PaymailProblem.missing(member)
        }
        guard let reference = value["reference"]?.string, !reference.isEmpty,
            reference.utf8.count <= PaymailLimits.referenceBytes
        else { throw PaymailProblem.missing("reference") }
        guard let bytes = value.bytes(member), bytes.count <= PaymailLimits.transactionBytes
        else {
            throw PaymailProblem(
                400, "error-processing-\(member)", "'\(member)' is no transaction")
        }
        try admit(handle.alias, options)
        let payload: TransactionPayload =
            capability == .receiveBEEF ? .beef(bytes) : .raw(bytes)
        let metadata = TransactionMetadata(value["metadata"])
        let sender = try? PaymailHandle(metadata.sender)
        let isVerified = try options.requiresSender && check(metadata, sender, payload, options)
        let submission = PeerSubmission(
            payload: payload, reference: reference, note: metadata.note, sender: sender,
            isSenderVerified: isVerified)
        do {
            return Self.json(try desk.take(submission, for: handle.alias).json)
        } catch let refusal as PaymailRefusal {
            throw PaymailProblem(refusal, payload)
        }
    }

    /// Whether the sender has signed for the transaction. Where senders have to be known, one that
    /// is not is refused; elsewhere metadata is only looked at, for coins may be on their way.
    private func check(
        _ metadata: TransactionMetadata, _ sender: PaymailHandle?, _ payload: TransactionPayload,
        _ options: PaymailOptions
    ) throws -> Bool {
        guard let sender else {
            throw PaymailProblem(
                400,
                metadata.sender.isEmpty
                    ? "error-sender-handle-empty" : "error-sender-handle-invalid",
                "'metadata.sender' is no handle")
        }
        guard !metadata.signature.isEmpty else {
            throw PaymailProblem(
                401, "error-missing-field-signature", "'metadata.signature' is missing")
        }
        let key = try senderKey(sender, metadata.publicKey, options)
        guard let transaction = try desk.subject(of: payload),
            let point = Secp256k1.PublicKey(key),
            SignedMessage.verify(
                metadata.signature, message: TransactionMetadata.message(transaction), key: point)
        else { throw Self.falseSignature }
        return true
    }
}
