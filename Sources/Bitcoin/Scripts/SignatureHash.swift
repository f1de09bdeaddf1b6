// What a signature in a transaction signs, since the fork of August 2017.
import Bytes
import Cryptography

/// The signature hash with FORKID (BIP143's, as Bitcoin SV's consensus has it): it commits to the
/// amount that is spent.
public enum SignatureHash {
    /// What a signature commits to: the byte at its end. FORKID is always set.
    public struct Kind: Hashable, Sendable {
        /// Which outputs.
        public enum Base: UInt8, Sendable, CaseIterable {
            /// All of them.
            case all = 1
            /// None.
            case none = 2
            /// The one at the input's place.
            case single = 3
        }

        /// Which outputs.
        public let base: Base
        /// Whether the other inputs may change.
        public let anyoneCanPay: Bool

        private static let forkID: UInt8 = 0x40
        private static let anyone: UInt8 = 0x80

        /// Everything: what we sign, 0x41.
        public static let all = Kind(base: .all)

        /// A kind.
        public init(base: Base, anyoneCanPay: Bool = false) {
            self.base = base
            self.anyoneCanPay = anyoneCanPay
        }

        /// The kind of a byte; nil without FORKID, with another base or another bit.
        public init?(_ byte: UInt8) {
            guard byte & Self.forkID != 0,
                let base = Base(rawValue: byte & ~(Self.forkID | Self.anyone))
            else { return nil }
            self.init(base: base, anyoneCanPay: byte & Self.anyone != 0)
        }

        /// The byte at a signature's end.
        public var byte: UInt8 {
            base.rawValue | Self.forkID | (anyoneCanPay ? Self.anyone : 0)
        }
    }

    /// The bytes whose double SHA-256 is signed for an input that spends an output.
    public static func preimage(
        _ transaction: BitcoinTransaction, input: Int, spending: TransactionOutput,
        kind: Kind = .all
    ) -> [UInt8] {
        SignatureCommitments(transaction).preimage(input, spending, kind)
    }

    /// What is signed for an input that spends an output.
    public static func digest(
        _ transaction: BitcoinTransaction, input: Int, spending: TransactionOutput,
        kind: Kind = .all
    ) -> Digest256 {
        Hash.sha256d(preimage(transaction, input: input, spending: spending, kind: kind))
    }
}

/// The hashes that the inputs of one transaction share, made once: else a transaction of many
/// inputs would be hashed as often.
struct SignatureCommitments {
    private let version: Int32
    private let inputs: [TransactionInput]
    private let outputs: [TransactionOutput]
    private let lockTime: UInt32
    private let outpointsHash: Digest256
    private let sequencesHash: Digest256
    private let outputsHash: Digest256

    init(
        version: Int32, inputs: [TransactionInput], outputs: [TransactionOutput], lockTime: UInt32
    ) {
        self.version = version
        self.inputs = inputs
        self.outputs = outputs
        self.lockTime = lockTime
        var bytes: [UInt8] = []
        for input in inputs { input.outpoint.write(to: &bytes) }
        outpointsHash = Hash.sha256d(bytes)
        bytes.removeAll(keepingCapacity: true)
        for input in inputs { bytes.appendLittleEndian(input.sequence) }
        sequencesHash = Hash.sha256d(bytes)
        bytes.removeAll(keepingCapacity: true)
        for output in outputs { output.write(to: &bytes) }
        outputsHash = Hash.sha256d(bytes)
    }

    init(_ transaction: BitcoinTransaction) {
        self.init(
            version: transaction.version, inputs: transaction.inputs,
            outputs: transaction.outputs, lockTime: transaction.lockTime)
    }

    func preimage(
        _ place: Int, _ spending: TransactionOutput, _ kind: SignatureHash.Kind
    ) -> [UInt8] {
        precondition(inputs.indices.contains(place), "the transaction has the input")
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(version)
        bytes += (kind.anyoneCanPay ? .zero : outpointsHash).bytes
        let signsSequences = !kind.anyoneCanPay && kind.base == .all
        bytes += (signsSequences ? sequencesHash : .zero).bytes
        inputs[place].outpoint.write(to: &bytes)
        spending.script.write(to: &bytes)
        bytes.appendLittleEndian(spending.satoshis)
        bytes.appendLittleEndian(inputs[place].sequence)
        switch kind.base {
        case .all: bytes += outputsHash.bytes
        case .single where outputs.indices.contains(place):
            bytes += Hash.sha256d(outputs[place].bytes).bytes
        case .single, .none: bytes += Digest256.zero.bytes
        }
        bytes.appendLittleEndian(lockTime)
        bytes.appendLittleEndian(UInt32(kind.byte))
        return bytes
    }

    func digest(
        _ place: Int, _ spending: TransactionOutput, _ kind: SignatureHash.Kind
    ) -> Digest256 {
        Hash.sha256d(preimage(place, spending, kind))
    }
}
