// Clearing what many ask for at once with one sync.
import Bytes
import Dispatch
import Documents
import Graphstore
import Service
import Synchronization

/// Gathers lines while a batch is being committed, and commits them together as the next one.
final class GroupCommit: Sendable {
    /// A line that waits, and who waits for it.
    struct Waiting: Sendable {
        let line: PreparedLine
        let answer: @Sendable (ClearedLine) -> Void
    }

    private struct State {
        var waiting: [Waiting] = []
        var preparing = 0
        var failure: ServiceFailure?
        var isStopping = false
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)
    private let pool = DispatchQueue(label: "verify", attributes: .concurrent)
    private let clear: @Sendable ([PreparedLine]) throws -> [(decision: Decision, line: [UInt8])]
    private let idle: @Sendable () -> Void
    private let onFailure: @Sendable (any Error) -> Void

    /// Milliseconds without work after which the index is written.
    private static let idleMilliseconds = 200

    /// - Parameter clear: commits a batch; called on one thread.
    /// - Parameter idle: called on the same thread when nothing has come for a while.
    /// - Parameter onFailure: called once, after which nothing is cleared any more.
    init(
        clear:
            @escaping @Sendable ([PreparedLine]) throws -> [(
                decision: Decision, line: [UInt8]
            )],
        idle: @escaping @Sendable () -> Void, onFailure: @escaping @Sendable (any Error) -> Void
    ) {
        self.clear = clear
        self.idle = idle
        self.onFailure = onFailure
    }

    /// Begins to commit.
    func start() { DispatchQueue(label: "commit").async { self.run() } }

    /// Lines that have no answer yet.
    var waitingLines: Int { state.withLock { $0.waiting.count + $0.preparing } }

    /// Verifies a line on the pool, then lets it wait for the next batch.
    func submit(_ bytes: [UInt8], _ answer: @escaping @Sendable (ClearedLine) -> Void) {
        if let failure = state.withLock({ state -> ServiceFailure? in
            if state.failure == nil { state.preparing += 1 }
            return state.failure
        }) {
            return answer(.undecided(failure))
        }
        pool.async { [self] in
            let isTooLong = bytes.count > Limits.lineBytes
            let line = PreparedLine(
                InputLine(file: nil, number: 0, bytes: isTooLong ? nil : bytes))
            let failure = state.withLock { state -> ServiceFailure? in
                state.preparing -= 1
                if state.failure == nil {
                    state.waiting.append(Waiting(line: line, answer: answer))
                }
                return state.failure
            }
            if let failure { answer(.undecided(failure)) } else { signal.signal() }
        }
    }

    /// Commits what waits, then no more; returns when that is done.
    func stop() {
        state.withLock { $0.isStopping = true }
        signal.signal()
        finished.wait()
    }

    private func run() {
        defer { finished.signal() }
        while true {
            if signal.wait(timeout: .now() + .milliseconds(Self.idleMilliseconds)) == .timedOut {
                idle()
                signal.wait()
            }
            let (batch, isOver) = take()
            if !batch.isEmpty { commit(batch) }
            if isOver { return }
        }
    }

    private func take() -> (batch: [Waiting], isOver: Bool) {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(Limits.batchLines))
            state.waiting.removeFirst(batch.count)
            let isOver = state.isStopping && state.waiting.isEmpty && state.preparing == 0
            if isOver, state.failure == nil {
                state.failure = ServiceFailure("stopping", "the server stops")
            }
            // Whatever did not fit has no signal of its own left when its wakes are coalesced.
            if !state.waiting.isEmpty || state.isStopping && !isOver { signal.signal() }
            return (batch, isOver)
        }
    }

    private func commit(_ batch: [Waiting]) {
        do {
            let answers = try clear(batch.map(\.line))
            for (waiting, answer) in zip(batch, answers) {
                waiting.answer(ClearedLine(answer.decision, answer.line))
            }
        } catch WalletError.busy(let seconds) {
            let failure = ServiceFailure(
                "busy", "another process has been writing for \(seconds) seconds")
            for waiting in batch { waiting.answer(.undecided(failure)) }
        } catch {
            fail(batch, error)
        }
    }

    /// After a failed write nobody knows what the disk has: nothing is written any more.
    private func fail(_ batch: [Waiting], _ error: any Error) {
        let failure = ServiceFailure("storage", "the ledger cannot be written")
        let rest = state.withLock { state in
            state.failure = failure
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiting in batch + rest { waiting.answer(.undecided(failure)) }
        onFailure(error)
    }
}

extension ClearedLine {
    init(_ decision: Decision, _ line: [UInt8]) {
        let document = line.last == UInt8(ascii: "\n") ? Array(line.dropLast()) : line
        switch decision {
        case .cleared(let transaction, _, _): self = .cleared(document, transaction.hash)
        case .entered(let unit, _): self = .cleared(document, unit.hash)
        case .replayed(let hash): self = .replayed(document, hash)
        case .refused(let refusal): self = .refused(refusal)
        }
    }
}
