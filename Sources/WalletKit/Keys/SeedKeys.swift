// The keys of a wallet, all from one seed (DESIGN §4): BIP32 along hardened paths, so that no key
// gives another away.
import Bytes
import Cryptography
import Documents

/// What a derived key is for.
public enum KeyRole: Hashable, Sendable {
    /// The `index`-th address of a scheme, from 0.
    case address(SignatureScheme, index: Int)
    /// The domain: its address is the domain's default name.
    case domain
    /// Cosigning other domains' checkpoints: the domain's own key signs nothing of others.
    case witness
    /// A device, by the random number of its incarnation: a clone of a wallet draws another.
    case device(incarnation: Int)

    /// The scheme that its key signs by.
    public var scheme: SignatureScheme {
        switch self {
        case .address(let scheme, _): scheme
        case .domain, .witness: .eddsaEd25519
        case .device: .ecdsaSecp256k1
        }
    }

    /// Its path below the master key: `m/2015'/0'/i'` and `m/2015'/1'/i'` for addresses of
    /// secp256k1 and Ed25519, `m/2015'/2'/0'` for the domain, `m/2015'/2'/1'` for the witness,
    /// `m/2015'/3'/n'` for devices.
    /// - Throws: `indexOutOfRange`.
    public var path: DerivationPath {
        get throws(KeyError) {
            let (branch, index): (UInt32, Int) =
                switch self {
                case .address(.ecdsaSecp256k1, let index): (0, index)
                case .address(.eddsaEd25519, let index): (1, index)
                case .domain: (2, 0)
                case .witness: (2, 1)
                case .device(let incarnation): (3, incarnation)
                }
            guard (0..<SeedKeys.indexEnd).contains(index) else { throw .indexOutOfRange(index) }
            return DerivationPath([
                .hardened(SeedKeys.purpose), .hardened(branch), .hardened(UInt32(index)),
            ])
        }
    }
}

/// A seed of BIP39 and what is derived from it.
public struct SeedKeys: Sendable {
    /// Bytes of a seed.
    public static let seedBytes = 64
    /// The first step of every path (BIP43).
    public static let purpose: UInt32 = 2_015
    /// One past the largest index of a derived key.
    public static let indexEnd = 1 << 31

    /// The 64 bytes.
    let seed: SecretBytes
    let master: ExtendedKey

    /// The keys of 64 bytes, as `Mnemonic.seed` makes them.
    /// - Throws: `secretLength`; `cryptography`.
    public init(seed: SecretBytes) throws(KeyError) {
        guard seed.count == Self.seedBytes else {
            throw .secretLength(expected: Self.seedBytes, got: seed.count)
        }
        self.seed = seed
        do throws(CryptographyError) {
            master = try ExtendedKey(seed: seed)
        } catch { throw .cryptography(error) }
    }

    /// The fingerprint of the master key (BIP32): tells seeds apart without giving one away.
    public var fingerprint: UInt32 { master.fingerprint }

    /// The key of a role.
    /// - Throws: `indexOutOfRange`; `cryptography` for one index in 2^127: take the next.
    public func key(_ role: KeyRole) throws(KeyError) -> SigningKey {
        let path = try role.path
        let derived: Secp256k1.PrivateKey?
        do throws(CryptographyError) {
            derived = try master.derived(along: path).privateKey
        } catch { throw .cryptography(error) }
        guard let derived else { throw .cryptography(.invalidPrivateKey) }
        // For Ed25519 the 32 bytes are RFC 8032's seed.
        return try SigningKey(scheme: role.scheme, secret: derived.secret)
    }

    /// The key of an address.
    /// - Throws: as `key`.
    public func addressKey(scheme: SignatureScheme, index: Int) throws(KeyError) -> SigningKey {
        try key(.address(scheme, index: index))
    }

    /// The key of the domain.
    /// - Throws: as `key`.
    public func domainKey() throws(KeyError) -> SigningKey { try key(.domain) }

    /// The key that cosigns other domains' checkpoints.
    /// - Throws: as `key`.
    public func witnessKey() throws(KeyError) -> SigningKey { try key(.witness) }

    /// The key of a device.
    /// - Throws: as `key`.
    public func deviceKey(incarnation: Int) throws(KeyError) -> SigningKey {
        try key(.device(incarnation: incarnation))
    }

    /// A number for a device's new incarnation: 31 random bits.
    /// - Throws: `cryptography` where there is no randomness.
    public static func randomIncarnation(from source: any RandomSource) throws(KeyError) -> Int {
        do throws(CryptographyError) {
            return try source.bytes(4).reduce(0) { $0 << 8 | Int($1) } & (indexEnd - 1)
        } catch { throw .cryptography(error) }
    }
}

extension SeedKeys: CustomStringConvertible, CustomReflectable {
    /// `<secret>`, whatever the seed is.
    public var description: String { "<secret>" }
    /// A mirror without children: `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
