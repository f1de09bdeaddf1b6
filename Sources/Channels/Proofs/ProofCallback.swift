// What a miner tells of a transaction (Merchant API, "callback notifications").
import Bytes
import Cryptography
import Documents
import Headers

/// A callback, read and consistent in itself. Nothing of it is proved by that.
public struct ProofCallback: Sendable, Equatable {
    /// What it is about.
    public enum Content: Sendable, Equatable {
        /// The transaction is in a block.
        case proof(TSCProof)
        /// Another transaction spends the same; its bytes, where they are told.
        case doubleSpend(Reason, by: Digest256, transaction: [UInt8])
    }

    /// Which double spend: one in a block, or one that was seen.
    public enum Reason: String, Sendable, CaseIterable {
        /// The other is in a block.
        case doubleSpend
        /// The other has been seen.
        case doubleSpendAttempt
    }

    /// The transaction, in internal order.
    public let transaction: Digest256
    /// What it is about.
    public let content: Content
    /// The block that it names, in internal order; nil where it names none.
    public let block: Digest256?
    /// The block's height; nil where nothing is said.
    public let height: Int?
    /// Whose key has signed it byte for byte; nil for nobody.
    public let signer: [UInt8]?

    private static let proofReason = "merkleproof"

    /// Reads a callback: a JSONEnvelope, the callback without one, or a bare proof in JSON or
    /// binary.
    /// - Throws: `ProofError`.
    public init(_ body: [UInt8]) throws(ProofError) {
        if let first = body.first, first == 0 || first > 0x7f || first < 0x09 {
            self.init(bare: try Self.binary(body))
            return
        }
        let value = try Self.json(body)
        if let callback = try Self(value) {
            self = callback
            return
        }
        guard value["txOrId"] != nil else {
            throw .malformed(reason: "'callbackReason' is missing")
        }
        self.init(bare: try Self.proof(value))
    }

    /// Reads a message that may be anything; nil where it is no callback.
    /// - Throws: `ProofError` for a callback that is none of those above.
    static func inside(_ body: [UInt8]) throws(ProofError) -> ProofCallback? {
        guard let value = try? ForeignJSON(body), value.members != nil else { return nil }
        return try ProofCallback(value)
    }

    /// Nil where the value is neither an envelope around a callback nor a callback.
    private init?(_ value: ForeignJSON) throws(ProofError) {
        if value["callbackReason"] != nil {
            try self.init(value, signer: nil)
            return
        }
        // Whatever else stands in an envelope is not judged here, its signature neither.
        guard value["txOrId"] == nil, let bytes = try? CallbackEnvelope.content(value),
            let content = try? ForeignJSON(bytes), content["callbackReason"] != nil,
            let envelope = try CallbackEnvelope(value)
        else { return nil }
        try self.init(content, signer: envelope.signer)
    }

    private init(bare proof: TSCProof) {
        transaction = proof.leaf
        content = .proof(proof)
        block = nil
        height = nil
        signer = nil
    }

    private init(_ value: ForeignJSON, signer: [UInt8]?) throws(ProofError) {
        self.signer = signer
        transaction = try Self.digest(value["callbackTxId"], "callbackTxId")
        if let number = value["blockHeight"] {
            guard let height = number.integer, (0...Limits.blockHeight).contains(height) else {
                throw .malformed(reason: "'blockHeight' is no height")
            }
            self.height = height
        } else {
            height = nil
        }
        guard let reason = value["callbackReason"]?.string else {
            throw .malformed(reason: "'callbackReason' is no text")
        }
        var inner = value["callbackPayload"] ?? .null
        // Older servers send the object as a text.
        if let text = inner.string { inner = try Self.json(Array(text.utf8)) }
        if reason.lowercased() == Self.proofReason {
            block = try Self.digest(value["blockHash"], "blockHash")
            let proof = try Self.proof(inner)
            guard proof.leaf == transaction else {
                throw .otherTransaction(expected: transaction, got: proof.leaf)
            }
            content = .proof(proof)
            return
        }
        guard
            let known = Reason.allCases.first(where: {
                $0.rawValue.lowercased() == reason.lowercased()
            })
        else { throw .malformed(reason: "an unknown 'callbackReason'") }
        block = try value["blockHash"].flatMap { value throws(ProofError) in
            value.string == "" ? nil : try Self.digest(value, "blockHash")
        }
        content = try Self.doubleSpend(known, inner)
    }

    private static func proof(_ value: ForeignJSON) throws(ProofError) -> TSCProof {
        guard value.members != nil else {
            throw .malformed(reason: "there is no proof in the callback")
        }
        do throws(HeaderError) { return try TSCProof(foreign: value) } catch {
            throw .refused(error)
        }
    }

    private static func doubleSpend(
        _ reason: Reason, _ value: ForeignJSON
    ) throws(ProofError) -> Content {
        let other = try digest(value["doubleSpendTxId"], "doubleSpendTxId")
        let text = value["payload"]?.string ?? ""
        guard let bytes = Hexadecimal.decode(text.lowercased()) else {
            throw .malformed(reason: "'payload' of a double spend is no transaction")
        }
        if !bytes.isEmpty, Hash.sha256d(bytes) != other {
            throw .otherTransaction(expected: other, got: Hash.sha256d(bytes))
        }
        return .doubleSpend(reason, by: other, transaction: bytes)
    }

    private static func digest(
        _ value: ForeignJSON?, _ name: String
    ) throws(ProofError) -> Digest256 {
        guard let text = value?.string, let digest = Digest256(displayed: text.lowercased()) else {
            throw .malformed(reason: "'\(name)' is no hash")
        }
        return digest
    }

    private static func json(_ bytes: [UInt8]) throws(ProofError) -> ForeignJSON {
        do throws(JSONError) { return try ForeignJSON(bytes) } catch {
            throw .malformed(reason: "\(error.reason), at byte \(error.offset)")
        }
    }

    private static func binary(_ bytes: [UInt8]) throws(ProofError) -> TSCProof {
        do throws(HeaderError) { return try TSCProof(binary: bytes) } catch {
            throw .refused(error)
        }
    }
}
