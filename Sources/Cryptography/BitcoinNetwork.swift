// The version bytes that tell Bitcoin's networks apart.

/// A Bitcoin network, as the encodings of its keys and addresses know it.
public enum BitcoinNetwork: Sendable, CaseIterable {
    /// The network of value.
    case main
    /// Test networks, regtest included.
    case test

    /// First byte of an address of a public key's hash.
    public var addressVersion: UInt8 { self == .main ? 0x00 : 0x6f }
    /// First byte of a key in wallet import format.
    public var privateKeyVersion: UInt8 { self == .main ? 0x80 : 0xef }
    /// First four bytes of an extended private key: `xprv`, `tprv` (BIP32).
    public var extendedPrivateVersion: UInt32 { self == .main ? 0x0488_ade4 : 0x0435_8394 }
    /// First four bytes of an extended public key: `xpub`, `tpub` (BIP32).
    public var extendedPublicVersion: UInt32 { self == .main ? 0x0488_b21e : 0x0435_87cf }
}
