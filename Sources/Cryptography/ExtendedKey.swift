// A tree of keys out of one seed.

import Bytes

/// A key of BIP32 with its chain code: private, or neutered to its public half.
public struct ExtendedKey: Sendable {
    /// How far below the master, 0 for the master itself.
    public let depth: UInt8
    /// The first four bytes of the parent's hash160, big-endian; 0 for the master.
    public let parentFingerprint: UInt32
    /// The step from the parent; 0 for the master.
    public let step: DerivationPath.Step
    /// The network that its text names.
    public let network: BitcoinNetwork
    /// The 32 bytes that, with a public key, tell its normal children.
    public let chainCode: SecretBytes
    /// The private key; nil for a neutered one.
    public let privateKey: Secp256k1.PrivateKey?
    /// The public key.
    public let publicKey: Secp256k1.PublicKey

    /// The master of a seed of 16 to 64 bytes.
    /// - Throws: `invalidParameter` for another length; `invalidPrivateKey` for one seed in 2^127;
    ///   `randomnessUnavailable`.
    public init(seed: SecretBytes, network: BitcoinNetwork = .main) throws(CryptographyError) {
        guard (16...64).contains(seed.count) else {
            throw .invalidParameter(name: "seed bytes", value: seed.count)
        }
        let (left, right) = Self.hmac(key: SecretBytes(Array("Bitcoin seed".utf8)), seed)
        let key = try Secp256k1.PrivateKey(left)
        self.init(
            depth: 0, parentFingerprint: 0, step: .normal(0), network: network, chainCode: right,
            privateKey: key, publicKey: key.publicKey)
    }

    private init(
        depth: UInt8, parentFingerprint: UInt32, step: DerivationPath.Step,
        network: BitcoinNetwork, chainCode: SecretBytes, privateKey: Secp256k1.PrivateKey?,
        publicKey: Secp256k1.PublicKey
    ) {
        self.depth = depth
        self.parentFingerprint = parentFingerprint
        self.step = step
        self.network = network
        self.chainCode = chainCode
        self.privateKey = privateKey
        self.publicKey = publicKey
    }

    /// The first four bytes of the public key's hash160, big-endian.
    public var fingerprint: UInt32 {
        Hash.hash160(publicKey.compressed).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The child one step below (CKDpriv, or CKDpub for a neutered key).
    /// - Throws: `hardenedFromPublic`, `depthExceeded`, `invalidChild`.
    public func child(_ step: DerivationPath.Step) throws(CryptographyError) -> ExtendedKey {
        guard depth < UInt8.max else { throw .depthExceeded }
        let message = SecretBytes(count: 37) { message in
            if step.isHardened, let privateKey {
                // A zero byte in front pads the number to the length of a public key.
                privateKey.secret.withUnsafeBytes {
                    UnsafeMutableRawBufferPointer(rebasing: message[1..<33]).copyMemory(from: $0)
                }
            } else {
                message.copyBytes(from: publicKey.compressed)
            }
            message.storeBytes(of: step.value.bigEndian, toByteOffset: 33, as: UInt32.self)
        }
        if step.isHardened && privateKey == nil { throw .hardenedFromPublic(index: step.index) }
        let (tweak, chainCode) = Self.hmac(key: self.chainCode, message)
        let childKey = privateKey?.adding(tweak: tweak)
        let childPoint =
            privateKey == nil ? publicKey.adding(tweak: tweak) : childKey?.publicKey
        guard let childPoint else { throw .invalidChild(index: step.value) }
        return ExtendedKey(
            depth: depth + 1, parentFingerprint: fingerprint, step: step, network: network,
            chainCode: chainCode, privateKey: childKey, publicKey: childPoint)
    }

    /// The descendant at the end of `path`, which starts here.
    /// - Throws: as `child`.
    public func derived(along path: DerivationPath) throws(CryptographyError) -> ExtendedKey {
        var key = self
        for step in path.steps { key = try key.child(step) }
        return key
    }

    /// The same without the private key.
    public func neutered() -> ExtendedKey {
        ExtendedKey(
            depth: depth, parentFingerprint: parentFingerprint, step: step, network: network,
            chainCode: chainCode, privateKey: nil, publicKey: publicKey)
    }

    /// HMAC-SHA512 cut in two halves.
    private static func hmac(
        key: SecretBytes, _ message: SecretBytes
    ) -> (left: SecretBytes, right: SecretBytes) {
        let whole = SecretBytes(count: 64) { output in
            key.withUnsafeBytes { key in
                message.withUnsafeBytes { Hash.hmacSHA512(key: key, message: $0, into: output) }
            }
        }
        return whole.withUnsafeBytes { whole in
            (
                SecretBytes(UnsafeRawBufferPointer(rebasing: whole[..<32])),
                SecretBytes(UnsafeRawBufferPointer(rebasing: whole[32...]))
            )
        }
    }
}

extension ExtendedKey {
    private static let serializedBytes = 78

