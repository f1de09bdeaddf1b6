// A file with one key or one seed: text, so that people can see what it is, strict, so that there
// is one spelling. Lines of `name: value`, each ended by a newline, in this order:
//
//     wallet-key: 1
//     kind: key                        or seed
//     scheme: ecdsa-secp256k1          key: or eddsa-ed25519
//     public: 02…                      key: the public key
//     path: m/2015'/0'/0'              key: where a seed it comes from has it; may be missing
//     fingerprint: 9a3f…               seed: that of the master key (BIP32), 8 digits
//     encryption: scrypt-aes256gcm     or none
//     n: 65536                         encrypted: scrypt's cost
//     r: 8
//     p: 1
//     salt: …                          encrypted: 8 to 64 bytes
//     nonce: …                         encrypted: 12 bytes
//     ciphertext: …                    encrypted: AES-256-GCM of the secret, then its tag
//     secret: …                        not encrypted: 32 bytes of a key, 64 of a seed
//     checksum: …                      the first 16 bytes of SHA-256 of all lines above
//
// Bytes are in lower-case hexadecimal, numbers decimal. All bytes above the line `ciphertext` are
// bound to it as associated data: nobody without the passphrase can put another public key or cost
// above it. The checksum is no protection; it tells a damaged file from a wrong passphrase.
import Bytes
import Cryptography
import Documents

/// What a key's file holds, opened.
public enum KeySecret: Sendable {
    /// A seed.
    case seed(SeedKeys)
    /// A key, and its path where it comes from a seed.
    case key(SigningKey, path: DerivationPath?)

    /// What is public of it.
    public var publicPart: KeyPublicPart {
        switch self {
        case .seed(let keys): .seed(fingerprint: keys.fingerprint)
        case .key(let key, let path):
            .key(scheme: key.scheme, publicKey: key.publicKey, path: path)
        }
    }

    var bytes: SecretBytes {
        switch self {
        case .seed(let keys): keys.seed
        case .key(let key, _): key.secret
        }
    }
}

/// What a key's file shows without a passphrase.
public enum KeyPublicPart: Hashable, Sendable {
    /// A seed, by the fingerprint of its master key.
    case seed(fingerprint: UInt32)
    /// A key, and its path where it comes from a seed.
    case key(scheme: SignatureScheme, publicKey: [UInt8], path: DerivationPath?)

    /// Bytes of the secret that belongs to it.
    var secretBytes: Int {
        switch self {
        case .seed: SeedKeys.seedBytes
        case .key: SigningKey.secretBytes
        }
    }
}

/// A key's file as a value: its public part, and the secret, encrypted or not.
public struct KeyFile: Sendable {
    /// What is public.
    public let publicPart: KeyPublicPart
    let content: Content

    enum Content: Sendable {
        case plain(SecretBytes)
        case sealed(KeyStretching, nonce: [UInt8], ciphertext: [UInt8])
    }

    /// The format's version.
    static let version = 1
    /// Bytes of the checksum.
    static let checksumBytes = 16

    /// Whether a passphrase is needed.
    public var isEncrypted: Bool { stretching != nil }

    /// Cost and salt; nil where nothing is encrypted.
    var stretching: KeyStretching? {
        if case .sealed(let stretching, _, _) = content { stretching } else { nil }
    }

    init(_ publicPart: KeyPublicPart, _ content: Content) {
        self.publicPart = publicPart
        self.content = content
    }

    /// An unencrypted file.
    init(plain secret: KeySecret) {
        self.init(secret.publicPart, .plain(secret.bytes))
    }

    /// A file encrypted by `key`, which must be that of `stretching`, under a fresh nonce.
    init(
        sealing secret: KeySecret, _ stretching: KeyStretching, key: SecretBytes,
        random: any RandomSource
    ) throws(KeyError) {
        do throws(CryptographyError) {
            let nonce = try random.bytes(AES256GCM.nonceBytes)
            let empty = KeyFile(
                secret.publicPart, .sealed(stretching, nonce: nonce, ciphertext: []))
            let ciphertext = try AES256GCM.seal(
                secret.bytes, key: key, nonce: nonce, associated: empty.head)
            self.init(
                secret.publicPart, .sealed(stretching, nonce: nonce, ciphertext: ciphertext))
        } catch { throw .cryptography(error) }
    }

    /// The secret, checked against the public part.
    /// - Parameter name: the file, for errors.
    /// - Throws: `KeyError.wrongPassphrase`, `.publicPartMismatch`; what the opener throws.
    public func open(_ opener: KeyOpener, name: String) throws -> KeySecret {
        let bytes: SecretBytes
        switch content {
        case .plain(let secret): bytes = secret
        case .sealed(let stretching, let nonce, let ciphertext):
            let key = try opener.key(stretching)
            do throws(CryptographyError) {
                bytes = try AES256GCM.open(
                    ciphertext, key: key, nonce: nonce, associated: head)
            } catch .authenticationFailed {
                throw KeyError.wrongPassphrase(file: name)
            } catch { throw KeyError.cryptography(error) }
        }
        let secret: KeySecret
        switch publicPart {
        case .seed: secret = .seed(try SeedKeys(seed: bytes))
        case .key(let scheme, _, let path):
            secret = .key(try SigningKey(scheme: scheme, secret: bytes), path: path)
        }
        guard secret.publicPart == publicPart else {
            throw KeyError.publicPartMismatch(file: name)
        }
        return secret
    }
}
