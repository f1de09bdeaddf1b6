// What happens, as it happens.
import Documents
import Network

extension RouteTable {
    static var events: [Route] {
        [
            Route(
                "GET", "/events", "getEvents",
                "The documents of the log as they are added: Server-Sent Events, or a WebSocket "
                    + "with a text message an event",
                parameters: [
                    .query(
                        "after", .integer(Syntax.positions), "Only what stands behind this position"
                    ),
                    .query("address", .address, "Only what changes counters of this address"),
                    .query(
                        "unit", .address, "Only what changes counters of this unit, or defines it"),
                    .field(
                        "Last-Event-ID", .integer(Syntax.positions),
                        "As 'after', and before it: what a browser sends when it comes back"),
                ],
                access: .area(.reading),
                answers: [
                    RouteAnswer(
                        status: 101, summary: "A WebSocket: each message is an Event", media: []),
                    RouteAnswer(
                        status: 200, summary: "Events without end: each 'data' is an Event",
                        media: [(MediaType.events, ["type": "string"])]),
                ],
                handler: .own(listen))
        ]
    }

    private static func listen(_ call: Call) throws -> HTTPDisposition {
        let filter = EventFilter(
            address: call.optionalAddress("address"), unit: call.optionalAddress("unit"))
        let after = call.optionalInteger("Last-Event-ID") ?? call.optionalInteger("after")
        let start = after.map { $0 + 1 }
        if call.head.headers.has("websocket", in: "Upgrade") {
            return .upgrade { channel in follow(channel, call, filter, start) }
        }
        return .gather(limit: 0) { _, responder in
            call.onPool(responder) {
                try call.context.authorise(call)
                return try follow(responder, call, filter, start)
            }
        }
    }

    /// Server-Sent Events.
    private static func follow(
        _ responder: any HTTPResponder, _ call: Call, _ filter: EventFilter, _ start: Int?
    ) throws -> HTTPResponse? {
        let headers: HTTPHeaders = [
            "Content-Type": MediaType.events, "Cache-Control": "no-store",
        ]
        if call.head.method == "HEAD" { return HTTPResponse(status: 200, headers: headers) }
        let hub = call.context.hub
        guard let id = hub.reserve() else { throw ServiceError.busy }
        var dressed = headers
        call.context.dress(&dressed, for: call.head)
        // Proxies that gather what they pass on would hold events back.
        dressed.add("X-Accel-Buffering", "no")
        let writer = responder.open(status: 200, headers: dressed)
        writer.observe(drained: { hub.drained(id) }, gone: { hub.leave(id) })
        writer.write(StreamOutlet.opening)
        call.note(status: 200)
        hub.subscribe(id, StreamOutlet(writer), filter, from: start)
        return nil
    }

    /// A WebSocket.
    private static func follow(
        _ channel: any WebSocketChannel, _ call: Call, _ filter: EventFilter, _ start: Int?
    ) -> any WebSocketSink {
        let hub = call.context.hub
        guard let id = hub.reserve() else {
            channel.close(code: 1013, reason: "too many listen here already")
            call.note(status: 503)
            return ListenerSink(hub: hub, id: 0)
        }
        let isTaken = call.context.pool.submit {
            do {
                try call.context.authorise(call)
                call.note(status: 101)
                hub.subscribe(id, ChannelOutlet(channel), filter, from: start)
            } catch {
                let error = ServiceError(error)
                call.note(status: error.status)
                hub.leave(id)
                channel.close(code: error.status == 401 ? 1008 : 1011, reason: error.message)
            }
        }
        if !isTaken {
            hub.leave(id)
            channel.close(code: 1013, reason: "too much waits here already")
            call.note(status: 503)
        }
        return ListenerSink(hub: hub, id: id)
    }
}
