// What somebody wants to hear of.
import Documents

/// The events of one address, of one unit, of an address in a unit, or all.
struct EventFilter: Sendable, Hashable {
    let address: Address?
    let unit: Address?

    static let all = EventFilter(address: nil, unit: nil)

    /// Whether an event is one of them: a counter has changed, or the unit was defined.
    func matches(_ event: ConcernedEvent) -> Bool {
        if address == nil, unit == nil { return true }
        if address == nil, event.defined == unit { return true }
        return event.served.counters.contains { key in
            (address == nil || key.address == address) && (unit == nil || key.symbol == unit)
        }
    }
}

/// An event with whom it concerns.
struct ConcernedEvent: Sendable {
    let served: ServedEvent
    /// The unit that it defines.
    let defined: Address?

    init(_ event: ServedEvent) {
        served = event
        defined =
            event.kind == .unit
            ? (try? Envelope(line: event.line))?.data["symbol"]?.plainString
                .flatMap { try? Address($0) }
            : nil
    }
}

/// An event as it is sent.
struct RenderedEvent: Sendable {
    /// As text of one line, without newline.
    let text: String
    /// As a Server-Sent Event.
    let frame: [UInt8]

    init(_ event: ServedEvent) {
        var writer = CanonicalWriter(capacity: event.line.count + 256)
        writer.beginObject()
        writer.name("document")
        writer.raw(event.line)
        writer.name("hash")
        writer.string(event.hash.hexadecimal)
        writer.name("kind")
        writer.string(event.kind.rawValue)
        writer.name("position")
        writer.integer(event.position)
        writer.endObject()
        let json = writer.bytes
        text = String(decoding: json, as: UTF8.self)
        var frame: [UInt8] = []
        frame.reserveCapacity(json.count + 64)
        frame.append(
            contentsOf: "id: \(event.position)\nevent: \(event.kind.rawValue)\ndata: ".utf8)
        frame.append(contentsOf: json)
        frame.append(contentsOf: [0x0a, 0x0a])
        self.frame = frame
    }
}
