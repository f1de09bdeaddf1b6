// Threads for what may block.
import Dispatch
import Synchronization

/// Runs work on a bounded number of threads, in order of arrival. What waits is bounded too.
final class WorkPool: Sendable {
    private struct State {
        var waiting = Fifo<@Sendable () -> Void>()
        var running = 0
    }

    private let width: Int
    private let limit: Int
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "service", attributes: .concurrent)

    init(width: Int, limit: Int = ServiceLimits.waitingWork) {
        self.width = max(1, width)
        self.limit = limit
    }

    /// Work that waits for a thread.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Runs `work` when a thread is free; false, and nothing is done, where too much waits.
    func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        enqueue(work, limit: limit)
    }

    /// Runs `work` however much waits: for the few things of which there is only ever one.
    func submitAlways(_ work: @escaping @Sendable () -> Void) { _ = enqueue(work, limit: .max) }

    private func enqueue(_ work: @escaping @Sendable () -> Void, limit: Int) -> Bool {
        enum Outcome { case refused, queued, started }
        let outcome = state.withLock { state in
            guard state.waiting.count < limit else { return Outcome.refused }
            state.waiting.append(work)
            guard state.running < width else { return .queued }
            state.running += 1
            return .started
        }
        if outcome == .started { queue.async { self.drain() } }
        return outcome != .refused
    }

    private func drain() {
        while let work = next() { work() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            if let work = state.waiting.popFirst() { return work }
            state.running -= 1
            return nil
        }
    }
}
