// Asking to be paid: making requests, listing them, taking them back.
import Bytes
import Cryptography
import Documents
import Network

/// What a person asks for.
public struct RequestOrder: Sendable {
    /// How much, as typed.
    public var amount: String
    /// The unit, by code, name or address.
    public var unit: String
    /// Which of the own addresses receives; nil for the default one.
    public var target: String?
    /// A text for who pays.
    public var memo: String?
    /// When it expires: a duration or a time; nil for the configured duration.
    public var expires: String?
    /// A key that makes a repeated call give the same request.
    public var id: String?
    /// The relay where it can be paid; nil for the configured one, empty for none.
    public var relay: String?

    /// A request without options.
    public init(amount: String, unit: String) {
        self.amount = amount
        self.unit = unit
    }
}

/// How far a request is.
public enum RequestState: String, Sendable, CaseIterable {
    case pending, paid, expired, cancelled
}

/// A request with what has become of it.
public struct PaymentRequestReport: Sendable {
    /// What is asked for.
    public let invoice: Invoice
    /// How far it is.
    public let state: RequestState
    /// The IOU that paid it.
    public let payment: Digest256?
    /// The transaction that cleared it.
    public let transaction: Digest256?
    /// Whether a proof was left in its channel, or was read from it.
    public let isProved: Bool

    /// The members of a row.
    public static let fields = [
        "id", "state", "amount", "unit", "memo", "issued", "expiry", "target", "domain", "url",
        "hash", "payment", "transaction", "proved",
    ]

    /// The request as a row.
    public var row: ReportRow {
        let terms = invoice.terms
        return ReportRow([
            "id": .text(invoice.identifier), "state": .text(state.rawValue),
            "amount": .text(terms.amount.text), "unit": .text(terms.code),
            "memo": terms.memo.map { .text($0) }, "issued": .text(terms.issued.text),
            "expiry": .text(terms.expiry.text), "target": .text(terms.target.text),
            "domain": .text(terms.domain), "url": invoice.paymentURL.map { .text($0) },
            "hash": .text(invoice.hash.hexadecimal),
            "payment": payment.map { .text($0.hexadecimal) },
            "transaction": transaction.map { .text($0.hexadecimal) },
            "proved": .boolean(isProved),
        ])
    }
}

extension Wallet {
    /// The requests that this wallet has made.
    var requestStore: RequestStore {
        RequestStore(directory: directory + "/" + RequestStore.directoryName)
    }

    /// The requests of others that this wallet has paid, or is about to.
    var paymentStore: RequestStore { RequestStore(directory: directory + "/payments") }

    /// Does something under the lock of requests.
    func holding<Result>(_ store: RequestStore, _ body: () throws -> Result) throws -> Result {
        try store.held(
            seconds: try configuration.integer(Settings.coreWait), onWait: surroundings.onWait, body
        )
    }

    /// Signs a request for payment in this wallet's own domain, and keeps it.
    /// - Throws: `WalletError`; `Refusal` `scale-exceeded`; key and storage failures.
    public func request(_ order: RequestOrder) throws -> Invoice {
        let resolver = try resolver()
        let unit = try resolver.view(try resolver.symbol(order.unit))
        let own = try order.target.map { try ownAddress($0) } ?? defaultAddress()
        let now = surroundings.now()
        let expiry = try expiry(of: order, now)
        let amount = try amount(order.amount, "amount", unit)
        guard amount > .zero else {
            throw WalletError.invalidArgument(
                what: "amount", value: order.amount, reason: "nothing is asked for")
        }
        let identity = try domainIdentity()
        var terms = Invoice.Terms(
            amount: amount, symbol: unit.symbol, code: unit.code ?? unit.label,
            scale: unit.scale ?? amount.decimals, target: own.address, domain: try ownDomain(),
            key: identity.verifierKey.text, issued: now, expiry: expiry,
            random: try random(order.id.map { "request " + $0 }))
        terms.memo = order.memo.flatMap { $0.isEmpty ? nil : $0 }
        return try holding(requestStore) {
            if let id = order.id, let earlier = try earlierRequest(id, terms) { return earlier }
            return try keep(terms, at: order.relay ?? configuration.text(Settings.requestProxy))
        }
    }

    /// When a request expires: as ordered, or after the configured duration.
    func expiry(of order: RequestOrder, _ now: Timestamp) throws -> Timestamp {
        let expiry =
            try order.expires.map { try time($0, "expiry", now) }
            ?? now.adding(
                milliseconds: try configuration.duration(Settings.requestExpires)
                    .components.seconds * 1000) ?? .latest
        guard expiry > now else {
            throw WalletError.invalidArgument(
                what: "expiry", value: order.expires ?? expiry.text, reason: "it has passed")
        }
        return expiry
    }

    /// An own address by name; nobody else's.
    private func ownAddress(_ name: String) throws -> OwnAddress {
        let address = try resolver().address(name)
        guard let own = book.own(address) else { throw WalletError.noKey(address: address) }
        return own
    }

