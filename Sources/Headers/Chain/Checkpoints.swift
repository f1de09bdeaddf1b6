// Blocks that are known: whoever begins without a header cannot be led into a chain of small work,
// nor into the other chain where two have parted.
import Bytes

/// Known headers of a network.
struct Checkpoints: Sendable {
    private let known: [Int: Digest256]
    private let foreign: Set<Digest256>

    init(_ network: ChainNetwork) {
        guard network == .mainnet else {
            known = [:]
            foreign = []
            return
        }
        known = Self.mainnet.compactMapValues { Digest256(displayed: $0) }
        foreign = Set(Self.others.compactMap { Digest256(displayed: $0) })
    }

    /// - Throws: `HeaderError.otherChain`.
    func check(_ hash: Digest256, at height: Int) throws(HeaderError) {
        guard !foreign.contains(hash), known[height].map({ $0 == hash }) ?? true else {
            throw .otherChain(height: height, got: hash)
        }
    }

    /// The greatest height of a known block that is not above `height`; 0 for none.
    func last(upTo height: Int) -> Int { known.keys.filter { $0 <= height }.max() ?? 0 }

    private static let mainnet: [Int: String] = [
        11_111: "0000000069e244f73d78e8fd29ba2fd2ed618bd6fa2ee92559f542fdb26e7c1d",
        33_333: "000000002dd5588a74784eaa7ab0507a18ad16a236e7b1ce69f00d7ddfb5d0a6",
        74_000: "0000000000573993a3c9e41ce34471c079dcf5f52a0e824a81e7f953b8661a20",
        105_000: "00000000000291ce28027faea320c8d2b054b2e0fe44a773f3eefb151d6bdc97",
        134_444: "00000000000005b12ffd4cd315cd34ffd4a594f430ac814c91184a0d42d2b0fe",
        168_000: "000000000000099e61ea72015e79632f216fe6cb33d7899acb35b75c8303b763",
        193_000: "000000000000059f452a5f7340de6682a977387c17010ff6e6c3bd83ca8b1317",
        210_000: "000000000000048b95347e83192f69cf0366076336c639f9b7228e9ba171342e",
        225_430: "00000000000001c108384350f74090433e7fcf79a606b8e797f065b130575932",
        250_000: "000000000000003887df1f29024b06fc2200b55f8af8f35453d7be294df2d214",
        279_000: "0000000000000001ae8c72a0b0c301f67e3afca10e819efa9041e458e9bd7e40",
        295_000: "00000000000000004d9b4ef50f0f9d686fd69db2e03af35a100370c64632a983",
        478_559: "000000000000000000651ef99cb9fcbe0dadde1d424bd9f15ff20136191a5eec",
        556_767: "000000000000000001d956714215d96ffc00e0afda4cd0a96c96f8d802b1662b",
    ]

    /// First blocks of chains that have parted from this one.
    private static let others = [
        "00000000000000000019f112ec0a9982926f1258cdcc558dd7c3b7e5dc7fa148",
        "0000000000000000004626ff6e3b936941d341c5932ece4357eeccac44e6d56c",
    ]
}
