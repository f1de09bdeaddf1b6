// Requests wait here for the store. What has come while a batch was being written is the next batch,
// and each batch is made durable once.
import Dispatch
import Network
import Synchronization

/// What a request has come to, and what is to be done once that is durable.
struct ChannelOutcome {
    var response: HTTPResponse
    var afterwards: (@Sendable () -> Void)?

    init(_ response: HTTPResponse, afterwards: (@Sendable () -> Void)? = nil) {
        self.response = response
        self.afterwards = afterwards
    }
}

/// A store that is lent to one at a time.
final class SharedStore: @unchecked Sendable {  // Safe: the lock lends the store.
    private let lock = Mutex(())
    private let store: ChannelStore

    init(_ store: ChannelStore) { self.store = store }

    func use<Result>(_ body: (ChannelStore) throws -> Result) rethrows -> Result {
        try lock.withLock { _ in try body(store) }
    }
}

/// Works that wait.
final class ChannelQueue: Sendable {
    /// One request.
    struct Work: Sendable {
        /// May be called twice, where others in its batch have failed.
        let run: @Sendable (ChannelStore) throws -> ChannelOutcome
        let done: @Sendable (Result<ChannelOutcome, any Error>) -> Void
    }

    private struct State {
        var waiting: [Work] = []
        var isRunning = false
    }

    private let store: SharedStore
    private let isWriting: Bool
    private let onFailure: @Sendable (any Error) -> Void
    private let queue: DispatchQueue
    private let state = Mutex(State())

    /// Requests that wait; more are told to come again.
    private static let waitingLimit = 4_096
    /// Requests that are made durable together.
    private static let batchLimit = 256

    /// - Parameters:
    ///   - isWriting: whether works change the store.
    ///   - onFailure: told where the store cannot be kept in order.
    init(
        _ store: SharedStore, isWriting: Bool, onFailure: @escaping @Sendable (any Error) -> Void
    ) {
        self.store = store
        self.onFailure = onFailure
        self.isWriting = isWriting
        queue = DispatchQueue(label: isWriting ? "channels.write" : "channels.read")
    }

    /// Adds a work; false where too many wait.
    func add(_ work: Work) -> Bool {
        let (isTaken, begins) = state.withLock { state in
            guard state.waiting.count < Self.waitingLimit else { return (false, false) }
            state.waiting.append(work)
            defer { state.isRunning = true }
            return (true, !state.isRunning)
        }
        if begins { queue.async { self.work() } }
        return isTaken
    }

    /// Works until nothing waits.
    private func work() {
        while true {
            let batch = state.withLock { state in
                let batch = Array(state.waiting.prefix(Self.batchLimit))
                state.waiting.removeFirst(batch.count)
                state.isRunning = !batch.isEmpty
                return batch
            }
            if batch.isEmpty { return }
            let outcomes = isWriting ? written(batch) : read(batch)
            for (work, outcome) in zip(batch, outcomes) {
                work.done(outcome)
                if case .success(let outcome) = outcome { outcome.afterwards?() }
            }
            guard isWriting else { continue }
            do { try store.use { try $0.moveLongLog() } } catch { onFailure(error) }
        }
    }

    private func read(_ batch: [Work]) -> [Result<ChannelOutcome, any Error>] {
        batch.map { work in Result { try store.use { try work.run($0) } } }
    }

    private func written(_ batch: [Work]) -> [Result<ChannelOutcome, any Error>] {
        do { return try together(batch) } catch {
            // Whoever is not at fault shall not suffer from it.
            guard batch.count > 1 else { return [.failure(error)] }
            return batch.map { work in
                do { return try together([work])[0] } catch { return .failure(error) }
            }
        }
    }

    /// - Throws: what the store itself fails with; nothing has happened then.
    private func together(_ batch: [Work]) throws -> [Result<ChannelOutcome, any Error>] {
        try store.use { store in
            var outcomes: [Result<ChannelOutcome, any Error>] = []
            try store.together {
                for work in batch {
                    do {
                        outcomes.append(.success(try store.transaction { try work.run(store) }))
                    } catch let error as ChannelError {
                        outcomes.append(.failure(error))
                    } catch let error as ChannelProblem {
                        outcomes.append(.failure(error))
                    }
                }
            }
            return outcomes
        }
    }
}
