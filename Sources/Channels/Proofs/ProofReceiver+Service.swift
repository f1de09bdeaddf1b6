// The paths of proofs, and messages that are callbacks.
import Bytes
import Documents
import Headers
import Network

extension ProofReceiver {
    /// The answer to a request for or with a proof; nil for a message that may be written.
    /// - Throws: `ProofError`; `ChannelError`; failures of storage.
    func answer(_ call: ChannelCall, now: Int64) throws -> HTTPResponse? {
        guard case .proof(let transaction) = call.target else {
            if let callback = try ProofCallback.inside(call.body) {
                _ = try take(callback, expecting: nil, now: now)
            }
            return nil
        }
        guard call.head.method == "POST" else { return .json(try json(transaction)) }
        let isNew =
            switch try take(ProofCallback(call.body), expecting: transaction, now: now) {
            case .proved(let isNew), .noted(let isNew): isNew
            }
        var response = HTTPResponse.json(try json(transaction))
        response.status = isNew ? 201 : 200
        return response
    }

    /// What is known of a transaction.
    private func json(_ transaction: Digest256) throws -> [UInt8] {
        let proof = try proof(of: transaction)
        let notices = try notices(of: transaction)
        guard proof != nil || !notices.isEmpty else { throw ChannelError.unknown(what: "proof") }
        var writer = CanonicalWriter()
        writer.beginObject()
        if let proof {
            writer.name("blockHash")
            writer.string(proof.block.displayed)
            writer.name("blockHeight")
            writer.integer(proof.height)
            writer.name("bump")
            writer.plain(Hexadecimal.encodedBytes(try proof.bump()))
        }
        writer.name("doubleSpends")
        writer.beginArray()
        for notice in notices {
            writer.beginObject()
            writer.name("doubleSpendTxId")
            writer.string(notice.other.displayed)
            writer.name("reason")
            writer.string(notice.reason.rawValue)
            writer.endObject()
        }
        writer.endArray()
        if let proof {
            writer.name("merkleProof")
            writer.raw(proof.proof)
        }
        writer.name("state")
        switch proof?.state {
        case .confirmed: writer.string("confirmed")
        case .orphaned: writer.string("orphaned")
        case nil: writer.string("unproved")
        }
        writer.name("txid")
        writer.string(transaction.displayed)
        writer.endObject()
        return writer.bytes
    }
}
