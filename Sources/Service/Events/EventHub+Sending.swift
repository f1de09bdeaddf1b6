// One turn of the hub.

extension EventHub {
    /// Reads what was added to the log and gives it to those who are live.
    func publish() {
        let start = state.withLock { state -> Int? in
            defer { state.isWoken = false }
            return state.isWoken && !state.listeners.isEmpty ? state.head : nil
        }
        // Where the log cannot be read, the next second's tick tries again.
        guard let start,
            let read = try? domain.events(from: start, limit: ServiceLimits.eventPage),
            let last = read.last
        else { return }
        let events = read.map(ConcernedEvent.init)
        let parcels = state.withLock { state -> [Parcel] in
            guard state.head == start else { return [] }
            state.head = last.position + 1
            state.tail.append(events)
            // There may be more than a page.
            state.isWoken = state.isWoken || read.count == ServiceLimits.eventPage
            return Self.parcels(events, state)
        }
        var rendered = [RenderedEvent?](repeating: nil, count: events.count)
        for parcel in parcels {
            let stuck = send(parcel.indices, of: events, to: parcel.outlet, &rendered)
            if let stuck { block(parcel.id, at: events[stuck].served.position) }
        }
    }

    /// What one listener is given of a page.
    private struct Parcel {
        let id: Int
        let outlet: any EventOutlet
        var indices: [Int]
    }

    private static func parcels(_ events: [ConcernedEvent], _ state: State) -> [Parcel] {
        var chosen: [Int: [Int]] = [:]
        for (index, event) in events.enumerated() {
            for id in state.live.candidates(event) {
                if state.listeners[id]?.filter.matches(event) == true {
                    chosen[id, default: []].append(index)
                }
            }
        }
        for id in state.live.all { chosen[id] = Array(events.indices) }
        return chosen.compactMap { id, indices in
            guard let listener = state.listeners[id] else { return nil }
            let wanted = indices.filter { events[$0].served.position >= listener.cursor }
            return Parcel(id: id, outlet: listener.outlet, indices: wanted)
        }
    }

    /// Sends as much as the listener may have ahead.
    /// - Returns: the index of the first event that was not sent; nil where all were.
    private func send(
        _ indices: [Int], of events: [ConcernedEvent], to outlet: any EventOutlet,
        _ rendered: inout [RenderedEvent?]
    ) -> Int? {
        var room = ServiceLimits.aheadBytes - outlet.pendingBytes
        for index in indices {
            guard room > 0 else { return index }
            let event = rendered[index] ?? RenderedEvent(events[index].served)
            rendered[index] = event
            outlet.deliver(event)
            room -= event.frame.count
        }
        return nil
    }

    /// The listener is given nothing more until his connection is empty.
    private func block(_ id: Int, at position: Int) {
        let outlet = state.withLock { state -> (any EventOutlet)? in
            guard let listener = state.listeners[id] else { return nil }
            if listener.phase == .live { state.live.remove(id, listener.filter) }
            state.listeners[id]?.phase = .blocked
            state.listeners[id]?.cursor = position
            return listener.outlet
        }
        // It may have become empty just before.
        if let outlet, outlet.pendingBytes == 0 { drained(id) }
    }

    /// Gives a page to one who is behind, or finds that he is not.
    func catchUp(_ id: Int) {
        let work = state.withLock { state -> (Listener, ArraySlice<ConcernedEvent>?)? in
            guard let listener = state.listeners[id], listener.phase == .ready else { return nil }
            if listener.cursor >= state.head {
                state.listeners[id]?.phase = .live
                state.live.insert(id, listener.filter)
                return nil
            }
            return (
                listener,
                state.tail.events(from: listener.cursor, limit: ServiceLimits.eventPage)
            )
        }
        guard let (listener, cached) = work else { return }
        let events = cached.map(Array.init) ?? read(from: listener.cursor)
        // A log that has become shorter or cannot be read: he may come again.
        guard let events, let last = events.last else {
            leave(id)
            return listener.outlet.end()
        }
        var rendered = [RenderedEvent?](repeating: nil, count: events.count)
        let wanted = events.indices.filter { listener.filter.matches(events[$0]) }
        if let stuck = send(wanted, of: events, to: listener.outlet, &rendered) {
            return block(id, at: events[stuck].served.position)
        }
        state.withLock { state in
            guard state.listeners[id] != nil else { return }
            state.listeners[id]?.cursor = last.served.position + 1
            state.ready.append(id)
        }
    }

    private func read(from position: Int) -> [ConcernedEvent]? {
        (try? domain.events(from: position, limit: ServiceLimits.eventPage))?
            .map(ConcernedEvent.init)
    }
}
