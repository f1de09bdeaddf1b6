// JSONEnvelope (BRFC 298e080a4598) around a callback: {payload, signature, publicKey, encoding,
// mimetype}.
import Bytes
import Documents

/// What a miner has signed, or nobody.
struct CallbackEnvelope {
    /// The content.
    let payload: [UInt8]
    /// Who has signed the payload byte for byte, compressed; nil for nobody.
    let signer: [UInt8]?

    /// Reads an envelope; nil where the value is none.
    ///
    /// The signature is over the single SHA-256 of the payload. The library of the originals takes
    /// all backslashes out of a payload of JSON before it hashes: then two payloads that mean
    /// different things share a signature. Such a signature is no reason to refuse, but says of
    /// nobody that he has signed this.
    /// - Throws: `ProofError.unsigned`, `.malformed`.
    init?(_ value: ForeignJSON) throws(ProofError) {
        guard let payload = try Self.content(value) else { return nil }
        self.payload = payload
        signer = try Self.signer(
            value, payload,
            stripping: try !Self.isBase64(value) && payload.contains(Self.backslash))
    }

    /// What an envelope holds, signed or not; nil where the value is none.
    /// - Throws: `ProofError.malformed`.
    static func content(_ value: ForeignJSON) throws(ProofError) -> [UInt8]? {
        guard let member = value["payload"] else { return nil }
        guard let text = member.string else { throw .malformed(reason: "'payload' is no text") }
        guard try isBase64(value) else { return Array(text.utf8) }
        guard let bytes = Base64.decode(text) else {
            throw .malformed(reason: "'payload' is no base64")
        }
        return bytes
    }

    private static let backslash = UInt8(ascii: "\\")

    private static func isBase64(_ value: ForeignJSON) throws(ProofError) -> Bool {
        for name in ["encoding", "mimetype"] {
            guard let member = value[name] else { continue }
            guard let text = member.string else { throw .malformed(reason: "'\(name)' is no text") }
            if text.lowercased() == "base64" { return true }
        }
        return false
    }

    private static func signer(
        _ value: ForeignJSON, _ payload: [UInt8], stripping: Bool
    ) throws(ProofError) -> [UInt8]? {
        let signature: EnvelopeSignature?
        do throws(EnvelopeSignature.Flaw) {
            signature = try EnvelopeSignature(value["signature"], value["publicKey"])
        } catch { throw .unsigned(reason: error.message) }
        guard let signature else { return nil }
        if signature.covers(payload) { return signature.publicKey }
        if stripping, signature.covers(payload.filter { $0 != backslash }) { return nil }
        throw .unsigned(reason: "it is false")
    }
}
