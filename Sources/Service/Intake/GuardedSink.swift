// A stream whose sender has to be known first.
import Network
import Synchronization

/// Holds a body back until it is known whether it may be sent at all; then hands it on, or drops
/// it. Reading stops meanwhile, so little comes.
final class GuardedSink: HTTPBodySink {
    private enum Phase: Sendable {
        case waiting(pieces: [[UInt8]], hasEnded: Bool)
        case open(any HTTPBodySink)
        case closed
    }

    private let phase = Mutex(Phase.waiting(pieces: [], hasEnded: false))

    /// Looks the token up on the pool; `open` makes the sink that takes the body then.
    init(
        _ call: Call, _ responder: any HTTPResponder, _ flow: any FlowControl,
        open: @escaping @Sendable () -> any HTTPBodySink
    ) {
        flow.pause()
        let isTaken = call.context.pool.submit { [self] in
            do {
                try call.context.authorise(call)
                pass(to: open())
            } catch {
                phase.withLock { $0 = .closed }
                responder.send(call.finished(ServiceError(error).response))
            }
            flow.resume()
        }
        guard !isTaken else { return }
        phase.withLock { $0 = .closed }
        responder.send(call.finished(ServiceError.busy.response))
        flow.resume()
    }

    /// Hands on what has come meanwhile; what comes now waits until that is done.
    private func pass(to sink: any HTTPBodySink) {
        while true {
            let rest = phase.withLock { phase -> (pieces: [[UInt8]], hasEnded: Bool)? in
                guard case .waiting(let pieces, let hasEnded) = phase else { return nil }
                let isLast = pieces.isEmpty
                phase = isLast ? .open(sink) : .waiting(pieces: [], hasEnded: hasEnded)
                return (pieces, isLast && hasEnded)
            }
            guard let rest else { return sink.failed() }
            for piece in rest.pieces { sink.received(piece) }
            if rest.pieces.isEmpty {
                if rest.hasEnded { sink.ended() }
                return
            }
        }
    }

    func received(_ bytes: [UInt8]) {
        let sink = phase.withLock { phase -> (any HTTPBodySink)? in
            switch phase {
            case .waiting(let pieces, let hasEnded):
                phase = .waiting(pieces: pieces + [bytes], hasEnded: hasEnded)
                return nil
            case .open(let sink): return sink
            case .closed: return nil
            }
        }
        sink?.received(bytes)
    }

    func ended() {
        let sink = phase.withLock { phase -> (any HTTPBodySink)? in
            switch phase {
            case .waiting(let pieces, _):
                phase = .waiting(pieces: pieces, hasEnded: true)
                return nil
            case .open(let sink): return sink
            case .closed: return nil
            }
        }
        sink?.ended()
    }

    func failed() {
        let sink = phase.withLock { phase -> (any HTTPBodySink)? in
            defer { phase = .closed }
            if case .open(let sink) = phase { return sink }
            return nil
        }
        sink?.failed()
    }
}
