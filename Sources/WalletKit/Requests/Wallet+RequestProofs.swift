// Proofs of payments, left in channels by who is paid and read by both.
import Blockstack
import Bytes
import Channels
import Cryptography
import DirectPayment
import Documents
import Files
import Network

/// What was left in channels.
public struct ProofDeliveries: Sendable {
    /// Proofs that were left just now.
    public internal(set) var delivered = 0
    /// Payments whose block is not sealed yet.
    public internal(set) var open = 0
    /// Sentences for people about what went wrong.
    public internal(set) var complaints: [String] = []

    /// A sentence for people.
    public var summary: String {
        "\(delivered) proofs put into their channels"
            + (open > 0 ? ", \(open) payments are in the open block" : "")
    }
}

extension Wallet {
    /// The transaction that paid a request, a line without newline.
    /// - Throws: `WalletError.unknown`; failures of storage.
    public func receipt(ofRequest name: String) throws -> [UInt8] {
        let (store, id) = try place(ofRequest: name)
        guard let line = try store.read(id, .receipt) else {
            throw WalletError.unknown(what: "receipt of request", name: id, suggestions: [])
        }
        return line.withoutNewline
    }

    // MARK: - Channels

    /// A channel for the proof of a request, made once; nil where no server is configured.
    /// - Throws: `ChannelClientError`, `NetworkError`; failures of storage.
    func proofPlace(
        of id: String, over transport: ChannelTransport
    ) throws -> ProofPlace? {
        if let known = try requestStore.read(id, .channel).flatMap({ ProofPlace($0) }) {
            return known
        }
        guard let account = try channelAccount(transport) else { return nil }
        var terms = ChannelTerms()
        terms.isSequenced = false
        let channel = try account.create(terms)
        guard let owner = channel.tokens.first else { return nil }
        let payer = try account.createToken(
            channel.id, description: "reading proofs for \(id)", canRead: true, canWrite: false)
        let place = ProofPlace(
            url: account.url(of: channel.id), token: owner.token, payerToken: payer.token,
            isOwn: true)
        try requestStore.write(id, .channel, place.bytes)
        return place
    }

    private func channelAccount(_ transport: ChannelTransport) throws -> ChannelAccountClient? {
        guard let text = try configuration.text(Settings.requestChannels), !text.isEmpty else {
            return nil
        }
        var url = try WebURL(text)
        let parts = url.path.split(separator: "/")
        guard let number = parts.last.flatMap({ Int($0) }), number > 0 else {
            throw NetworkError.invalidURL(
                text: text, reason: "the number of an account is to end it: https://HOST/1")
        }
        url.path = parts.dropLast().map { "/" + $0 }.joined()
        guard let user = try configuration.text(Settings.requestChannelsUser),
            let path = try configuration.text(Settings.requestChannelsSecret)
        else {
            throw WalletError.unknown(
                what: "setting", name: "request.channels-user and request.channels-secret",
                suggestions: [])
        }
        let absolute = path.hasPrefix("/") ? path : directory + "/" + path
        let password = try FileSystem.read(absolute, limit: Limits.passphraseBytes)
        return ChannelAccountClient(
            url, account: number, user: user,
            password: SecretBytes(password.withoutNewline), over: try transport.http(false))
    }

    /// Remembers where a payee will leave the proof.
    /// - Throws: failures of storage.
    public func keep(_ channel: ProofChannel, of bill: Bill) throws {
        // A server beside the relay that the user has named may be on the user's own network.
        let relay = bill.invoice.terms.url.flatMap { try? WebURL($0) }
        guard let place = ProofPlace(channel, beside: relay) else { return }
        try paymentStore.write(bill.invoice.identifier, .channel, place.bytes)
    }

    // MARK: - Leaving

    /// Leaves the proofs of all sealed payments in their channels, each once.
    /// - Throws: failures of storage; what one channel does wrong is told, and the next is tried.
    public func deliverProofs(over transport: ChannelTransport) throws -> ProofDeliveries {
        var deliveries = ProofDeliveries()
        try deliverCoinProofs(over: transport, &deliveries)
        for id in try requestStore.identifiers() {
            guard try requestStore.read(id, .proved) == nil,
                let receipt = try requestStore.read(id, .receipt),
                let place = try requestStore.read(id, .channel).flatMap({ ProofPlace($0) })
            else { continue }
            let hash = try Envelope(line: receipt.withoutNewline).hash
            do {
                let proof = try prove(.document(hash.hexadecimal)).document
                _ = try place.client(transport).write(proof, type: "application/json")
                try requestStore.write(id, .proved, proof + [UInt8(ascii: "\n")])
                deliveries.delivered += 1
            } catch WalletError.notSealed {
                deliveries.open += 1
            } catch let error where ProofPlace.sentence(for: error) != nil {
                deliveries.complaints.append(
                    "the proof of '\(id)' is not left: \(ProofPlace.sentence(for: error) ?? "")")
            }
        }
        return deliveries
    }

    // MARK: - Reading

    /// The proof of a payment, from its channel, once it verifies: a line without newline.
    /// - Parameter seconds: how long it is waited for.
    /// - Throws: `WalletError.unknown` for a request without payment or channel, `.notSealed` where
    ///   this wallet has not sealed it; `RequestError.notProved` where the proof has not come;
    ///   `ChannelClientError`; failures of storage.
    public func proof(
        ofRequest name: String, waitingSeconds seconds: Int, over transport: ChannelTransport
    ) throws -> [UInt8] {
        let (store, id) = try place(ofRequest: name)
        if let kept = try store.read(id, .proved), !kept.isEmpty { return kept.withoutNewline }
        guard let invoice = try store.invoice(id), let receipt = try store.read(id, .receipt)
        else {
            throw WalletError.unknown(what: "payment of request", name: id, suggestions: [])
        }
        guard let place = try store.read(id, .channel).flatMap({ ProofPlace($0) }) else {
            throw WalletError.unknown(what: "channel of request", name: id, suggestions: [])
        }
        let hash = try Envelope(line: receipt.withoutNewline).hash
        let client = try place.client(transport)
        var waited = 0
        while true {
            for message in try client.messages(unreadOnly: false) {
                let line = message.payload.withoutNewline
                // Whoever may write may write anything: what is no proof of this is passed over.
                guard Self.isProof(line, of: hash, invoice) else { continue }
                try store.write(id, .proved, line + [UInt8(ascii: "\n")])
                try? client.mark(message.sequence, isRead: true)
                return line
            }
            guard waited < seconds * 1000 else {
                guard store.directory == requestStore.directory else {
                    throw RequestError.notProved(id: id)
                }
                // It is our own log.
                return try prove(.document(hash.hexadecimal)).document
            }
            transport.pause(Self.proofPauseMilliseconds)
            waited += Self.proofPauseMilliseconds
        }
    }

    static let proofPauseMilliseconds = 500

    /// Whether a line proves that the transaction `hash` is sealed under the invoice's key.
    private static func isProof(_ line: [UInt8], of hash: Digest256, _ invoice: Invoice) -> Bool {
        guard let verified = try? ProofVerification(line: line),
            case .document(let document, _, _) = verified.finding, document.hash == hash,
            let key = try? VerifierKey(invoice.terms.key)
        else { return false }
        return verified.seal.block.key == key
    }
}
