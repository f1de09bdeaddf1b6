// Dialect B: BRC-54 as ElectrumSV has it.
import Bytes
import Documents

extension PaymentTerms {
    init(enveloped value: ForeignJSON) throws(DirectPaymentError) {
        try Self.checkRequirements(value)
        let fields = TermsFields(value)
        guard let created = try fields.time("creationTimestamp") else {
            throw Self.malformed("'creationTimestamp' is missing")
        }
        let native = value["modes"]?[PaymentMode.native]?.members?.first?.value["transactions"]?
            .elements?.first
        let policies = native?["policies"]
        self.init(
            network: Self.network(value["network"]?.string ?? ""), created: created,
            expires: try fields.time("expirationTimestamp"),
            paymentURL: try fields.text("paymentUrl", limit: Limits.paymentURLBytes),
            memo: try fields.text("memo", limit: Limits.paymentMemoBytes),
            party: try PaymentParty(enveloped: value["beneficiary"] ?? .null),
            outputs: try Self.outputs(native?["outputs"]?["native"]),
            fees: PaymentFees(enveloped: policies?["fees"]),
            promises: try Self.promises(value["modes"]))
        isAncestryRequired = policies?["SPVRequired"]?.boolean ?? false
    }

    /// The option of the native mode that these terms offer.
    public static let nativeChoice = "choiceID0"

    /// Terms as the payload of a dialect B envelope.
    public var enveloped: ForeignJSON {
        var modes: [ForeignJSON.Member] = []
        if !outputs.isEmpty {
            var policies: [ForeignJSON.Member] = []
            if let fees { policies.append(.init("fees", fees.enveloped)) }
            policies.append(.init("SPVRequired", .boolean(isAncestryRequired)))
            let transaction: ForeignJSON = [
                "outputs": ["native": .array(outputs.map(\.json))], "policies": .object(policies),
            ]
            modes.append(
                .init(
                    PaymentMode.native,
                    .object([.init(Self.nativeChoice, ["transactions": [transaction]])])))
        }
        modes += Self.modes(promises).members.flatMap { promises.isEmpty ? [] : $0 } ?? []
        var members: [ForeignJSON.Member] = [
            .init("network", .string(network == "mainnet" ? "bitcoin-sv" : network)),
            .init("version", "1.0"),
            .init("creationTimestamp", ForeignJSON(created.seconds)),
        ]
        if let expires {
            members.append(.init("expirationTimestamp", ForeignJSON(expires.seconds)))
        }
        members.append(.init("memo", .string(memo)))
        members.append(.init("paymentUrl", .string(paymentURL)))
        members.append(.init("beneficiary", party.enveloped))
        members.append(.init("modes", .object(modes)))
        return .object(members)
    }
}

extension NativeOutput {
    var json: ForeignJSON {
        [
            "amount": ForeignJSON(amount), "script": .string(script),
            "description": .string(description),
        ]
    }
}

extension PromiseOutput {
    init?(_ value: ForeignJSON) {
        guard let domain = value["domain"]?.string, let target = value["target"]?.string,
            let amount = value["amount"]?.string, let symbol = value["symbol"]?.string,
            [domain, target, amount, symbol].allSatisfy({
                (1...Limits.paymentNameBytes).contains($0.utf8.count)
            })
        else { return nil }
        self.init(
            domain: domain, target: target, amount: amount, symbol: symbol,
            code: value["code"]?.string ?? "")
    }

    var json: ForeignJSON {
        [
            "amount": .string(amount), "code": .string(code), "domain": .string(domain),
            "symbol": .string(symbol), "target": .string(target),
        ]
    }
}

extension PaymentFees {
    init?(classic value: ForeignJSON?) {
        func rate(_ name: String) -> Rate? {
            // A relay's fee may be missing.
            Rate(value?[name]?["miningFee"])
        }
        guard let standard = rate("standard") else { return nil }
        self.init(standard: standard, data: rate("data") ?? standard)
    }

    init?(enveloped value: ForeignJSON?) {
        guard let standard = Rate(value?["standard"]) else { return nil }
        self.init(standard: standard, data: Rate(value?["data"]) ?? standard)
    }

    var classic: ForeignJSON {
        func both(_ rate: Rate) -> ForeignJSON { ["miningFee": rate.json, "relayFee": rate.json] }
        return ["data": both(data), "standard": both(standard)]
    }

    var enveloped: ForeignJSON { ["standard": standard.json, "data": data.json] }
}

extension PaymentFees.Rate {
    init?(_ value: ForeignJSON?) {
        guard let satoshis = value?["satoshis"]?.integer, let bytes = value?["bytes"]?.integer,
            (0...Limits.satoshis).contains(satoshis), (1...Limits.satoshis).contains(bytes)
        else { return nil }
        self.init(satoshis: satoshis, bytes: bytes)
    }

    var json: ForeignJSON { ["satoshis": ForeignJSON(satoshis), "bytes": ForeignJSON(bytes)] }
}

extension PaymentParty {
    /// `merchantData` or `beneficiary`; a string in BIP270.
    init(classic value: ForeignJSON) throws(DirectPaymentError) {
        self.init()
        if let text = value.string {
            reference = try Self.limited(text)
            return
        }
        name = try Self.limited(value["name"]?.string)
        email = try Self.limited(value["email"]?.string)
        address = try Self.limited(value["address"]?.string)
        avatar = try Self.limited(value["avatar"]?.string)
        let members = value["extendedData"]?.members ?? []
        reference = try Self.limited(
            value["extendedData"]?["paymentReference"]?.string
                ?? value["paymentReference"]?.string)
        extended = members.filter { $0.name.lowercased() != "paymentreference" }
    }

    init(enveloped value: ForeignJSON) throws(DirectPaymentError) {
        try self.init(classic: value)
        reference = try Self.limited(value["paymentReference"]?.string ?? reference)
    }

    private static func limited(_ text: String?) throws(DirectPaymentError) -> String {
        guard let text else { return "" }
        guard text.utf8.count <= Limits.paymentURLBytes else {
            throw .malformed(document: "terms", reason: "a party's member is too long")
        }
        return text
    }

    var classic: ForeignJSON {
        [
            "avatar": .string(avatar), "name": .string(name), "email": .string(email),
            "address": .string(address),
            "extendedData": .object(
                [.init("paymentReference", .string(reference))] + extended),
        ]
    }

    var enveloped: ForeignJSON {
        var members: [ForeignJSON.Member] = [
            .init("name", .string(name)), .init("email", .string(email)),
            .init("address", .string(address)), .init("paymentReference", .string(reference)),
        ]
        if !avatar.isEmpty { members.append(.init("avatar", .string(avatar))) }
        if !extended.isEmpty { members.append(.init("extendedData", .object(extended))) }
        return .object(members)
    }
}
