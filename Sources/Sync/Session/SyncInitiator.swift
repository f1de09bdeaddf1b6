// The side that asks. All that a session knows is here; the other side remembers nothing.
import Bytes
import Documents

/// What to do next.
public enum SyncStep: Sendable {
    /// Send these frames; there is one answer for each, in their order. Then call `receive`.
    case send([Frame])
    /// It is over.
    case finished(SyncSummary)
}

/// A session as a state machine: any transport can drive it.
///
/// ```
/// var frames = try initiator.start()
/// while true {
///     let step = try initiator.receive(transport.exchange(frames))
///     …
/// }
/// ```
///
/// An interrupted session needs nothing: what came is durable, and the next one goes on from there.
public struct SyncInitiator {
    /// A session of `replica` with a peer.
    /// - Parameter onProgress: called after every turn.
    public init(
        _ replica: any Replica, options: SyncOptions = SyncOptions(),
        onProgress: ((SyncProgress) -> Void)? = nil
    ) { fatalError("to be written") }

    /// The first frames.
    public mutating func start() throws -> [Frame] { fatalError("to be written") }

    /// Takes the answers, one for each frame that was sent.
    /// - Throws: `SyncError`, and whatever the replica throws.
    public mutating func receive(_ answers: [Frame]) throws -> SyncStep {
        fatalError("to be written")
    }
}