    /// The text of the private key, `xprv…` or `tprv…`, as ASCII bytes; nil for a neutered key.
    public var privateText: SecretBytes? {
        guard let privateKey else { return nil }
        let payload = SecretBytes(count: Self.serializedBytes) { payload in
            writeHead(network.extendedPrivateVersion, to: payload)
            privateKey.secret.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: payload[46...]).copyMemory(from: $0)
            }
        }
        var text = payload.withUnsafeBytes { Base58Check.encodedBytes($0) }
        return SecretBytes(zeroing: &text)
    }

    /// The text of the public key, `xpub…` or `tpub…`. No secret, but it shows all normal
    /// descendants, and with one private key of theirs gives away its own.
    public var publicText: String {
        var payload = [UInt8](repeating: 0, count: Self.serializedBytes)
        payload.withUnsafeMutableBytes { payload in
            writeHead(network.extendedPublicVersion, to: payload)
            UnsafeMutableRawBufferPointer(rebasing: payload[45...])
                .copyBytes(from: publicKey.compressed)
        }
        return Base58Check.encode(payload)
    }

    /// Reads `xprv…`, `xpub…`, `tprv…` or `tpub…`.
    /// - Throws: `invalidExtendedKey`, with nothing of the text; `randomnessUnavailable`.
    public init(_ text: some Collection<UInt8>) throws(CryptographyError) {
        guard var bytes = Base58Check.decode(text) else { throw .invalidExtendedKey }
        let payload = SecretBytes(zeroing: &bytes)
        guard payload.count == Self.serializedBytes else { throw .invalidExtendedKey }
        self = try payload.withUnsafeBytes { payload throws(CryptographyError) in
            try Self.read(payload)
        }
    }

    /// Reads the text of a string, as above.
    public init(_ text: String) throws(CryptographyError) {
        try self.init(text.utf8)
    }

    private func writeHead(_ version: UInt32, to payload: UnsafeMutableRawBufferPointer) {
        payload.storeBytes(of: version.bigEndian, toByteOffset: 0, as: UInt32.self)
        payload[4] = depth
        payload.storeBytes(of: parentFingerprint.bigEndian, toByteOffset: 5, as: UInt32.self)
        payload.storeBytes(of: step.value.bigEndian, toByteOffset: 9, as: UInt32.self)
        chainCode.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(rebasing: payload[13..<45]).copyMemory(from: $0)
        }
    }

    private static func read(
        _ payload: UnsafeRawBufferPointer
    ) throws(CryptographyError) -> ExtendedKey {
        func number(at offset: Int) -> UInt32 {
            UInt32(bigEndian: payload.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        let (version, depth) = (number(at: 0), payload[4])
        let (fingerprint, step) = (number(at: 5), DerivationPath.Step(value: number(at: 9)))
        // A master has neither parent nor index (BIP32, test vector 5).
        guard depth > 0 || (fingerprint == 0 && step.value == 0) else { throw .invalidExtendedKey }
        let network = BitcoinNetwork.allCases.first {
            version == $0.extendedPrivateVersion || version == $0.extendedPublicVersion
        }
        guard let network else { throw .invalidExtendedKey }
        var privateKey: Secp256k1.PrivateKey?
        var publicKey: Secp256k1.PublicKey?
        if version == network.extendedPublicVersion {
            publicKey = Secp256k1.PublicKey(UnsafeRawBufferPointer(rebasing: payload[45...]))
        } else if payload[45] == 0 {
            let secret = SecretBytes(UnsafeRawBufferPointer(rebasing: payload[46...]))
            do {
                privateKey = try Secp256k1.PrivateKey(secret)
            } catch .invalidPrivateKey {
                throw .invalidExtendedKey
            }
            publicKey = privateKey?.publicKey
        }
        guard let publicKey else { throw .invalidExtendedKey }
        return ExtendedKey(
            depth: depth, parentFingerprint: fingerprint, step: step, network: network,
            chainCode: SecretBytes(UnsafeRawBufferPointer(rebasing: payload[13..<45])),
            privateKey: privateKey, publicKey: publicKey)
    }
}

extension ExtendedKey: CustomStringConvertible, CustomReflectable {
    /// `<secret>`, also for a neutered key: its chain code is nobody's business.
    public var description: String { "<secret>" }
    /// A mirror without children: `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
