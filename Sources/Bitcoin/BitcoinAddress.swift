// An address of today's wallets: the hash of a public key.
import Bytes
import Cryptography

/// base58check(version ‖ hash160 of a public key).
public struct BitcoinAddress: Hashable, Sendable {
    static let hashBytes = 20

    /// RIPEMD-160 of SHA-256 of the public key, 20 bytes.
    public let hash: [UInt8]
    /// The network that the version names; regtest and the test networks are one here.
    public let network: BitcoinNetwork

    /// The address of a public key's hash, which must have 20 bytes.
    public init(hash: [UInt8], network: BitcoinNetwork = .main) {
        precondition(hash.count == Self.hashBytes, "a hash160 has 20 bytes")
        self.hash = hash
        self.network = network
    }

    /// The address of a public key, in the encoding that is told.
    public init(
        _ key: Secp256k1.PublicKey, network: BitcoinNetwork = .main, isCompressed: Bool = true
    ) {
        self.init(
            hash: Hash.hash160(isCompressed ? key.compressed : key.uncompressed), network: network)
    }

    /// Reads the text. Addresses of scripts (P2SH) are refused: since Genesis nobody may pay them.
    /// - Throws: `BitcoinError.invalidAddress`.
    public init(_ text: String) throws(BitcoinError) {
        guard let payload = Base58Check.decode(text), payload.count == 1 + Self.hashBytes,
            let network = BitcoinNetwork.allCases.first(where: { $0.addressVersion == payload[0] })
        else { throw .invalidAddress(text) }
        self.init(hash: Array(payload.dropFirst()), network: network)
    }

    /// The text.
    public var text: String { Base58Check.encode(version: network.addressVersion, hash) }

    /// What locks an output to the address.
    public var script: Script { .publicKeyHash(hash) }
}

extension BitcoinAddress: CustomStringConvertible {
    /// The text.
    public var description: String { text }
}
