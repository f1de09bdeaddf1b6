// A private key as text, the way that Bitcoin wallets hand one on.

import Bytes

/// A secp256k1 key in wallet import format: base58check(version ‖ key ‖ 01 where its public key is
/// meant compressed).
public struct WalletImportFormat: Sendable {
    /// The key.
    public let key: Secp256k1.PrivateKey
    /// The network that the version names.
    public let network: BitcoinNetwork
    /// Whether the address is that of the compressed public key.
    public let isCompressed: Bool

    /// A key to be written.
    public init(
        key: Secp256k1.PrivateKey, network: BitcoinNetwork = .main, isCompressed: Bool = true
    ) {
        self.key = key
        self.network = network
        self.isCompressed = isCompressed
    }

    /// Reads the text.
    /// - Throws: `invalidWalletImportFormat`, with nothing of the text; `randomnessUnavailable`.
    public init(_ text: some Collection<UInt8>) throws(CryptographyError) {
        guard var payload = Base58Check.decode(text) else { throw .invalidWalletImportFormat }
        let secret = SecretBytes(zeroing: &payload)
        let shape = secret.withUnsafeBytes { bytes -> (BitcoinNetwork, Bool)? in
            let network = BitcoinNetwork.allCases.first { $0.privateKeyVersion == bytes[0] }
            guard let network else { return nil }
            if bytes.count == 33 { return (network, false) }
            return bytes.count == 34 && bytes[33] == 1 ? (network, true) : nil
        }
        guard let (network, isCompressed) = shape else { throw .invalidWalletImportFormat }
        let key = secret.withUnsafeBytes { SecretBytes(.init(rebasing: $0[1..<33])) }
        do {
            self.key = try Secp256k1.PrivateKey(key)
        } catch .invalidPrivateKey {
            throw .invalidWalletImportFormat
        }
        self.network = network
        self.isCompressed = isCompressed
    }

    /// Reads the text of a string, as above.
    public init(_ text: String) throws(CryptographyError) {
        try self.init(text.utf8)
    }

    /// The text as ASCII bytes: whoever has it has the key.
    public var text: SecretBytes {
        let payload = SecretBytes(count: isCompressed ? 34 : 33) { payload in
            payload[0] = network.privateKeyVersion
            key.secret.withUnsafeBytes { key in
                UnsafeMutableRawBufferPointer(rebasing: payload[1..<33]).copyMemory(from: key)
            }
            if isCompressed { payload[33] = 1 }
        }
        var text = payload.withUnsafeBytes { Base58Check.encodedBytes($0) }
        return SecretBytes(zeroing: &text)
    }

    /// The Bitcoin address of the key, in the encoding of its public key that the text names.
    public var address: String {
        let publicKey = key.publicKey
        let bytes = isCompressed ? publicKey.compressed : publicKey.uncompressed
        return Base58Check.encode(version: network.addressVersion, Hash.hash160(bytes))
    }
}
