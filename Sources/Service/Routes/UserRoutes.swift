// Those whose keys the wallet holds.
import Documents
import Network

extension RouteTable {
    static var users: [Route] {
        [
            Route(
                "POST", "/user/payment", "postPayment", "Pays in the name of a custodial user",
                body: RequestBody(
                    media: [(MediaType.json, Schemas.reference("PaymentOrder"))],
                    limitBytes: ServiceLimits.orderBytes, summary: "What is to be paid to whom"),
                access: .user,
                answers: [.json(200, "It was paid before: the stored document", "Document")]
                    + cleared,
                handler: .own(pay)),
            Route(
                "GET", "/user", "getUser", "The custodial user whose token is sent", access: .user,
                answers: [.json("The user", "User")],
                handler: .pooled { call in
                    let user = try call.context.user(call.head)
                    let counters = try call.context.domain.counters(
                        of: user.address, symbol: nil,
                        page: Page(skip: 0, limit: ServiceLimits.pageEntries))
                    return call.data { writer in
                        writer.beginObject()
                        writer.member("address", user.address)
                        writer.list("allowances", user.allowances) { writer, allowance in
                            writer.beginObject()
                            writer.member("daily", allowance.daily.text)
                            writer.member("left", allowance.left.text)
                            writer.member("symbol", allowance.symbol)
                            writer.endObject()
                        }
                        writer.list("balances", counters) { $0.balance($1) }
                        writer.member("name", user.name)
                        writer.endObject()
                    }
                }),
        ]
    }

    private static func pay(_ call: Call) throws -> HTTPDisposition {
        guard !call.context.options.isReadOnly else { throw ServiceError.readOnly }
        switch ContentType(call.head) {
        case .json, .absent: break
        default: throw ContentType.unsupported(call.head, MediaType.json)
        }
        return .gather(limit: ServiceLimits.orderBytes) { body, responder in
            call.onPool(responder) {
                let context = call.context
                let user = try context.user(call.head)
                let order = try PaymentOrder(body)
                try context.gate.order(from: call.peer, by: user.address)
                context.domain.pay(order, as: user) { line in
                    let answer = LineAnswer(line)
                    context.lines.note(answer)
                    responder.send(call.finished(answer.response))
                }
                return nil
            }
        }
    }
}

extension PaymentOrder {
    /// Reads an order: exactly what the schema says.
    /// - Throws: 400 `malformed-document`.
    init(_ body: [UInt8]) throws(ServiceError) {
        let root: JSONValue
        do {
            root = try JSONText(body).root
        } catch {
            throw Self.malformed("\(error.reason), at byte \(error.offset)")
        }
        guard root.kind == .object else { throw Self.malformed("an order must be an object") }
        if let stranger = root.stranger(to: ["amount", "id", "note", "to", "unit"]) {
            throw Self.malformed("unknown member '\(stranger.name)' of an order")
        }
        let amount = try Self.text(root, "amount", ServiceLimits.orderDigits * 2, isRequired: true)
        guard Self.isAmount(amount ?? "") else {
            throw Self.malformed("'amount' must be a decimal in a string")
        }
        self.init(
            amount: amount ?? "",
            unit: try Self.text(
                root, "unit", ServiceLimits.orderUnitCharacters, isRequired: true) ?? "",
            target: try Self.text(
                root, "to", ServiceLimits.orderTargetCharacters, isRequired: true) ?? "",
            note: try Self.text(
                root, "note", ServiceLimits.orderNoteCharacters, isRequired: false),
            id: try Self.text(root, "id", ServiceLimits.orderIDCharacters, isRequired: false))
    }

    /// `Pattern.typedAmount`.
    private static func isAmount(_ text: String) -> Bool {
        let parts = text.utf8.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } }),
            (1...ServiceLimits.orderDigits).contains(parts[0].count),
            parts[0].count == 1 || parts[0].first != 0x30
        else { return false }
        return parts.count == 1 || (1...18).contains(parts[1].count)
    }

    private static func text(
        _ root: JSONValue, _ name: StaticString, _ limit: Int, isRequired: Bool
    ) throws(ServiceError) -> String? {
        guard let value = root[name] else {
            if isRequired { throw malformed("'\(name)' is missing from an order") }
            return nil
        }
        guard let text = value.string, (1...limit).contains(text.unicodeScalars.count) else {
            throw malformed("'\(name)' must be a text of 1 to \(limit) characters")
        }
        return text
    }

    private static func malformed(_ reason: String) -> ServiceError {
        ServiceError(400, "malformed-document", reason)
    }
}
