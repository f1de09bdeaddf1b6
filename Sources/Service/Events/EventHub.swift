// From the log to everybody who listens: each hears every event that concerns him once, in the
// order of the log, without gap, however slowly he listens.
import Documents
import Synchronization

/// A listener is *live* while he has been given everything that was published: he costs nothing
/// until an event concerns him. Who takes too long is *blocked* until his connection is empty, and
/// then *ready* to be given more, from the log, a page in his turn.
///
/// All that is sent is sent by one piece of work at a time (`turn`), so order needs no other care.
final class EventHub: Sendable {
    enum Phase { case live, ready, blocked }

    struct Listener {
        let outlet: any EventOutlet
        let filter: EventFilter
        /// The first position that he has not been given. Of a live one: he has been given
        /// everything from here to the head.
        var cursor: Int
        var phase: Phase
    }

    struct State {
        var listeners: [Int: Listener] = [:]
        var reserved: Set<Int> = []
        var nextID = 0
        var live = LiveIndex()
        /// The next position to be published.
        var head = 0
        var tail = TailCache()
        var ready = Fifo<Int>()
        /// Something may have been added to the log.
        var isWoken = false
        var isScheduled = false
        var isStopped = false
        var seconds = 0
    }

    let domain: any ServedDomain
    private let pool: WorkPool
    let state = Mutex(State())

    init(_ domain: any ServedDomain, _ pool: WorkPool) {
        self.domain = domain
        self.pool = pool
    }

    /// Hears of additions to the log from now on.
    func start() {
        domain.observe { [weak self] in self?.wake() }
    }

    /// Those who listen.
    var count: Int { state.withLock { $0.listeners.count } }

    /// A number for one who will listen; nil where there are too many.
    func reserve() -> Int? {
        state.withLock { state in
            guard !state.isStopped,
                state.listeners.count + state.reserved.count < ServiceLimits.subscribers
            else { return nil }
            state.nextID += 1
            state.reserved.insert(state.nextID)
            return state.nextID
        }
    }

    /// Begins to send the events from `position` on; from now on where it is nil. Blocks.
    func subscribe(
        _ id: Int, _ outlet: any EventOutlet, _ filter: EventFilter, from position: Int?
    ) {
        let now = domain.position
        let isIn = state.withLock { state in
            // He may have gone already.
            guard state.reserved.remove(id) != nil, !state.isStopped else { return false }
            if state.listeners.isEmpty {
                state.head = now
                state.tail.clear()
            }
            state.listeners[id] = Listener(
                outlet: outlet, filter: filter, cursor: position ?? now, phase: .ready)
            state.ready.append(id)
            state.isWoken = true
            return true
        }
        if isIn { schedule() } else { outlet.end() }
    }

    /// He is gone.
    func leave(_ id: Int) {
        state.withLock { state in
            state.reserved.remove(id)
            guard let listener = state.listeners.removeValue(forKey: id) else { return }
            if listener.phase == .live { state.live.remove(id, listener.filter) }
        }
    }

    /// He has taken everything.
    func drained(_ id: Int) {
        let isReady = state.withLock { state in
            guard state.listeners[id]?.phase == .blocked else { return false }
            state.listeners[id]?.phase = .ready
            state.ready.append(id)
            return true
        }
        if isReady { schedule() }
    }

    /// Something was added to the log.
    func wake() {
        let isHeard = state.withLock { state in
            if state.listeners.isEmpty { return false }
            state.isWoken = true
            return true
        }
        if isHeard { schedule() }
    }

    /// Once a second: heartbeats, each second those of a part of the connections; and a look at the
    /// log, which other programs may have added to.
    func tick() {
        let outlets = state.withLock { state in
            state.seconds += 1
            let turn = state.seconds % ServiceLimits.heartbeatSeconds
            return state.listeners.filter { $0.key % ServiceLimits.heartbeatSeconds == turn }
                .map(\.value.outlet)
        }
        for outlet in outlets where outlet.pendingBytes == 0 { outlet.heartbeat() }
        wake()
    }

    /// Ends everything.
    func stop() {
        let outlets = state.withLock { state in
            state.isStopped = true
            defer {
                state.listeners = [:]
                state.live = LiveIndex()
                state.tail.clear()
            }
            return state.listeners.values.map(\.outlet)
        }
        for outlet in outlets { outlet.end() }
    }

    private func schedule() {
        let isNeeded = state.withLock { state in
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if isNeeded { pool.submitAlways { [weak self] in self?.turn() } }
    }

    /// Publishes a page, gives a page to one who is ready, and comes again while there is more.
    private func turn() {
        publish()
        if let id = state.withLock({ $0.ready.popFirst() }) { catchUp(id) }
        let isMore = state.withLock { state in
            state.isScheduled = state.isWoken || !state.ready.isEmpty
            return state.isScheduled
        }
        if isMore { pool.submitAlways { [weak self] in self?.turn() } }
    }
}
