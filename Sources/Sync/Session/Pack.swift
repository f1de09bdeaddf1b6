// Documents on their way, with where they belong.
import Bytes
import Documents

/// Which of the sets that are reconciled by their ids.
public enum SyncSet: UInt8, Sendable, CaseIterable {
    /// Everything that travels between one's own devices and stands in no log.
    case entries = 0
    /// Units, certificates, revocations and allowances of the open block.
    case notes = 1
}

/// A line of the sealed log: where to begin.
public struct BlockPosition: Sendable, Hashable {
    /// The segment.
    public var height: Int
    /// Lines of the segment before it.
    public var line: Int

    /// A place.
    public init(height: Int, line: Int) {
        self.height = height
        self.line = line
    }
}

/// Consecutive lines of one segment.
public struct BlockRun: Sendable, Equatable {
    /// Where the first of them stands.
    public var start: BlockPosition
    /// The lines without newlines, as they stand in the segment.
    public var lines: [[UInt8]]
    /// Whether the last of them is the block document that ends the segment.
    public var isComplete: Bool

    /// A run.
    public init(start: BlockPosition, lines: [[UInt8]], isComplete: Bool) {
        self.start = start
        self.lines = lines
        self.isComplete = isComplete
    }

    /// Where the next line stands.
    public var end: BlockPosition {
        isComplete
            ? BlockPosition(height: start.height + 1, line: 0)
            : BlockPosition(height: start.height, line: start.line + lines.count)
    }
}

/// A place in a device's chain: everything after it is greater by (sequence, hash).
public struct RecordPosition: Sendable, Hashable {
    /// The sequence, 0 before the first.
    public var sequence: Int
    /// The record among those of one sequence; nil: behind all of them.
    public var hash: Digest256?

    /// A place.
    public init(sequence: Int, hash: Digest256? = nil) {
        self.sequence = sequence
        self.hash = hash
    }

    /// Before everything: all records since the cut.
    public static let start = RecordPosition(sequence: 0)
}

/// Documents that are sent, and taken in, together: one durable chunk.
public enum Pack: Sendable, Equatable {
    /// Lines of sealed segments, ascending without a gap, of the chain that ends at `tip`.
    case blocks(tip: ChainTip, runs: [BlockRun])
    /// Unsealed records of one device, ascending by (sequence, hash).
    case records(device: Address, lines: [[UInt8]])
    /// Notes of the open block.
    case notes([[UInt8]])
    /// Entries.
    case entries([[UInt8]])

    /// All lines.
    public var lines: [[UInt8]] {
        switch self {
        case .blocks(_, let runs): runs.flatMap(\.lines)
        case .records(_, let lines), .notes(let lines), .entries(let lines): lines
        }
    }
}

/// A document that was not taken.
public struct Rejection: Sendable, Hashable {
    /// Its hash, where it could be read.
    public var hash: Digest256?
    /// A stable code: a `RefusalCode`, or what the replica adds to them.
    public var code: String
    /// A sentence: no capital, no full stop.
    public var message: String

    /// A rejection.
    public init(hash: Digest256?, code: String, message: String) {
        self.hash = hash
        self.code = code
        self.message = message
    }
}

/// What became of a pack. Everything that is accepted is durable.
public struct Reception: Sendable, Equatable {
    /// Documents that were new and are held now.
    public var accepted: Int
    /// Documents that were held already.
    public var known: Int
    /// Documents that are not held.
    public var refused: [Rejection]
    /// After a pack of blocks: the next line that is wanted of its chain; nil where none is, because
    /// the chain is complete or is not wanted.
    public var next: BlockPosition?

    /// A reception.
    public init(
        accepted: Int = 0, known: Int = 0, refused: [Rejection] = [], next: BlockPosition? = nil
    ) {
        self.accepted = accepted
        self.known = known
        self.refused = refused
        self.next = next
    }
}

/// What follows from the documents that are held now.
public struct Conclusion: Sendable, Equatable {
    /// Digest of blocks, heads, notes and entries: `Hello.state`.
    public var state: Digest256
    /// Digest of what follows from them.
    public var view: Digest256
    /// Reports of changed results, made since the last conclusion.
    public var reports: Int

    /// A conclusion.
    public init(state: Digest256, view: Digest256, reports: Int) {
        self.state = state
        self.view = view
        self.reports = reports
    }
}
