// What the payee answers to a payment.
import Bytes
import Documents

/// Where a proof will be left: a channel, and a token to read it with.
public struct ProofChannel: Sendable, Equatable {
    /// Host and port.
    public var host: String
    /// What stands before the paths of the API; may be empty.
    public var path: String
    /// The channel's id.
    public var channel: String
    /// For reading alone.
    public var token: String

    /// A place for a proof.
    public init(host: String, path: String, channel: String, token: String) {
        self.host = host
        self.path = path
        self.channel = channel
        self.token = token
    }

    init?(_ value: ForeignJSON?) {
        guard let host = value?["host"]?.string,
            let channel = (value?["channel_id"] ?? value?["channelId"])?.string
        else { return nil }
        self.init(
            host: host, path: value?["path"]?.string ?? "", channel: channel,
            token: value?["token"]?.string ?? "")
    }

    var json: ForeignJSON {
        [
            "host": .string(host), "path": .string(path), "channel_id": .string(channel),
            "token": .string(token),
        ]
    }
}

/// An acknowledgement, or a refusal.
public struct PaymentAcknowledgement: Sendable, Equatable {
    /// The invoice.
    public var reference: String
    /// The transactions, or the hashes of the promises.
    public var transactions: [String]
    /// What the payee has to say; the reason of a refusal.
    public var memo: String
    /// Where a proof will be left; nil where nowhere.
    public var channel: ProofChannel?
    /// Above 0 where the payment is refused; `memo` says why.
    public var error: Int
    /// The mode that was paid in.
    public var mode: String
    /// What the payee has to show for it: receipts of our own mode, a line each.
    public var receipts: [[UInt8]] = []

    /// An acknowledgement.
    public init(
        reference: String, transactions: [String], memo: String = "", channel: ProofChannel? = nil,
        error: Int = 0, mode: String = PaymentMode.native
    ) {
        self.reference = reference
        self.transactions = transactions
        self.memo = memo
        self.channel = channel
        self.error = error
        self.mode = mode
    }

    /// Reads an acknowledgement in whatever dialect it is.
    /// - Throws: `DirectPaymentError.malformed`.
    public init(_ value: ForeignJSON) throws(DirectPaymentError) {
        guard value.members != nil else {
            throw .malformed(document: "acknowledgement", reason: "it is no object")
        }
        let mode = value["mode"]
        let listed = (mode?["transactionIds"]?.elements ?? []).compactMap(\.string)
        self.init(
            reference: value["id"]?.string ?? "",
            transactions: listed.isEmpty
                ? [value["tx_id"]?.string].compactMap { $0 }.filter { !$0.isEmpty } : listed,
            memo: value["memo"]?.string ?? "",
            channel: ProofChannel(value["peer_channel"])
                ?? ProofChannel(mode?["peerChannel"]) ?? ProofChannel(value["peerChannel"]),
            error: value["error"]?.integer ?? 0,
            mode: value["modeId"]?.string ?? PaymentMode.native)
        receipts = (mode?["receipts"] ?? value["receipts"])?.elements?.map(\.bytes) ?? []
    }

    /// The acknowledgement in a dialect.
    /// - Parameter payment: what it answers; BIP270 repeats it.
    public func json(_ dialect: PaymentDialect, to payment: ForeignJSON? = nil) -> ForeignJSON {
        let documents = ForeignJSON.array(receipts.map { (try? ForeignJSON($0)) ?? .null })
        switch dialect {
        case .enveloped:
            var details: [ForeignJSON.Member] = [
                .init("transactionIds", .array(transactions.map { .string($0) }))
            ]
            if !receipts.isEmpty { details.append(.init("receipts", documents)) }
            var members: [ForeignJSON.Member] = [
                .init("modeId", .string(mode)), .init("mode", .object(details)),
                .init("peerChannel", channel?.json ?? .null),
            ]
            if error > 0 {
                members.append(.init("memo", .string(memo)))
                members.append(.init("error", ForeignJSON(error)))
            }
            return .object(members)
        case .bip270:
            return [
                "payment": payment ?? .null, "memo": .string(memo), "error": ForeignJSON(error),
            ]
        case .classic, .beneficiary:
            var members: [ForeignJSON.Member] = [
                .init("id", .string(reference)), .init("tx_id", .string(transactions.first ?? "")),
                .init("memo", .string(memo)), .init("peer_channel", channel?.json ?? .null),
            ]
            if !receipts.isEmpty { members.append(.init("receipts", documents)) }
            if error > 0 { members.append(.init("error", ForeignJSON(error))) }
            return .object(members)
        }
    }
}
