// An output that we may spend, and how much room its unlocking takes.
import Bytes

/// An unspent output whose keys somebody has.
public struct SpendableCoin: Hashable, Sendable {
    /// Which one it is.
    public let outpoint: Outpoint
    /// What it is worth, and what locks it.
    public let output: TransactionOutput
    /// Whether a P2PKH output's hash is that of the uncompressed key: its unlocking is longer.
    public let isUncompressed: Bool

    /// An unspent output.
    public init(outpoint: Outpoint, output: TransactionOutput, isUncompressed: Bool = false) {
        self.outpoint = outpoint
        self.output = output
        self.isUncompressed = isUncompressed
    }

    /// A push of a signature: DER with a low S has at most 71 bytes, then the type of the hash.
    private static let signatureBytes = 1 + 71 + 1

    /// The most bytes that the unlocking script has; nil where the form is not signed here.
    var unlockingBytes: Int? {
        switch output.script.kind {
        case .publicKeyHash: Self.signatureBytes + 1 + (isUncompressed ? 65 : 33)
        case .publicKey: Self.signatureBytes
        case .multisig(let threshold, _): 1 + threshold * Self.signatureBytes
        case .data, .other: nil
        }
    }

    /// The most bytes that an input has that spends it; nil as above.
    var inputBytes: Int? {
        unlockingBytes.map { TransactionInput.fixedBytes + TransactionSize.counted($0) }
    }
}

/// How long a transaction will be.
enum TransactionSize {
    /// Version and lock time.
    private static let fixedBytes = 8

    /// Bytes of a varint.
    static func varint(_ value: Int) -> Int {
        switch value {
        case ..<0xfd: 1
        case ..<0x1_0000: 3
        case ..<0x1_0000_0000: 5
        default: 9
        }
    }

    /// So many bytes and the varint that counts them.
    static func counted(_ count: Int) -> Int { varint(count) + count }

    /// Everything of a transaction but its inputs and their count.
    static func frame(_ outputs: [TransactionOutput]) -> Int {
        outputs.reduce(fixedBytes + varint(outputs.count)) {
            $0 + TransactionOutput.fixedBytes + counted($1.script.bytes.count)
        }
    }
}
