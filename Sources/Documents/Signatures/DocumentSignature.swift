// A signature as documents carry it.
import Bytes
import Cryptography

/// `{"public","scheme","signer","string"[,"linker"][,"script"]}` over the 32 bytes of the
/// document's hash.
public struct DocumentSignature: Sendable, Hashable {
    /// The public key in the encoding that addresses hash.
    public let publicKey: [UInt8]
    /// The scheme's name as stated; it may be one that we refuse.
    public let scheme: String
    /// The address that signs: of the key, or of the puzzle that has it.
    public let signer: Address
    /// DER or 64 bytes, by scheme.
    public let signature: [UInt8]
    /// The hash of the puzzle's document in `meta.scripts`.
    public let script: Digest256?
    /// Whether WebWallet's `"linker":"sha256:ripemd160"` is stated; it is the only one.
    let hasLinker: Bool

    /// A signature that has just been made.
    public init(
        publicKey: [UInt8], scheme: SignatureScheme, signer: Address, signature: [UInt8],
        script: Digest256? = nil
    ) {
        self.publicKey = publicKey
        self.scheme = scheme.rawValue
        self.signer = signer
        self.signature = signature
        self.script = script
        hasLinker = false
    }

    /// The shape of a signature: everything but the signer's address, which is a later rule's.
    struct Shape {
        let publicKey: [UInt8]
        let scheme: String
        let signer: ArraySlice<UInt8>
        let signature: [UInt8]
        let script: Digest256?
        let hasLinker: Bool

        init(_ value: JSONValue) throws(Refusal) {
            let reader = try MemberReader(
                value, "a signature",
                ["linker", "public", "scheme", "script", "signer", "string"])
            hasLinker = value["linker"] != nil
            if hasLinker { try reader.constant("linker", "sha256:ripemd160") }
            publicKey = try reader.hexadecimal("public", 32...65)
            scheme = try reader.string("scheme", 1...32)
            script = value["script"] == nil ? nil : try reader.digest("script")
            signer = try reader.addressText("signer")
            signature = try reader.hexadecimal("string", 8...80)
        }
    }

    /// - Throws: `invalid-address`.
    init(_ shape: Shape) throws(Refusal) {
        publicKey = shape.publicKey
        scheme = shape.scheme
        signer = try Address(shape.signer)
        signature = shape.signature
        script = shape.script
        hasLinker = shape.hasLinker
    }

    /// Whether the key has signed `hash`: rule 8.
    /// - Throws: `unknown-scheme`, `signature-invalid`.
    func check(_ hash: Digest256) throws(Refusal) {
        guard let scheme = SignatureScheme(rawValue: scheme) else {
            let reason =
                scheme == "ecdsa-ed25519"
                ? "'ecdsa-ed25519' is not accepted: it is ECDSA on the wrong curve, not Ed25519"
                : "unknown signature scheme '\(scheme)'"
            throw Refusal(.unknownScheme, reason, ["scheme": scheme])
        }
        let isValid =
            switch scheme {
            case .ecdsaSecp256k1:
                publicKey.count == 33
                    && Secp256k1.verify(
                        signature: signature, digest: hash, publicKey: publicKey)
            case .eddsaEd25519:
                publicKey.count == 32
                    && Ed25519.verify(
                        signature: signature, message: hash.bytes, publicKey: publicKey)
            }
        guard isValid else {
            throw Refusal(
                .signatureInvalid, "the signature by \(signer) is false",
                ["signer": signer.text])
        }
    }

    func write(to writer: inout CanonicalWriter) {
        writer.beginObject()
        if hasLinker {
            writer.name("linker")
            writer.string("sha256:ripemd160")
        }
        writer.name("public")
        writer.plain(Hexadecimal.encodedBytes(publicKey))
        writer.name("scheme")
        writer.string(scheme)
        if let script {
            writer.name("script")
            writer.plain(Hexadecimal.encodedBytes(script.bytes))
        }
        writer.member("signer", signer)
        writer.name("string")
        writer.plain(Hexadecimal.encodedBytes(signature))
        writer.endObject()
    }
}
