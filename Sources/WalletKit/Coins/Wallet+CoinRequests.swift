// Asking to be paid in bitcoins, and being paid: once, by whatever counts.
import Bitcoin
import Bytes
import Coins
import Cryptography
import DirectPayment
import Documents
import Headers

/// A payment of a request that was taken.
public struct TakenCoinPayment: Sendable {
    /// What it pays.
    public let request: CoinRequest
    /// The transaction, in internal order.
    public let transaction: Digest256
    /// Whether it was taken just now.
    public let isNew: Bool
}

extension Wallet {
    /// Whether a word means bitcoins: a unit of that code that is known here goes first.
    /// - Throws: failures of storage.
    public func isForCoins(_ unit: String) throws -> Bool {
        guard CoinAmount.isUnit(unit) else { return false }
        do {
            _ = try resolver().symbol(unit)
            return false
        } catch WalletError.unknown {
            return true
        } catch WalletError.ambiguous {
            return false
        }
    }

    /// Makes a request for bitcoins, and keeps it.
    /// - Parameter order: its unit is `BSV` or `sat`.
    /// - Throws: `WalletError`; key failures; `NetworkError`; failures of storage.
    public func requestCoins(_ order: RequestOrder) throws -> CoinRequest {
        let satoshis = try CoinAmount.satoshis(order.amount, order.unit)
        let now = surroundings.now()
        let expiry = try expiry(of: order, now)
        let random = try random(order.id.map { "coin request " + $0 })
        let id = Invoice.identifier(Hash.sha256(Array(random.utf8)))
        let relay = try (order.relay ?? configuration.text(Settings.requestProxy))
            .flatMap { $0.isEmpty ? nil : try Self.relay($0).description }
        let network = try coinNetwork()
        return try holding(requestStore) {
            if let earlier = try coinRequest(id) {
                guard earlier.satoshis == satoshis, earlier.memo == order.memo ?? "",
                    earlier.network == network
                else { throw WalletError.idReused(id: order.id ?? "") }
                return earlier
            }
            let request = CoinRequest(
                id: id, network: network,
                outputs: try coinDestination(satoshis: satoshis, label: "request \(id)"),
                memo: order.memo ?? "", issued: now, expiry: expiry, relay: relay)
            let secret = Base64.encodeURL(try surroundings.random.bytes(Self.secretBytes))
            try requestStore.write(id, .secret, Array(secret.utf8))
            try requestStore.write(id, .coins, request.document + [UInt8(ascii: "\n")])
            return request
        }
    }

    func coinRequest(_ id: String, in store: RequestStore? = nil) throws -> CoinRequest? {
        guard let bytes = try (store ?? requestStore).read(id, .coins) else { return nil }
        guard let request = CoinRequest(bytes.withoutNewline), request.id == id else {
            throw RequestError.damaged(path: "\(id)/coins")
        }
        return request
    }

    /// The requests for bitcoins of this wallet, or those of others that it has paid; the latest
    /// first.
    /// - Throws: `RequestError.damaged`; failures of storage.
    public func coinRequests(paid: Bool = false) throws -> [CoinRequestReport] {
        let store = paid ? paymentStore : requestStore
        return try store.identifiers().compactMap { id in
            try coinRequest(id, in: store).map { try report(on: $0, in: store) }
        }.sorted { $0.request.issued > $1.request.issued }
    }

    /// A request for bitcoins by its name or the beginning of it; nil where that names another one.
    /// - Throws: `WalletError.ambiguous`; as `coinRequests`.
    public func coinRequest(named name: String) throws -> CoinRequestReport? {
        let (store, id): (RequestStore, String)
        do { (store, id) = try place(ofRequest: name) } catch WalletError.unknown { return nil }
        return try coinRequest(id, in: store).map { try report(on: $0, in: store) }
    }

    func report(
        on request: CoinRequest, in store: RequestStore
    ) throws -> CoinRequestReport {
        let id = request.id
        var transaction = try store.read(id, .payment).flatMap {
            Digest256(displayed: $0.withoutNewline)
        }
        let known = try transaction.flatMap { try coinReader()?.stored($0).state }
        // What was given up, or has lost to another transaction, pays nothing.
        if known == .dropped || known == .conflicted { transaction = nil }
        let state: RequestState
        if transaction != nil {
            state = .paid
        } else if try store.read(id, .cancelled) != nil {
            state = .cancelled
        } else {
            state = request.expiry <= surroundings.now() ? .expired : .pending
        }
        return CoinRequestReport(
            request: request, state: state, transaction: transaction,
            proof: transaction == nil ? nil : known?.name)
    }

