// The side that answers. Nothing is remembered from one frame to the next, so it serves a pipe, the
// body of an HTTP request and a WebSocket alike.
import Bytes
import Documents

/// Answers frames from a replica: one answer for each question.
///
/// | question | answer |
/// |---|---|
/// | HELLO | HELLO, in full where the states differ |
/// | BLOCKS, RECORDS, WANT | PACK |
/// | RECONCILE | RECONCILE |
/// | PACK | ACK: what was accepted and what refused |
/// | DONE | ACK: state, view and reports after the fold |
///
/// Everything else, and what cannot be answered, is answered with ERROR.
public struct SyncResponder {
    private let replica: any Replica
    private let isReadOnly: Bool
    private let onFailure: ((any Error) -> Void)?

    /// - Parameters:
    ///   - isReadOnly: whether packs are refused.
    ///   - onFailure: told what the replica threw; the peer learns only that it failed.
    public init(
        _ replica: any Replica, isReadOnly: Bool = false,
        onFailure: ((any Error) -> Void)? = nil
    ) {
        self.replica = replica
        self.isReadOnly = isReadOnly
        self.onFailure = onFailure
    }

    /// The answers to the frames of one request, in their order.
    public func answer(_ frames: [Frame]) -> [Frame] {
        guard frames.count <= SyncLimits.turnFrames else {
            return [
                ErrorMessage(
                    code: SyncError.Code.limitExceeded.rawValue,
                    message: "\(frames.count) frames at once, \(SyncLimits.turnFrames) are allowed"
                ).frame
            ]
        }
        return frames.map { answer($0) }
    }

    /// One answer. Never throws: what is wrong is answered as an ERROR frame.
    public func answer(_ frame: Frame) -> Frame {
        do {
            return try reply(frame)
        } catch let error as SyncError {
            return ErrorMessage(code: error.code.rawValue, message: error.message).frame
        } catch let refusal as Refusal {
            return ErrorMessage(code: refusal.code.rawValue, message: refusal.message).frame
        } catch {
            onFailure?(error)
            return ErrorMessage(code: "failed", message: "the replica could not answer").frame
        }
    }

    private func reply(_ frame: Frame) throws -> Frame {
        switch frame.kind {
        case .hello: return try greet(try HelloMessage(frame.body))
        case .blocks: return try blocks(try BlocksMessage(frame.body))
        case .records: return try records(try RecordsMessage(frame.body))
        case .reconcile: return try reconcile(try ReconcileMessage(frame.body))
        case .want: return try documents(try WantMessage(frame.body))
        case .pack: return try receive(try PackMessage(frame.body).pack)
        case .done:
            guard frame.body.isEmpty else {
                throw SyncError(.malformedMessage, "DONE has no body")
            }
            try refuseWhereReadOnly()
            return AckMessage.conclusion(try replica.conclude()).frame
        case .ack, .error, .auth, .end, .join, .welcome:
            throw SyncError(.unexpectedFrame, "'\(frame.kind)' is no question")
        }
    }

    private func greet(_ peer: HelloMessage) throws -> Frame {
        var hello = try replica.hello
        guard peer.domain == hello.domain else {
            throw SyncError(
                .wrongDomain, "this is a replica of '\(hello.domain)', not of '\(peer.domain)'")
        }
        guard let span = peer.span else {
            return HelloMessage(hello, isFull: peer.state != hello.state).frame
        }
        hello.locator = try BlockLocator.heights(in: span).compactMap { height in
            try replica.blockHash(at: height).map { BlockPoint(height: height, hash: $0) }
        }
        return HelloMessage(hello, isFull: true).frame
    }

    private func blocks(_ question: BlocksMessage) throws -> Frame {
        guard let tip = try replica.tip else {
            throw SyncError(.unexpectedFrame, "no block is sealed here")
        }
        let batch = try replica.blockLines(from: question.from, budget: SyncLimits.packBytes)
        return PackMessage(.blocks(tip: tip, runs: batch.runs), hasMore: batch.hasMore).frame
    }

    private func records(_ question: RecordsMessage) throws -> Frame {
        let batch = try replica.records(
            of: question.device, after: question.after, budget: SyncLimits.packBytes)
        return PackMessage(
            .records(device: question.device, lines: batch.lines), hasMore: batch.hasMore
        ).frame
    }

    private func reconcile(_ question: ReconcileMessage) throws -> Frame {
        let set = try replica.set(question.set)
        return ReconcileMessage(
            question.set, try Reconciliation(set).answer(question.message)
        ).frame
    }

    private func documents(_ question: WantMessage) throws -> Frame {
        let batch = try replica.documents(
            question.ids, of: question.set, budget: SyncLimits.packBytes)
        let pack: Pack =
            switch question.set {
            case .entries: .entries(batch.lines)
            case .notes: .notes(batch.lines)
            }
        return PackMessage(
            pack, hasMore: batch.taken < question.ids.count, taken: batch.taken
        ).frame
    }

    private func receive(_ pack: Pack) throws -> Frame {
        try refuseWhereReadOnly()
        _ = try DocumentCheck.check(pack)
        let reception = try replica.receive(pack)
        return AckMessage.reception(reception, refusedCount: reception.refused.count).frame
    }

    private func refuseWhereReadOnly() throws(SyncError) {
        if isReadOnly {
            throw SyncError(.refusedByPeer, "documents are given here, not taken")
        }
    }
}
