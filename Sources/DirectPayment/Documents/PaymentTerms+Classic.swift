// Dialects A and C, and BIP270: terms as one object.
import Bytes
import Documents

extension PaymentTerms {
    /// Reads terms in whatever dialect they are.
    /// - Throws: `DirectPaymentError.malformed`, `.requirement`.
    public static func read(
        _ value: ForeignJSON
    ) throws(DirectPaymentError) -> (
        terms: PaymentTerms, dialect: PaymentDialect, signed: SignedEnvelope.Verdict
    ) {
        if let envelope = SignedEnvelope(value) {
            let payload: ForeignJSON
            do throws(JSONError) { payload = try ForeignJSON(Array(envelope.payload.utf8)) } catch {
                throw malformed("the payload of the envelope is no JSON: \(error.reason)")
            }
            let verdict = envelope.verdict
            if case .refused(let reason) = verdict { throw malformed(reason) }
            return (try PaymentTerms(enveloped: payload), .enveloped, verdict)
        }
        if value["modes"] != nil, value["destinations"] == nil {
            return (try PaymentTerms(enveloped: value), .enveloped, .unsigned)
        }
        try checkRequirements(value)
        if value["outputs"] != nil, value["destinations"] == nil {
            return (try PaymentTerms(classic: value, .bip270), .bip270, .unsigned)
        }
        let dialect: PaymentDialect =
            value["beneficiary"] != nil && value["merchantData"] == nil ? .beneficiary : .classic
        return (try PaymentTerms(classic: value, dialect), dialect, .unsigned)
    }

    static func malformed(_ reason: String) -> DirectPaymentError {
        .malformed(document: "terms", reason: reason)
    }

    /// What begins with `req-` must be known (BIP271); nothing of that kind is.
    static func checkRequirements(_ value: ForeignJSON) throws(DirectPaymentError) {
        for member in value.members ?? [] where member.name.lowercased().hasPrefix("req-") {
            throw .requirement(member.name)
        }
    }

    init(classic value: ForeignJSON, _ dialect: PaymentDialect) throws(DirectPaymentError) {
        let fields = TermsFields(value)
        let outputs = dialect == .bip270 ? value["outputs"] : value["destinations"]?["outputs"]
        guard let created = try fields.time("creationTimestamp") else {
            throw Self.malformed("'creationTimestamp' is missing")
        }
        self.init(
            network: Self.network(value["network"]?.string ?? ""), created: created,
            expires: try fields.time("expirationTimestamp"),
            paymentURL: try fields.text("paymentUrl", limit: Limits.paymentURLBytes),
            memo: try fields.text("memo", limit: Limits.paymentMemoBytes),
            party: try PaymentParty(
                classic: value[dialect == .beneficiary ? "beneficiary" : "merchantData"] ?? .null),
            outputs: try Self.outputs(outputs), fees: PaymentFees(classic: value["fees"]),
            promises: try Self.promises(value["modes"]))
        isAncestryRequired = value["ancestryRequired"]?.boolean ?? false
    }

    static func network(_ name: String) -> String {
        switch name {
        case "bitcoin-sv", "bitcoin", "main", "": "mainnet"
        case "test": "testnet"
        default: name
        }
    }

    static func outputs(_ value: ForeignJSON?) throws(DirectPaymentError) -> [NativeOutput] {
        guard let elements = value?.elements else { return [] }
        guard elements.count <= Limits.paymentOutputs else {
            throw malformed("more than \(Limits.paymentOutputs) outputs")
        }
        var outputs: [NativeOutput] = []
        for element in elements {
            guard let amount = (element["amount"] ?? element["satoshis"])?.integer,
                (0...Limits.satoshis).contains(amount),
                let script = element["script"]?.string,
                Hexadecimal.decode(script.lowercased()) != nil
            else { throw malformed("an output needs 'amount' and 'script'") }
            outputs.append(
                NativeOutput(
                    amount: amount, script: script.lowercased(),
                    description: element["description"]?.string ?? ""))
        }
        return outputs
    }

    /// Terms as dialects A, C and BIP270 have them.
    public func classic(_ dialect: PaymentDialect) -> ForeignJSON {
        let outputs = ForeignJSON.array(outputs.map(\.json))
        var members: [ForeignJSON.Member] = [.init("network", .string(network))]
        if dialect == .bip270 {
            members.append(.init("outputs", outputs))
            members.append(.init("creationTimestamp", ForeignJSON(created.seconds)))
            if let expires {
                members.append(.init("expirationTimestamp", ForeignJSON(expires.seconds)))
            }
        } else {
            members.append(.init("ancestryRequired", .boolean(isAncestryRequired)))
            members.append(.init("destinations", ["outputs": outputs]))
            members.append(.init("creationTimestamp", .string(created.text)))
            members.append(.init("expirationTimestamp", ForeignJSON(expires?.text)))
        }
        members.append(.init("paymentUrl", .string(paymentURL)))
        members.append(.init("memo", .string(memo)))
        if dialect == .bip270 {
            members.append(.init("merchantData", .string(party.reference)))
        } else {
            members.append(
                .init(dialect == .beneficiary ? "beneficiary" : "merchantData", party.classic))
            members.append(.init("fees", fees?.classic ?? .null))
        }
        if !promises.isEmpty { members.append(.init("modes", Self.modes(promises))) }
        return .object(members)
    }

    /// Our own mode beside the others: choices of one promise each.
    static func modes(_ promises: [PromiseOutput]) -> ForeignJSON {
        let choices = promises.enumerated().map { index, promise in
            ForeignJSON.Member("choiceID\(index)", ["promises": [promise.json]])
        }
        return .object([.init(PaymentMode.promise, .object(choices))])
    }

    static func promises(_ modes: ForeignJSON?) throws(DirectPaymentError) -> [PromiseOutput] {
        guard let choices = modes?[PaymentMode.promise]?.members else { return [] }
        var promises: [PromiseOutput] = []
        for choice in choices.prefix(Limits.paymentOutputs) {
            guard let element = choice.value["promises"]?.elements?.first,
                let promise = PromiseOutput(element)
            else { throw malformed("a choice of promises cannot be read") }
            promises.append(promise)
        }
        return promises
    }
}

/// Members that several documents have.
struct TermsFields {
    private let value: ForeignJSON

    init(_ value: ForeignJSON) { self.value = value }

    func text(_ name: String, limit: Int) throws(DirectPaymentError) -> String {
        guard let member = value[name] else { return "" }
        guard let text = member.string, text.utf8.count <= limit else {
            throw .malformed(
                document: "terms", reason: "'\(name)' must be a string of at most \(limit) bytes")
        }
        return text
    }

    /// RFC 3339 with any fraction and offset of zero, or seconds since 1970.
    func time(_ name: String) throws(DirectPaymentError) -> Timestamp? {
        guard let member = value[name] else { return nil }
        if let seconds = member.integer {
            if seconds == 0 { return nil }
            if let time = Timestamp(
                milliseconds: Int64(
                    clamping: seconds.multipliedReportingOverflow(by: 1000).partialValue))
            {
                return time
            }
        }
        if let text = member.string, let time = Timestamp(internet: text) { return time }
        throw .malformed(document: "terms", reason: "'\(name)' is no time")
    }
}

extension Timestamp {
    /// Seconds since 1970.
    var seconds: Int { Int(milliseconds / 1000) }
}
