// What the two sides of a session need of the wallet behind them.
import Bytes
import Documents

/// Lines of sealed segments, as a pack has them.
public struct BlockBatch: Sendable, Equatable {
    /// Ascending, without a gap.
    public var runs: [BlockRun]
    /// Whether more follow up to the tip.
    public var hasMore: Bool

    /// A batch.
    public init(runs: [BlockRun], hasMore: Bool) {
        self.runs = runs
        self.hasMore = hasMore
    }
}

/// Records of one device.
public struct RecordBatch: Sendable, Equatable {
    /// Ascending by (sequence, hash), lines without newlines.
    public var lines: [[UInt8]]
    /// Whether the device has more of them.
    public var hasMore: Bool

    /// A batch.
    public init(lines: [[UInt8]], hasMore: Bool) {
        self.lines = lines
        self.hasMore = hasMore
    }
}

/// Documents by their ids.
public struct DocumentBatch: Sendable, Equatable {
    /// In the order of the ids, lines without newlines.
    public var lines: [[UInt8]]
    /// How many of the ids have been answered, from the first on; what is not held is passed over.
    public var taken: Int

    /// A batch.
    public init(lines: [[UInt8]], taken: Int) {
        self.lines = lines
        self.taken = taken
    }
}

/// A copy of a domain's documents: what a session reads from, and writes into.
///
/// Nothing here waits for the peer, and nothing is remembered between calls but documents. Whoever
/// implements it verifies every document itself, its canonical form and `meta` too: the session
/// checks only that what comes is what was asked for, and that its data gives its hash.
///
/// A batch holds at most `budget` bytes of lines, but at least one line where there is one, and at
/// most `SyncLimits.packLines` lines.
public protocol Replica {
    /// What stands here now. `locator` is `BlockLocator.points` of the chain; `notes` and `entries`
    /// are the summaries of the sets that `set` gives.
    var hello: Hello { get throws }

    /// The end of this replica's chain: `hello.tip`, but cheaper where that can be.
    var tip: ChainTip? { get throws }

    /// The block at a height of this replica's chain; nil above its tip.
    func blockHash(at height: Int) throws -> Digest256?

    /// Whether `theirs` would win over this replica's chain: the highest lease term, then the
    /// longest, then the lowest hash. Asked only where neither chain continues the other. What
    /// `theirs` says is not proven: the blocks that come decide.
    func prefers(_ theirs: ChainTip) throws -> Bool

    /// The next line to ask for of the chain that ends at `tip`, where some have come before:
    /// nothing is sent twice after an interruption. Nil where none have.
    func resumePoint(for tip: ChainTip) throws -> BlockPosition?

    /// Lines of this replica's sealed segments from a position on.
    func blockLines(from position: BlockPosition, budget: Int) throws -> BlockBatch

    /// Unsealed records of a device behind `position`.
    func records(
        of device: Address, after position: RecordPosition, budget: Int
    ) throws -> RecordBatch

    /// A set as it stands now. Notes have timestamp 0.
    func set(_ set: SyncSet) throws -> any ReconciledSet

    /// The documents of `ids`, for as many of them as the budget allows.
    func documents(_ ids: [Digest256], of set: SyncSet, budget: Int) throws -> DocumentBatch

    /// Verifies what came and keeps what is good: one durable chunk. Documents that are held already
    /// are no mistake. A line that is refused does not keep out the others.
    ///
    /// Lines of segments are kept aside until their chain is complete up to `tip`; where it then
    /// wins, it is adopted before this returns.
    func receive(_ pack: Pack) throws -> Reception

    /// Folds what is held, and makes the reports that follow.
    func conclude() throws -> Conclusion
}

extension Replica {
    /// The end of this replica's chain.
    public var tip: ChainTip? {
        get throws { try hello.tip }
    }
}
