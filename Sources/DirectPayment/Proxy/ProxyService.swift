// A relay on the network: its state, and what follows from what happens.
import Bytes
import Cryptography
import Dispatch
import Documents
import Network
import Synchronization

/// Answers payers over HTTP, and keeps the sockets of wallets.
///
/// Whoever owns it calls `tick()` several times a second.
public final class ProxyService: HTTPHandler {
    /// What the service is told.
    public struct Surroundings: Sendable {
        /// Milliseconds since 1970.
        public var now: @Sendable () -> Int64
        /// For names of messages.
        public var random: any RandomSource
        /// What cannot be stored any more, and why.
        public var onFailure: @Sendable (any Error) -> Void

        /// What the service is told.
        public init(
            now: @escaping @Sendable () -> Int64, random: any RandomSource,
            onFailure: @escaping @Sendable (any Error) -> Void
        ) {
            self.now = now
            self.random = random
            self.onFailure = onFailure
        }
    }

    struct State {
        var core: ProxyCore
        var sockets: [Int: any WebSocketChannel] = [:]
        var responders: [Int: (responder: any HTTPResponder, id: String)] = [:]
        var lastQuestion = 0
        /// What waits for the disk, in order.
        var outbox: [ProxyBatch] = []
        var isWriting = false
        var metrics = ProxyMetrics()
    }

    let state: Mutex<State>
    let surroundings: Surroundings
    let options: ProxyOptions
    /// Whether the address of a peer stands in a field of the request.
    let isBehindProxy: Bool
    private let keeper: ProxyKeeper?
    /// Reads what is long; the loop's thread goes on meanwhile.
    private let heavy = DispatchQueue(label: "proxy.heavy")

    /// - Parameters:
    ///   - store: nil: nothing outlives the process.
    ///   - isBehindProxy: whether requests from this machine come through a server that ends TLS,
    ///     and writes `X-Forwarded-For`.
    /// - Throws: failures of the store.
    public init(
        _ options: ProxyOptions, store: ProxyStore?, isBehindProxy: Bool = false,
        _ surroundings: Surroundings
    ) throws {
        var core = ProxyCore(options)
        for record in try store?.records() ?? [] {
            core.restore(record, now: surroundings.now())
        }
        state = Mutex(State(core: core))
        keeper = store.map { ProxyKeeper($0) }
        self.surroundings = surroundings
        self.options = options
        self.isBehindProxy = isBehindProxy
    }

    /// What has taken too long ends.
    public func tick() { act { $0.core.tick(self.stamp()) } }

    /// Where payers reach it, if nobody has said so before.
    func namePublicURL(_ url: String) {
        state.withLock { state in
            if state.core.options.publicURL.isEmpty { state.core.options.publicURL = url }
        }
    }

    /// Closes all sockets, and waits until what has to be kept is kept.
    public func stop() {
        for socket in state.withLock({ Array($0.sockets.values) }) {
            socket.close(code: 1001, reason: "")
        }
        keeper?.queue.sync {}
    }

    func stamp() -> ProxyStamp {
        // Names of messages: where the kernel has no randomness left, they may repeat.
        ProxyStamp(now: surroundings.now(), seed: (try? surroundings.random.bytes(16)) ?? [])
    }

    /// Does at once what is short, and aside what is long.
    func weigh(_ bytes: Int, _ work: @escaping @Sendable () -> Void) {
        if bytes <= Self.shortBytes { work() } else { heavy.async(execute: work) }
    }

    // limit: what is read on the loop's thread
    private static let shortBytes = 65_536

    /// Changes the state, and does what comes of it: what must be kept is kept first, and nothing
    /// overtakes what waits for it.
    func act(_ change: (inout State) -> [ProxyAction]) {
        let batch: ProxyBatch? = state.withLock { state in
            let actions = change(&state)
            if actions.isEmpty { return nil }
            let batch = state.batch(actions)
            guard keeper != nil, state.isWriting || !batch.records.isEmpty else { return batch }
            state.outbox.append(batch)
            if !state.isWriting {
                state.isWriting = true
                keeper?.queue.async { [self] in write() }
            }
            return nil
        }
        batch?.perform()
    }

    /// Writes what has gathered, all at once, until nothing is left.
    private func write() {
        guard let keeper else { return }
        while true {
            let batches = state.withLock { state in
                let all = state.outbox
                state.outbox = []
                if all.isEmpty { state.isWriting = false }
                return all
            }
            if batches.isEmpty { return }
            var isKept = true
            do {
                try keeper.store.keep(batches.flatMap(\.records), now: surroundings.now())
            } catch {
                isKept = false
                surroundings.onFailure(error)
            }
            for batch in batches { batch.perform(isKept: isKept) }
        }
    }
}

/// The store on its queue.
private final class ProxyKeeper: @unchecked Sendable {  // Safe: only the queue uses the store.
    let store: ProxyStore
    let queue = DispatchQueue(label: "proxy.store")

    init(_ store: ProxyStore) { self.store = store }
}

extension ProxyService.State {
    /// Actions with the sockets and responders that they are for.
    mutating func batch(_ actions: [ProxyAction]) -> ProxyBatch {
        var batch = ProxyBatch()
        for action in actions {
            switch action {
            case .send(let member, let frame):
                guard let socket = sockets[member] else { continue }
                metrics.framesOut += 1
                batch.deeds.append(.send(socket, frame))
            case .close(let member, let code, let reason):
                guard let socket = sockets[member] else { continue }
                batch.deeds.append(.close(socket, code, reason))
            case .answer(let question, let answer):
                guard let responder = responders.removeValue(forKey: question) else { continue }
                metrics.count(answer.status)
                batch.deeds.append(.answer(responder.responder, answer, responder.id))
            case .keep(let record): batch.records.append(record)
            }
        }
        return batch
    }
}
