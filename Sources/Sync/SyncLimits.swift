// Bounds on what a peer, a relay or a bundle may make us hold, read or wait for.
import Bytes

/// Named bounds of the protocol `wsync/1`. One past each is refused and tested.
public enum SyncLimits {
    // Frames

    /// A frame: its type and body.
    public static let frameBytes = 1_048_576
    /// A PACK frame: a line of the log may be longer than other frames are, and must travel.
    public static let packFrameBytes = Limits.storedLineBytes + 65_536
    /// Documents of one pack: what commits together.
    public static let packBytes = 262_144
    /// Lines of one pack.
    public static let packLines = 4_096
    /// Frames of one turn, and so of one HTTP request.
    public static let turnFrames = 8
    /// Control bodies, HELLO and ACK among them.
    public static let controlBytes = 262_144

    /// The text of an age recipient.
    public static let recipientBytes = 256

    // What a HELLO says

    /// Devices with unsealed records.
    public static let heads = 256
    /// Blocks that a HELLO names.
    public static let locatorPoints = 64
    /// Blocks at the tip that a HELLO names one by one.
    public static let locatorRecent = 8
    /// Versions of the protocol that a HELLO offers.
    public static let versions = 8
    /// A program's name, a version's, a kind's, an error's code.
    public static let nameBytes = 64
    /// A sentence in an error or a refusal.
    public static let messageBytes = 1_024

    // Reconciliation

    /// A message: the frame size limit of Negentropy.
    public static let reconciliationBytes = 262_144
    /// The least frame size limit that Negentropy works with.
    public static let reconciliationLeastBytes = 4_096
    /// Ranges of one message.
    public static let ranges = 65_536
    /// Messages from one side.
    public static let reconciliationRounds = 4_096
    /// Ids that a session may learn from its peer.
    public static let neededIDs = 4_000_000

    // Sessions

    /// Ids of one WANT.
    public static let wantedIDs = 1_024
    /// Refusals that one ACK lists.
    public static let listedRefusals = 256
    /// Refused documents after which a session ends: a peer that sends nothing else.
    public static let refusals = 10_000
    /// Times that the block where two chains part is looked for between two known ones.
    public static let locatorRounds = 8
    /// Times that a session greets: once for each exchange that may change what is compared.
    public static let greetings = 8
    /// Turns of one session.
    public static let turns = 1_000_000
    /// Bytes that a session takes from a peer.
    public static let sessionBytes = 68_719_476_736

    // Bundles

    /// Frames of one bundle.
    public static let bundleFrames = 10_000_000
    /// A bundle.
    public static let bundleBytes = 68_719_476_736

    // Signed requests

    /// How far a request's time may be from ours, either way.
    public static let requestMilliseconds: Int64 = 300_000
    /// A request's nonce.
    public static let nonceBytes = 16
    /// Nonces that are remembered.
    public static let nonces = 100_000
}