    private func keep(_ terms: Invoice.Terms, at relay: String?) throws -> Invoice {
        var terms = terms
        terms.url = try relay.flatMap { $0.isEmpty ? nil : try Self.relay($0).description }
        let draft = Invoice(terms)
        _ = try Invoice(Envelope(line: draft.document))
        let invoice = Invoice(terms, try endorse(.init(), draft.hash, as: terms.target))
        let secret = Base64.encodeURL(try surroundings.random.bytes(Self.secretBytes))
        try requestStore.write(invoice.identifier, .secret, Array(secret.utf8))
        try requestStore.write(
            invoice.identifier, .invoice, invoice.document + [UInt8(ascii: "\n")])
        return invoice
    }

    /// Random bytes of what binds a request's channel to this wallet.
    static let secretBytes = 32

    /// A relay's address as payers reach it: without a slash at its end.
    /// - Throws: `NetworkError.invalidURL`.
    public static func relay(_ text: String) throws -> WebURL {
        let scheme = ["ws": "http", "wss": "https"].first { text.hasPrefix($0.key + "://") }
        var url = try WebURL(
            scheme.map { $0.value + text.dropFirst($0.key.utf8.count) } ?? text)
        guard url.scheme == "http" || url.scheme == "https", url.query == nil else {
            throw NetworkError.invalidURL(
                text: text, reason: "a relay is at https, http, wss or ws, without query")
        }
        while url.path.hasSuffix("/") { url.path.removeLast() }
        return url
    }

    /// The request that was made under `id`; nil if none was.
    private func earlierRequest(_ id: String, _ terms: Invoice.Terms) throws -> Invoice? {
        for name in try requestStore.identifiers() {
            guard let invoice = try requestStore.invoice(name),
                invoice.terms.random == terms.random
            else { continue }
            var same = terms
            // A retry comes later: the first call's times and place stand.
            same.issued = invoice.terms.issued
            same.expiry = invoice.terms.expiry
            same.url = invoice.terms.url
            guard same == invoice.terms else { throw WalletError.idReused(id: id) }
            return invoice
        }
        return nil
    }

    /// The requests that this wallet has made, the latest first.
    /// - Throws: `RequestError.damaged`; failures of storage.
    public func requests() throws -> [PaymentRequestReport] { try reports(in: requestStore) }

    /// The requests of others that this wallet has paid or tried to pay, the latest first.
    /// - Throws: as `requests`.
    public func paidRequests() throws -> [PaymentRequestReport] { try reports(in: paymentStore) }

    private func reports(in store: RequestStore) throws -> [PaymentRequestReport] {
        try store.identifiers().compactMap { id in
            try store.invoice(id).map { try report(on: $0, in: store) }
        }.sorted { $0.invoice.terms.issued > $1.invoice.terms.issued }
    }

    /// A request of this wallet, or one that it has paid, by its name or the beginning of it.
    /// - Throws: `WalletError.unknown`, `.ambiguous`; failures of storage.
    public func request(named name: String) throws -> PaymentRequestReport {
        let (store, id) = try place(ofRequest: name)
        guard let invoice = try store.invoice(id) else {
            throw WalletError.unknown(what: "request", name: name, suggestions: [])
        }
        return try report(on: invoice, in: store)
    }

    /// Where a request is kept.
    func place(ofRequest name: String) throws -> (store: RequestStore, id: String) {
        let name = name.split(separator: "/").last.map(String.init) ?? name
        let all = try [requestStore, paymentStore].flatMap { store in
            try store.identifiers().map { (store: store, id: $0) }
        }
        if let exact = all.first(where: { $0.id == name }) { return exact }
        let found = name.utf8.count < 4 ? [] : all.filter { $0.id.hasPrefix(name) }
        guard found.count <= 1 else {
            throw WalletError.ambiguous(
                what: "request", name: name, candidates: found.map(\.id))
        }
        guard let only = found.first else {
            throw WalletError.unknown(
                what: "request", name: name, suggestions: all.map(\.id))
        }
        return only
    }

    func report(
        on invoice: Invoice, in store: RequestStore
    ) throws -> PaymentRequestReport {
        let id = invoice.identifier
        let payment = try store.read(id, .payment).flatMap {
            try? IOU(Envelope(line: $0.withoutNewline))
        }
        let receipt = try store.read(id, .receipt).flatMap {
            try? Envelope(line: $0.withoutNewline)
        }
        let state: RequestState
        if receipt != nil {
            state = .paid
        } else if try store.read(id, .cancelled) != nil {
            state = .cancelled
        } else {
            state = invoice.terms.expiry <= surroundings.now() ? .expired : .pending
        }
        return PaymentRequestReport(
            invoice: invoice, state: state, payment: payment?.hash, transaction: receipt?.hash,
            isProved: try store.read(id, .proved) != nil)
    }

    /// Takes a request back: nobody can pay it any more.
    /// - Throws: `WalletError.unknown`; `RequestError.paid`; failures of storage.
    public func cancelRequest(_ name: String) throws -> PaymentRequestReport {
        try holding(requestStore) {
            let report = try request(named: name)
            let id = report.invoice.identifier
            guard try requestStore.invoice(id) != nil else {
                throw WalletError.unknown(
                    what: "request of this wallet", name: name, suggestions: [])
            }
            if let transaction = report.transaction {
                throw RequestError.paid(id: id, transaction: transaction.hexadecimal)
            }
            try requestStore.write(id, .cancelled, Array("\(surroundings.now().text)\n".utf8))
            return try self.report(on: report.invoice, in: requestStore)
        }
    }
}
