// What a replica says of itself when two meet.
import Bytes
import Cryptography
import Documents

/// A block of the chain: its place and its hash.
public struct BlockPoint: Sendable, Hashable {
    /// Blocks before it.
    public var height: Int
    /// The block document's hash.
    public var hash: Digest256

    /// A block.
    public init(height: Int, hash: Digest256) {
        self.height = height
        self.hash = hash
    }
}

/// The end of a chain of blocks, with what decides between two of them.
public struct ChainTip: Sendable, Hashable {
    /// The last block.
    public var block: BlockPoint
    /// The lease term under which it was sealed. What a peer says of it is not believed before its
    /// blocks have been read.
    public var term: Int

    /// A tip.
    public init(block: BlockPoint, term: Int) {
        self.block = block
        self.term = term
    }
}

/// How far a replica has a device's chain of records since the last cut.
public struct DeviceHead: Sendable, Hashable {
    /// The device.
    public var device: Address
    /// The highest sequence that is held.
    public var sequence: Int
    /// `DeviceHead.digest` of all that is held of the device since the cut.
    public var digest: Digest256

    /// A head.
    public init(device: Address, sequence: Int, digest: Digest256) {
        self.device = device
        self.sequence = sequence
        self.digest = digest
    }

    /// SHA-256 over the records' hashes, 32 bytes each, in the order (sequence, hash). Running: a
    /// `SHA256Stream` that is kept gives it for one record more without the others.
    public static func digest(of records: some Sequence<Digest256>) -> Digest256 {
        var stream = SHA256Stream()
        for record in records { stream.update(record.bytes) }
        return stream.finalize()
    }
}

/// A set of documents in a few bytes.
public struct SetSummary: Sendable, Hashable {
    /// Documents.
    public var count: Int
    /// Negentropy's fingerprint of all of them: 16 bytes.
    public var fingerprint: Fingerprint

    /// A summary.
    public init(count: Int, fingerprint: Fingerprint) {
        self.count = count
        self.fingerprint = fingerprint
    }
}

/// What a replica says of itself: the body of HELLO.
///
/// Sent in two sizes. Brief: the first seven members and `state`, the digest of what is compared.
/// Where the states are equal nothing else is said; else the answer has all of it.
public struct Hello: Sendable, Equatable {
    /// The one version that this program speaks.
    public static let version = "wsync/1"

    /// A hybrid logical clock.
    public struct Clock: Sendable, Hashable {
        /// The highest time seen.
        public var time: Timestamp
        /// Events within it.
        public var tick: Int

        /// A reading.
        public init(time: Timestamp, tick: Int) {
            self.time = time
            self.tick = tick
        }
    }

    /// The clearing domain.
    public var domain: String
    /// The device that answers.
    public var device: Address
    /// Its clock.
    public var clock: Clock
    /// The digest of what follows from the documents: equal for equal sets.
    public var view: Digest256
    /// The name and version of the program.
    public var program: String
    /// The highest lease term that is known.
    public var term: Int
    /// The last block; nil where none is sealed.
    public var tip: ChainTip?
    /// Blocks by descending height, the tip first: see `BlockLocator`.
    public var locator: [BlockPoint]
    /// Unsealed records, ascending by device.
    public var heads: [DeviceHead]
    /// Units, certificates, revocations and allowances of the open block.
    public var notes: SetSummary
    /// Everything else that travels between one's own devices.
    public var entries: SetSummary

    /// What a replica says of itself.
    public init(
        domain: String, device: Address, clock: Clock, view: Digest256, program: String,
        term: Int, tip: ChainTip?, locator: [BlockPoint], heads: [DeviceHead], notes: SetSummary,
        entries: SetSummary
    ) {
        self.domain = domain
        self.device = device
        self.clock = clock
        self.view = view
        self.program = program
        self.term = term
        self.tip = tip
        self.locator = locator
        self.heads = heads.sorted { $0.device < $1.device }
        self.notes = notes
        self.entries = entries
    }
}
