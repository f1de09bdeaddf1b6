// The side that answers. Nothing is remembered from one frame to the next, so it serves a pipe, the
// body of an HTTP request and a WebSocket alike.
import Bytes
import Documents

/// Answers frames from a replica.
public struct SyncResponder {
    /// - Parameters:
    ///   - isReadOnly: whether packs are refused.
    ///   - onFailure: told what the replica threw; the peer learns only that it failed.
    public init(
        _ replica: any Replica, isReadOnly: Bool = false,
        onFailure: ((any Error) -> Void)? = nil
    ) { fatalError("to be written") }

    /// One answer. Never throws: what is wrong is answered as an ERROR frame.
    public func answer(_ frame: Frame) -> Frame { fatalError("to be written") }

    /// The answers to the frames of one request, in their order; at most `SyncLimits.turnFrames`.
    public func answer(_ frames: [Frame]) -> [Frame] { fatalError("to be written") }
}
