// What an address has and had.
import Bytes
import Documents
import Network

extension RouteTable {
    private static let address = Parameter.path("address", .address, "Whose counters")

    static var addresses: [Route] {
        [
            outputs(
                "unspent", "getUnspentOutputs", "The output that holds a counter's state", true),
            outputs(
                "history", "getOutputHistory", "The outputs of a counter, the latest first", false),
            Route(
                "GET", "/address/{address}/balance", "getBalance",
                "Balances and limits of an address",
                parameters: [
                    address,
                    .query("counter", .address, "Only the counter of this unit"),
                ] + Parameter.page,
                access: .area(.reading), answers: [.json("The balances", "Balances")],
                handler: .pooled { call in
                    let counters = try call.context.domain.counters(
                        of: call.address("address"), symbol: call.optionalAddress("counter"),
                        page: call.page)
                    return call.data { writer in
                        writer.beginObject()
                        writer.list("balances", counters) { $0.balance($1) }
                        writer.endObject()
                    }
                }),
        ]
    }

    private static func outputs(
        _ name: String, _ operation: String, _ summary: String, _ isUnspent: Bool
    ) -> Route {
        Route(
            "GET", "/address/{address}/outputs/\(name)", operation, summary,
            parameters: [
                address, Parameter.query("counter", .address, "The unit's symbol").required,
            ] + Parameter.page,
            access: .area(.reading), answers: [.json("The outputs", "Outputs")],
            handler: .pooled { call in
                let key = CounterKey(try call.address("address"), try call.address("counter"))
                let outputs = try call.context.domain.outputs(
                    of: key, isUnspent: isUnspent, page: call.page)
                return call.data { writer in
                    writer.beginObject()
                    writer.list("outputs", outputs) { $0.output($1) }
                    writer.endObject()
                }
            })
    }
}

extension CanonicalWriter {
    /// `{"content":{…},"pointer"}`: WebWallet's shape.
    mutating func output(_ served: ServedOutput) {
        let output = served.output
        beginObject()
        name("content")
        beginObject()
        member("address", output.address)
        name("balance")
        beginObject()
        member("max", output.state.max.text)
        member("min", output.state.min.text)
        member("net", output.state.net.text)
        endObject()
        member("counter", output.symbol)
        list("sources", [output.source].compactMap { $0 }) { $0.string($1.text) }
        endObject()
        member("pointer", served.pointer.text)
        member("time", served.time.text)
        endObject()
    }

    /// One counter of an address.
    mutating func balance(_ counter: ServedCounter) {
        beginObject()
        state(counter)
        member("symbol", counter.key.symbol)
        endObject()
    }

    /// One counter of a unit.
    mutating func holder(_ counter: ServedCounter) {
        beginObject()
        member("address", counter.key.address)
        state(counter)
        endObject()
    }

    private mutating func state(_ counter: ServedCounter) {
        member("max", counter.state.max.text)
        member("min", counter.state.min.text)
        member("net", counter.state.net.text)
        if let pointer = counter.pointer { member("pointer", pointer.text) }
    }
}
