// The chains that are followed: Bitcoin's main network, its test networks, and regression tests.
import Bytes

/// A network of Bitcoin nodes: what its first header is, and which rules hold where.
public enum ChainNetwork: String, Sendable, CaseIterable {
    case mainnet
    case testnet
    case stn
    case regtest

    /// Begins every message between nodes.
    public var magic: [UInt8] {
        switch self {
        case .mainnet: [0xe3, 0xe1, 0xf3, 0xe8]
        case .testnet: [0xf4, 0xe5, 0xf3, 0xf4]
        case .stn: [0xfb, 0xce, 0xc4, 0xf9]
        case .regtest: [0xda, 0xb5, 0xbf, 0xfa]
        }
    }

    /// Where nodes listen.
    public var port: UInt16 {
        switch self {
        case .mainnet: 8333
        case .testnet: 18333
        case .stn: 9333
        case .regtest: 18444
        }
    }

    /// The first header.
    public var genesis: BlockHeader {
        let (time, bits, nonce): (UInt32, UInt32, UInt32) =
            switch self {
            case .mainnet: (1_231_006_505, CompactTarget.mainnetLimitBits, 2_083_236_893)
            case .testnet, .stn: (1_296_688_602, CompactTarget.mainnetLimitBits, 414_098_458)
            case .regtest: (1_296_688_602, CompactTarget.regtestBits, 2)
            }
        return BlockHeader(
            version: 1, previous: BlockHeader.noPrevious, merkleRoot: Self.genesisRoot, time: time,
            bits: bits, nonce: nonce)
    }

    /// The root of the tree over the one transaction that all networks begin with.
    private static let genesisRoot =
        Digest256(
            displayed: "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b") ?? .zero

    /// The easiest target.
    public var limit: UInt256 {
        self == .regtest ? UInt256.max >> 1 : UInt256.max >> 32
    }

    /// `limit` as headers carry it.
    var limitBits: UInt32 {
        self == .regtest ? CompactTarget.regtestBits : CompactTarget.mainnetLimitBits
    }

    /// Whether the difficulty never changes.
    var isConstant: Bool { self == .regtest }

    /// Whether a block that comes late may be an easy one, below and from `adjustmentHeight` on.
    var easyBlocks: (before: Bool, after: Bool) {
        switch self {
        case .mainnet, .regtest: (false, false)
        case .testnet: (true, true)
        case .stn: (true, false)
        }
    }

    /// The first height at which six slow blocks make the next one easier; test networks have never
    /// had that.
    var emergencyHeight: Int { 478_558 }

    /// The first height whose bits follow from the 144 blocks before it.
    var adjustmentHeight: Int {
        switch self {
        case .mainnet: 504_032
        case .testnet: 1_188_698
        case .stn: 2_201
        case .regtest: .max
        }
    }
}
