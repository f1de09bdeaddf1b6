// The latest events, so that many who are nearly there do not read the log one by one.

/// Consecutive events up to the newest one, bounded in number and bytes.
struct TailCache: Sendable {
    private var events: [ConcernedEvent] = []
    private var first = 0
    private var bytes = 0

    /// Appends events; what does not continue the old ones replaces them.
    mutating func append(_ new: [ConcernedEvent]) {
        guard let next = new.first else { return }
        if let last = events.last, last.served.position + 1 != next.served.position { clear() }
        events.append(contentsOf: new)
        bytes += new.reduce(0) { $0 + $1.served.line.count }
        while events.count - first > ServiceLimits.tailEvents
            || (bytes > ServiceLimits.tailBytes && first < events.count)
        {
            bytes -= events[first].served.line.count
            first += 1
        }
        if first * 2 >= events.count {
            events.removeFirst(first)
            first = 0
        }
    }

    /// The events from `position` on; nil where they are not all here.
    func events(from position: Int, limit: Int) -> ArraySlice<ConcernedEvent>? {
        guard first < events.count else { return nil }
        let offset = position - events[first].served.position
        guard offset >= 0, first + offset < events.count else { return nil }
        return events[(first + offset)...].prefix(limit)
    }

    mutating func clear() { self = TailCache() }
}
