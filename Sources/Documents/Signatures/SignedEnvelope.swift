// A text with a signature over its bytes: how miners and ElectrumSV sign JSON.
import Bytes
import Cryptography

/// JSONEnvelope (BRFC 298e080a4598): `{payload, signature, publicKey, encoding, mimetype}`.
public struct SignedEnvelope: Sendable, Equatable {
    /// What is signed, as text.
    public var payload: String
    /// DER, hexadecimal; nil where nobody has signed.
    public var signature: String?
    /// Compressed, hexadecimal.
    public var publicKey: String?
    /// How the payload stands for bytes: `UTF-8` or `base64`.
    public var encoding = "UTF-8"
    /// What the payload is.
    public var mimetype = "application/json"

    /// What a signature was seen to be.
    public enum Verdict: Sendable, Equatable {
        /// There is none.
        case unsigned
        /// By this key, compressed.
        case signed([UInt8])
        /// False, or one of signature and key is missing.
        case refused(reason: String)
    }

    /// An envelope.
    public init(payload: String, signature: String? = nil, publicKey: String? = nil) {
        self.payload = payload
        self.signature = signature
        self.publicKey = publicKey
    }

    /// A payload, signed over the single SHA-256 of its bytes.
    public static func signing(
        _ payload: String, with key: Secp256k1.PrivateKey
    ) -> SignedEnvelope {
        SignedEnvelope(
            payload: payload,
            signature: Hexadecimal.encode(key.sign(Hash.sha256(Array(payload.utf8)))),
            publicKey: Hexadecimal.encode(key.publicKey.compressed))
    }

    /// Reads an envelope; nil where the value is none.
    public init?(_ value: ForeignJSON) {
        guard let payload = value["payload"]?.string else { return nil }
        self.payload = payload
        signature = value["signature"]?.string
        publicKey = value["publicKey"]?.string
        encoding = value["encoding"]?.string ?? "UTF-8"
        mimetype = value["mimetype"]?.string ?? "application/json"
    }

    /// The envelope as JSON.
    public var json: ForeignJSON {
        [
            "payload": .string(payload), "signature": ForeignJSON(signature),
            "publicKey": ForeignJSON(publicKey), "encoding": .string(encoding),
            "mimetype": .string(mimetype),
        ]
    }

    /// Whether the signature is true: over the single SHA-256 of the payload's bytes.
    ///
    /// The library of the originals takes all backslashes out of a JSON payload before it hashes,
    /// so that two payloads share a signature. That is accepted only where the payload without its
    /// backslashes means the same: where it has none.
    public var verdict: Verdict {
        do throws(EnvelopeSignature.Flaw) {
            guard
                let signed = try EnvelopeSignature(
                    signature.map { .string($0) }, publicKey.map { .string($0) })
            else { return .unsigned }
            let isTrue = signedBytes.map { signed.covers($0) } ?? false
            return isTrue
                ? .signed(signed.publicKey) : .refused(reason: "the signature is false")
        } catch { return .refused(reason: error.message) }
    }

    /// What is signed; nil where the payload is not in the encoding that it names.
    private var signedBytes: [UInt8]? {
        encoding.lowercased() == "base64" ? Base64.decode(payload) : Array(payload.utf8)
    }
}
