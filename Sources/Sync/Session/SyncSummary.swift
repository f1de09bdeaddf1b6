// What came of a session.
import Bytes
import Documents

/// What a session is asked to do.
public struct SyncOptions: Sendable, Equatable {
    /// Which way documents go.
    public enum Direction: String, Sendable, CaseIterable {
        case both, pull, push
    }

    /// Which way documents go.
    public var direction: Direction
    /// Whether only to say what would go.
    public var isDryRun: Bool

    /// Options.
    public init(direction: Direction = .both, isDryRun: Bool = false) {
        self.direction = direction
        self.isDryRun = isDryRun
    }
}

/// Documents of each kind.
public struct SyncCounts: Sendable, Equatable {
    /// Lines of sealed segments; in a dry run blocks.
    public var blocks = 0
    /// Records.
    public var records = 0
    /// Notes of the open block.
    public var notes = 0
    /// Entries.
    public var entries = 0

    /// Nothing.
    public init() {}

    /// All of them.
    public var total: Int { blocks + records + notes + entries }
}

/// How far a session has come.
public struct SyncProgress: Sendable, Equatable {
    /// What is being exchanged.
    public enum Phase: String, Sendable, CaseIterable {
        case greeting, blocks, notes, records, entries, concluding, finished
    }

    /// What is being exchanged.
    public var phase: Phase = .greeting
    /// Documents that came.
    public var received = SyncCounts()
    /// Documents that went.
    public var sent = SyncCounts()
    /// Bytes of frames that came.
    public var receivedBytes = 0
    /// Bytes of frames that went.
    public var sentBytes = 0
    /// Turns: frames that went, and their answers.
    public var turns = 0
    /// Entries and notes that are known to be still to come.
    public var expected = 0

    /// Nothing yet.
    public init() {}
}

/// What came of a session.
public struct SyncSummary: Sendable, Equatable {
    /// What went, and how much.
    public var progress: SyncProgress
    /// In a dry run what would have come, else what came.
    public var incoming: SyncCounts
    /// In a dry run what would have gone, else what went.
    public var outgoing: SyncCounts
    /// Documents that were new here.
    public var accepted: Int
    /// Documents that were new there.
    public var acceptedByPeer: Int
    /// What we did not take, at most `SyncLimits.listedRefusals` of it.
    public var refused: [Rejection]
    /// How much we did not take.
    public var refusedCount: Int
    /// What the peer did not take, at most `SyncLimits.listedRefusals` of it.
    public var refusedByPeer: [Rejection]
    /// How much the peer did not take.
    public var refusedByPeerCount: Int
    /// Documents that were offered and then not held any more.
    public var missing: Int
    /// Reports that were made here.
    public var reports: Int
    /// Reports that were made there.
    public var reportsOfPeer: Int
    /// Whether both sides now hold equal sets with equal results.
    public var isConverged: Bool
    /// What the peer said of itself last.
    public var peer: PeerIdentity?
}

/// Who the peer says that it is.
public struct PeerIdentity: Sendable, Equatable {
    /// The device.
    public var device: Address
    /// Its clock: far from ours is worth a warning.
    public var clock: Hello.Clock
    /// The name and version of its program; empty where it was not said.
    public var program: String
}
