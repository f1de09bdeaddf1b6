// A request to be paid in bitcoins: outputs of this wallet, for as long as it stands.
import Bitcoin
import Bytes
import Documents
import Headers
import Network

/// What is asked for. It is kept as `requests/<id>/coins`.
public struct CoinRequest: Sendable, Equatable {
    /// Its name.
    public let id: String
    /// The network of the coins.
    public let network: ChainNetwork
    /// What is to be paid, all of it.
    public let outputs: [TransactionOutput]
    /// What it is for; may be empty.
    public let memo: String
    /// When it was made.
    public let issued: Timestamp
    /// From when on it is not paid any more.
    public let expiry: Timestamp
    /// The relay where it can be paid; nil for none.
    public let relay: String?

    /// Satoshis, all in all.
    public var satoshis: UInt64 { outputs.reduce(0) { $0 + $1.satoshis } }

    /// Where it is paid; nil where it is at no relay.
    public var paymentURL: String? { relay.map { "\($0)/api/v1/payment/\(id)" } }

    /// What is handed to who pays; nil where it is at no relay.
    public var link: PaymentLink? {
        paymentURL.flatMap { try? PaymentLink(WebURL($0)) }
    }

    /// The document: one line of canonical JSON, without newline.
    public var document: [UInt8] {
        var members: [ForeignJSON.Member] = [
            .init("expiry", .string(expiry.text)), .init("id", .string(id)),
            .init("issued", .string(issued.text)), .init("memo", .string(memo)),
            .init("network", .string(network.rawValue)),
            .init(
                "outputs",
                .array(
                    outputs.map { output in
                        [
                            "satoshis": ForeignJSON(Int(output.satoshis)),
                            "script": .string(output.script.hexadecimal),
                        ]
                    })),
        ]
        if let relay { members.append(.init("relay", .string(relay))) }
        return ForeignJSON.object(members).bytes
    }

    init(
        id: String, network: ChainNetwork, outputs: [TransactionOutput], memo: String,
        issued: Timestamp, expiry: Timestamp, relay: String?
    ) {
        self.id = id
        self.network = network
        self.outputs = outputs
        self.memo = memo
        self.issued = issued
        self.expiry = expiry
        self.relay = relay
    }

    /// Reads the document; nil for anything else.
    init?(_ bytes: [UInt8]) {
        guard let value = try? ForeignJSON(bytes), let id = value["id"]?.string,
            let network = value["network"]?.string.flatMap({ ChainNetwork(rawValue: $0) }),
            let issued = value["issued"]?.string.flatMap({ Timestamp(Array($0.utf8)) }),
            let expiry = value["expiry"]?.string.flatMap({ Timestamp(Array($0.utf8)) }),
            let elements = value["outputs"]?.elements, !elements.isEmpty
        else { return nil }
        let outputs = elements.compactMap { element -> TransactionOutput? in
            guard let satoshis = element["satoshis"]?.integer, satoshis >= 0,
                let script = element["script"]?.string.flatMap({ Script(hexadecimal: $0) })
            else { return nil }
            return TransactionOutput(satoshis: UInt64(satoshis), script: script)
        }
        guard outputs.count == elements.count else { return nil }
        self.init(
            id: id, network: network, outputs: outputs, memo: value["memo"]?.string ?? "",
            issued: issued, expiry: expiry, relay: value["relay"]?.string)
    }
}

/// A request with what has become of it.
public struct CoinRequestReport: Sendable {
    /// What was asked for, or was paid.
    public let request: CoinRequest
    /// How far it is.
    public let state: RequestState
    /// The transaction that paid it, in internal order.
    public let transaction: Digest256?
    /// How far that is believed.
    public let proof: String?

    /// The request as a row; the members are those of other requests.
    public var row: ReportRow {
        ReportRow([
            "id": .text(request.id), "state": .text(state.rawValue),
            "amount": .text(CoinAmount.text(request.satoshis)), "unit": .text(CoinAmount.unit),
            "memo": request.memo.isEmpty ? nil : .text(request.memo),
            "issued": .text(request.issued.text),
            "expiry": request.expiry == .latest ? nil : .text(request.expiry.text),
            "network": .text(request.network.rawValue),
            "url": request.paymentURL.map { .text($0) },
            "transaction": transaction.map { .text($0.displayed) },
            "proof": proof.map { .text($0) },
            "proved": .boolean(proof == "mined"),
        ])
    }
}
