// A private key that signs documents, whichever its scheme.
import Bytes
import Cryptography
import Documents

/// A private key. Its secret is zeroed when the last copy goes, and is never printed.
public struct SigningKey: Sendable {
    /// How it signs.
    public let scheme: SignatureScheme
    /// 33 bytes (compressed) for secp256k1, 32 for Ed25519.
    public let publicKey: [UInt8]
    let signer: Signer

    /// Bytes of a secret, of either scheme.
    public static let secretBytes = 32

    enum Signer: Sendable {
        case secp256k1(Secp256k1.PrivateKey)
        case ed25519(Ed25519.PrivateKey)
    }

    /// The key of 32 secret bytes: the number of a secp256k1 key, big-endian, or RFC 8032's seed.
    /// - Throws: `secretLength`; `cryptography` where they are no key of the curve.
    public init(scheme: SignatureScheme, secret: SecretBytes) throws(KeyError) {
        guard secret.count == Self.secretBytes else {
            throw .secretLength(expected: Self.secretBytes, got: secret.count)
        }
        self.scheme = scheme
        do throws(CryptographyError) {
            switch scheme {
            case .ecdsaSecp256k1:
                let key = try Secp256k1.PrivateKey(secret)
                publicKey = key.publicKey.compressed
                signer = .secp256k1(key)
            case .eddsaEd25519:
                let key = try Ed25519.PrivateKey(seed: secret)
                publicKey = key.publicKey
                signer = .ed25519(key)
            }
        } catch { throw .cryptography(error) }
    }

    /// A fresh key.
    /// - Throws: `cryptography` where there is no randomness.
    public static func random(
        _ scheme: SignatureScheme, from source: any RandomSource
    ) throws(KeyError) -> SigningKey {
        let secret: SecretBytes
        do throws(CryptographyError) {
            switch scheme {
            case .ecdsaSecp256k1: secret = try Secp256k1.PrivateKey.random(from: source).secret
            case .eddsaEd25519: secret = try .random(count: Ed25519.seedBytes, from: source)
            }
        } catch { throw .cryptography(error) }
        return try SigningKey(scheme: scheme, secret: secret)
    }

    /// The signature of a document's hash: strict DER with low S, or the 64 bytes of RFC 8032.
    /// - Throws: nothing yet; a key outside the process, in an agent or a device, may fail.
    public func sign(_ digest: Digest256) throws(KeyError) -> [UInt8] {
        switch signer {
        case .secp256k1(let key): key.sign(digest)
        case .ed25519(let key): key.sign(digest.bytes)
        }
    }

    /// The signature of a text, as notes carry it (RFC 8032).
    /// - Throws: `noMessages` for a key that signs hashes only.
    public func sign(message: [UInt8]) throws(KeyError) -> [UInt8] {
        guard case .ed25519(let key) = signer else { throw .noMessages(scheme) }
        return key.sign(message)
    }

    /// The 32 bytes.
    var secret: SecretBytes {
        switch signer {
        case .secp256k1(let key): key.secret
        case .ed25519(let key): key.seed
        }
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    /// Scheme and public key.
    public var description: String { "\(scheme.rawValue) \(Hexadecimal.encode(publicKey))" }
    /// A mirror without children: `dump` shows nothing more.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
