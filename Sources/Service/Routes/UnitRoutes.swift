// Units of account.
import Documents
import Network

extension RouteTable {
    private static let symbol = Parameter.path("symbol", .address, "The issuer's address")

    static var units: [Route] {
        [
            Route(
                "GET", "/unit", "getUnits", "The units that are known here",
                parameters: Parameter.page, access: .area(.reading),
                answers: [.json("The units", "Units").leading(to: .unit)],
                handler: .pooled { call in
                    let units = try call.context.domain.units(page: call.page)
                    return call.data { writer in
                        writer.beginObject()
                        writer.list("units", units) { $0.unit($1) }
                        writer.endObject()
                    }
                }),
            Route(
                "GET", "/unit/{symbol}", "getUnit", "A unit: definition, supply, ceiling, holders",
                parameters: [symbol], access: .area(.reading),
                answers: [.json("The unit", "UnitAnswer"), .error(404, "unknown-unit")],
                handler: .pooled { call in
                    let symbol = try call.address("symbol")
                    guard let unit = try call.context.domain.unit(symbol) else {
                        throw ServiceError.unknown("unit", symbol.text)
                    }
                    return call.data { $0.unit(unit) }
                }),
            Route(
                "GET", "/unit/{symbol}/holders", "getHolders", "Who has a counter in a unit",
                parameters: [symbol] + Parameter.page, access: .area(.reading),
                answers: [.json("The holders", "Holders")],
                handler: .pooled { call in
                    let holders = try call.context.domain.holders(
                        of: call.address("symbol"), page: call.page)
                    return call.data { writer in
                        writer.beginObject()
                        writer.list("holders", holders) { $0.holder($1) }
                        writer.endObject()
                    }
                }),
        ]
    }
}

extension CanonicalWriter {
    mutating func unit(_ unit: ServedUnit) {
        beginObject()
        member("ceiling", unit.ceiling.text)
        if let definition = unit.definition {
            name("definition")
            raw(definition)
        }
        member("holders", unit.holders)
        member("supply", unit.supply.text)
        member("symbol", unit.symbol)
        endObject()
    }
}
