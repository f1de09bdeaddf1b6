// Being paid: a payment is taken once, whoever sends it and however often.
import Bytes
import Documents

/// A payment that stands in the ledger.
public struct TakenPayment: Sendable {
    /// What it pays.
    public let invoice: Invoice
    /// The IOU.
    public let payment: Digest256
    /// The transaction that cleared it, a line without newline.
    public let receipt: [UInt8]
    /// Whether it has cleared just now.
    public let isNew: Bool
}

extension Wallet {
    /// Takes a payment of whichever request its note names.
    /// - Throws: as `takePayment(_:for:)`.
    public func takePayment(_ promise: [UInt8]) throws -> TakenPayment {
        let iou = try IOU(Envelope(line: promise.withoutNewline))
        guard let hash = iou.attachments.invoice else {
            throw RequestError.mismatch(
                id: "any request", reason: "its note names another invoice, or none")
        }
        return try takePayment(promise, for: Invoice.identifier(hash))
    }

    /// Takes a payment of a request of this wallet: clears it, and remembers which payment it was.
    ///
    /// Under the lock of requests. The payment is durable before it is cleared, so whatever
    /// interrupts this, the same payment sent again has the same answer, and no other one is taken
    /// once it has cleared.
    /// - Parameter promise: a signed IOU, a line.
    /// - Throws: `WalletError.unknown`; `RequestError`; `Refusal` for what is no IOU; failures of
    ///   storage, key failures.
    public func takePayment(_ promise: [UInt8], for id: String) throws -> TakenPayment {
        try holding(requestStore) {
            guard let invoice = try requestStore.invoice(id) else {
                throw WalletError.unknown(what: "request", name: id, suggestions: [])
            }
            let iou = try IOU(Envelope(line: promise.withoutNewline))
            if let first = try requestStore.read(id, .payment) {
                let earlier = try IOU(Envelope(line: first.withoutNewline))
                let cleared = try clearedTransaction(of: earlier.hash)
                if let cleared, earlier.hash == iou.hash {
                    return try settled(invoice, iou, cleared, isNew: false)
                }
                if let cleared {
                    let hash = try Envelope(line: cleared).hash
                    throw RequestError.paid(id: id, transaction: hash.hexadecimal)
                }
            }
            try check(iou, pays: invoice)
            let line = iou.document
            try requestStore.write(id, .payment, line + [UInt8(ascii: "\n")])
            let (answer, counts) = try clear(line)
            if counts.refused > 0 { throw Self.refusal(of: answer, id) }
            return try settled(
                invoice, iou, answer.withoutNewline, isNew: counts.replayed == 0)
        }
    }

    /// The transaction in which an instruction has cleared; nil where it has not.
    private func clearedTransaction(of hash: Digest256) throws -> [UInt8]? {
        let ledger = try reader()
        try ledger.catchUp()
        guard case .instruction(_, let transaction) = try ledger.find(hash) else { return nil }
        return try ledger.storedLine(transaction.transaction.hash)
    }

    private func settled(
        _ invoice: Invoice, _ iou: IOU, _ receipt: [UInt8], isNew: Bool
    ) throws -> TakenPayment {
        let id = invoice.identifier
        if try requestStore.read(id, .receipt) == nil {
            try requestStore.write(id, .receipt, receipt + [UInt8(ascii: "\n")])
        }
        return TakenPayment(
            invoice: invoice, payment: iou.hash, receipt: receipt, isNew: isNew)
    }

    private func check(_ iou: IOU, pays invoice: Invoice) throws {
        let id = invoice.identifier
        if try requestStore.read(id, .cancelled) != nil { throw RequestError.cancelled(id: id) }
        let terms = invoice.terms
        guard surroundings.now() < terms.expiry else {
            throw RequestError.expired(id: id, expiry: terms.expiry)
        }
        func mismatch(_ reason: String) -> RequestError { .mismatch(id: id, reason: reason) }
        guard iou.terms.domain.utf8.elementsEqual(terms.domain.utf8) else {
            throw mismatch("it is made for the domain '\(iou.terms.domain)'")
        }
        guard iou.terms.target == terms.target else {
            throw mismatch("it pays \(iou.terms.target), \(terms.target) is to be paid")
        }
        guard iou.terms.symbol == terms.symbol else {
            throw mismatch("it pays in another unit")
        }
        guard iou.terms.amount == terms.amount else {
            throw mismatch("it pays \(iou.terms.amount.text), not \(terms.amount.text)")
        }
        guard iou.attachments.invoice == invoice.hash else {
            throw mismatch("its note names another invoice, or none")
        }
        guard iou.terms.hashlock == nil, iou.terms.credit == nil else {
            throw mismatch("it has conditions")
        }
    }

    /// What a refusal of the ledger says: `{"error":{"code","message"}}`.
    static func refusal(of answer: [UInt8], _ id: String) -> RequestError {
        let error = (try? ForeignJSON(answer))?["error"]
        return .refused(
            id: id, code: error?["code"]?.string ?? "refused",
            message: error?["message"]?.string ?? "the ledger refuses it")
    }
}
