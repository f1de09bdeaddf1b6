// The inbox of a wallet that is served.
import Bytes
import Dispatch
import Documents
import Service
import Synchronization

extension LiveDomain {
    /// Takes a message into the inbox of the wallet.
    public func receive(message line: [UInt8]) throws -> ReceivedMessage {
        guard let inbox else {
            throw ServiceFailure("read-only", "nothing is taken here")
        }
        do {
            let taken = try inbox.take(line)
            return .taken(taken.acknowledgement, isNew: taken.isNew)
        } catch let refusal as Refusal {
            return .refused(refusal)
        } catch MessageError.notAdmitted(let from, _) {
            return .notAdmitted(from.text)
        } catch MessageError.full(_, let limit) {
            return .full(limit: limit)
        } catch {
            throw ServiceFailure(error)
        }
    }
}

/// Takes messages while a server runs, tells the hook, and delivers what waits.
final class LiveInbox: Sendable {
    private let receiver: MessageReceiver
    private let owner: SharedWallet
    private let transport: MessageTransport?
    private let queue = DispatchQueue(label: "inbox")
    private let state = Mutex(State())

    private struct State {
        var isStopped = false
        /// Whether work waits that has not begun: it will see all that has been taken by then.
        var isAwaited = false
        var beats = 0
    }

    /// What waits in the outbox is looked at that often.
    private static let beatsOfDelivery = 10

    /// - Parameter wallet: nobody else uses it from now on. Hooks may take long, so it is not
    ///   the one that answers questions.
    /// - Parameter transport: nil where nothing is sent from here.
    init(_ wallet: Wallet, _ transport: MessageTransport?) throws {
        receiver = try wallet.receiver()
        owner = SharedWallet(wallet)
        self.transport = transport
    }

    func take(_ line: [UInt8]) throws -> TakenMessage {
        let taken = try receiver.take(line)
        if taken.isNew { tend() }
        return taken
    }

    /// To be called once a second.
    func beat() {
        let isDue = state.withLock { state in
            state.beats += 1
            return state.beats % Self.beatsOfDelivery == 1
        }
        if isDue { tend() }
    }

    func stop() { state.withLock { $0.isStopped = true } }

    /// Tells the hook and delivers, soon, on a thread of its own: nobody waits for it.
    private func tend() {
        let isNeeded = state.withLock { state in
            defer { state.isAwaited = true }
            return !state.isStopped && !state.isAwaited
        }
        guard isNeeded else { return }
        queue.async { [self] in
            guard
                state.withLock({ state in
                    state.isAwaited = false
                    return !state.isStopped
                })
            else { return }
            // What fails stays on disk, and is tried at the next beat.
            try? owner.use { wallet in
                _ = try wallet.announceReceived()
                if let transport { _ = try wallet.deliverPending(over: transport) }
            }
        }
    }
}
