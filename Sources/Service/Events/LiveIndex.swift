// Who is concerned by an event, without asking everybody.
import Documents

/// Listeners who have heard everything so far, by what they want to hear of.
struct LiveIndex: Sendable {
    private(set) var all: Set<Int> = []
    private var byAddress: [Address: Set<Int>] = [:]
    private var byUnit: [Address: Set<Int>] = [:]

    mutating func insert(_ id: Int, _ filter: EventFilter) {
        if let address = filter.address {
            byAddress[address, default: []].insert(id)
        } else if let unit = filter.unit {
            byUnit[unit, default: []].insert(id)
        } else {
            all.insert(id)
        }
    }

    mutating func remove(_ id: Int, _ filter: EventFilter) {
        if let address = filter.address {
            byAddress[address]?.remove(id)
            if byAddress[address]?.isEmpty == true { byAddress[address] = nil }
        } else if let unit = filter.unit {
            byUnit[unit]?.remove(id)
            if byUnit[unit]?.isEmpty == true { byUnit[unit] = nil }
        } else {
            all.remove(id)
        }
    }

    /// Who may be concerned beside `all`; the filter has the last word.
    func candidates(_ event: ConcernedEvent) -> Set<Int> {
        guard !byAddress.isEmpty || !byUnit.isEmpty else { return [] }
        var found: Set<Int> = []
        for key in event.served.counters {
            if let some = byAddress[key.address] { found.formUnion(some) }
            if let some = byUnit[key.symbol] { found.formUnion(some) }
        }
        if let unit = event.defined, let some = byUnit[unit] { found.formUnion(some) }
        return found
    }
}