    /// Takes a request back.
    /// - Throws: `RequestError.paid`; failures of storage.
    public func cancelCoinRequest(_ request: CoinRequest) throws {
        try holding(requestStore) {
            if let transaction = try report(on: request, in: requestStore).transaction {
                throw RequestError.paid(id: request.id, transaction: transaction.displayed)
            }
            try requestStore.write(
                request.id, .cancelled, Array("\(surroundings.now().text)\n".utf8))
        }
    }

    // MARK: - Being paid

    /// The terms of a request that can still be paid, or was paid.
    /// - Throws: `RequestError.cancelled`, `.expired`; failures of storage.
    func terms(of request: CoinRequest) throws -> PaymentTerms {
        switch try report(on: request, in: requestStore).state {
        case .cancelled: throw RequestError.cancelled(id: request.id)
        case .expired: throw RequestError.expired(id: request.id, expiry: request.expiry)
        case .pending, .paid: break
        }
        var party = PaymentParty(reference: request.id)
        party.name = try configuration.text(Settings.walletName) ?? ""
        let fees = try coinFees()
        let rate = PaymentFees.Rate(
            satoshis: Int(fees.standard.satoshis), bytes: Int(fees.standard.bytes))
        var terms = PaymentTerms(
            network: request.network.rawValue, created: request.issued, expires: request.expiry,
            paymentURL: request.paymentURL ?? "",
            memo: request.memo.isEmpty ? "invoice \(request.id)" : request.memo, party: party,
            outputs: request.outputs.map {
                NativeOutput(
                    amount: Int($0.satoshis), script: $0.script.hexadecimal,
                    description: "payment reference \(request.id)")
            }, fees: PaymentFees(standard: rate, data: rate), promises: [])
        // Where no miner can be asked, its ancestors are all that can be believed.
        terms.isAncestryRequired = try broadcastEndpoints().isEmpty
        return terms
    }

    /// Takes a payment of a request. The same transaction again has the same answer.
    /// - Parameters:
    ///   - raw: the transaction.
    ///   - ancestry: its ancestors, where they came along.
    ///   - publish: gives it to miners, and says what they did.
    /// - Throws: `RequestError`; `CoinError.underpaid`, `.unsupported` where nothing shows that it
    ///   can be mined, and no miner has taken it; `HeaderError`, `ChainRefusal`; failures of
    ///   storage.
    func takeCoinPayment(
        _ raw: String, ancestry: String?, for request: CoinRequest,
        publish: (Digest256) throws -> CoinSending?
    ) throws -> TakenCoinPayment {
        let transaction = try BitcoinTransaction(hexadecimal: raw)
        return try holding(requestStore) {
            let report = try report(on: request, in: requestStore)
            if let first = report.transaction {
                guard first == transaction.id else {
                    throw RequestError.paid(id: request.id, transaction: first.displayed)
                }
                return TakenCoinPayment(request: request, transaction: first, isNew: false)
            }
            switch report.state {
            case .cancelled: throw RequestError.cancelled(id: request.id)
            case .expired: throw RequestError.expired(id: request.id, expiry: request.expiry)
            case .pending, .paid: break
            }
            try Self.check(transaction, pays: request.outputs)
            var received = ReceivedCoins.transaction(transaction)
            if let ancestry, !ancestry.isEmpty, let chain = try coinChain() {
                let ancestors = try TransactionAncestry(hexadecimal: ancestry)
                if !ancestors.ancestors.isEmpty {
                    received = .beef(try ancestors.beef(of: transaction, chain))
                }
            }
            let taken = try receiveCoins(received, label: "request \(request.id)")
            let state = taken.first?.stored.state
            let isVerified = state == .mined || state == .supported
            let sending = state == .mined ? nil : try publish(transaction.id)
            if let sending, sending.isDropped {
                throw RequestError.refused(
                    id: request.id, code: "transaction-refused", message: sending.refusal)
            }
            guard isVerified || sending?.isTaken ?? false else {
                throw CoinError.unsupported(transaction.id)
            }
            try requestStore.write(
                request.id, .payment, Array((transaction.id.displayed + "\n").utf8))
            return TakenCoinPayment(request: request, transaction: transaction.id, isNew: true)
        }
    }
}

extension CoinSending {
    /// Why it was refused, in the words of whoever did so first.
    public var refusal: String {
        for report in reports {
            if case .rejected(let code, let reason, _) = report.outcome {
                return "miners refuse the transaction: \(code.rawValue), \(reason)"
            }
        }
        return "no miner takes the transaction"
    }
}

extension Digest256 {
    /// The hash whose digits are shown, out of a file.
    init?(displayed bytes: [UInt8]) {
        self.init(displayed: String(decoding: bytes, as: UTF8.self))
    }
}
