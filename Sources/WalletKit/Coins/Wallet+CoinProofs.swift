// Proofs of payments in bitcoins: taken from miners, left in channels, read from them.
import Bitcoin
import Broadcasting
import Bytes
import Channels
import Coins
import Cryptography
import DirectPayment
import Documents
import Headers
import Network

extension Wallet {
    /// Takes a miner's callback for coins; nothing happens where it proves nothing that is known.
    /// - Throws: `CoinError`, `HeaderError`, `ChainRefusal`; failures of storage.
    func proveCoins(_ body: [UInt8]) throws {
        guard try hasCoins(), let chain = try coinChain(),
            case .proof(let proof)? = (try? ProofCallback(body))?.content
        else { return }
        do {
            _ = try coinStore().take(proof, chain, now: surroundings.now().milliseconds)
        } catch CoinError.nothingProved {}
    }

    /// Where miners are to leave the proof of a request's payment; nil where it has no channel.
    /// - Throws: failures of storage.
    func proofCallback(of id: String) throws -> BroadcastCallback? {
        guard let place = try requestStore.read(id, .channel).flatMap({ ProofPlace($0) }) else {
            return nil
        }
        let token = place.token.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        return BroadcastCallback(place.url, token: SecretBytes(Array("Bearer \(token)".utf8)))
    }

    /// The proof of a mined payment, as miners send it: a callback with a TSC proof.
    func callback(for id: Digest256) throws -> [UInt8]? {
        let stored = try coinStore().stored(id)
        guard stored.state == .mined, let block = stored.block, let height = stored.height,
            let path = try coinEvidence(id).paths.first
        else { return nil }
        let proof = try TSCProof(
            subject: .hash(id), branch: try path.branch(of: id), target: .hash(block))
        let payload: ForeignJSON = [
            "callbackPayload": try ForeignJSON(proof.json), "callbackReason": "merkleProof",
            "callbackTxId": .string(id.displayed), "blockHash": .string(block.displayed),
            "blockHeight": ForeignJSON(height), "apiVersion": "1.4.0",
        ]
        return ForeignJSON.object([
            .init("payload", .string(String(decoding: payload.bytes, as: UTF8.self))),
            .init("signature", .null), .init("publicKey", .null),
            .init("encoding", "UTF-8"), .init("mimetype", "application/json"),
        ]).bytes
    }

    /// Leaves the proofs of all mined payments in their channels, each once; takes those that
    /// miners have left there.
    /// - Throws: failures of storage; what one channel does wrong is told.
    func deliverCoinProofs(
        over transport: ChannelTransport, _ deliveries: inout ProofDeliveries
    ) throws {
        for report in try coinRequests() {
            let id = report.request.id
            guard let transaction = report.transaction,
                try requestStore.read(id, .proved) == nil,
                let place = try requestStore.read(id, .channel).flatMap({ ProofPlace($0) })
            else { continue }
            do {
                let client = try place.client(transport)
                if report.proof != TransactionState.mined.name {
                    _ = try readProofs(client)
                }
                guard let body = try callback(for: transaction) else {
                    deliveries.open += 1
                    continue
                }
                _ = try client.write(body, type: "application/json")
                try requestStore.write(id, .proved, body + [UInt8(ascii: "\n")])
                deliveries.delivered += 1
            } catch let error where ProofPlace.sentence(for: error) != nil {
                deliveries.complaints.append(
                    "the proof of '\(id)' is not left: \(ProofPlace.sentence(for: error) ?? "")")
            }
        }
    }

    /// Takes whatever in a channel proves something. Whoever may write may write anything.
    private func readProofs(_ client: ChannelClient) throws -> Bool {
        for message in try client.messages(unreadOnly: false) {
            do { try proveCoins(message.payload) } catch is CoinError {
            } catch is HeaderError {
            } catch is ChainRefusal {}
        }
        return true
    }

    /// The proof of a payment in bitcoins, from its channel or from what is known here: a BEEF.
    /// - Parameter seconds: how long it is waited for.
    /// - Throws: `RequestError.notProved`; `ChannelClientError`; failures of storage.
    public func coinProof(
        of report: CoinRequestReport, waitingSeconds seconds: Int,
        over transport: ChannelTransport
    ) throws -> BEEF {
        let id = report.request.id
        guard let transaction = report.transaction else {
            throw WalletError.unknown(what: "payment of request", name: id, suggestions: [])
        }
        let (store, _) = try place(ofRequest: id)
        let client = try store.read(id, .channel).flatMap { ProofPlace($0) }?.client(transport)
        var waited = 0
        while true {
            if try coinStore().stored(transaction).state == .mined {
                return try coinEvidence(transaction)
            }
            if let client { _ = try readProofs(client) }
            if try coinStore().stored(transaction).state == .mined {
                return try coinEvidence(transaction)
            }
            guard client != nil, waited < seconds * 1000 else {
                throw RequestError.notProved(id: id)
            }
            transport.pause(Self.proofPauseMilliseconds)
            waited += Self.proofPauseMilliseconds
        }
    }
}
