// Paying what others ask for.
import Bytes
import Cryptography
import DirectPayment
import Documents

/// What is known of who is to be paid, before anything is signed.
public struct PayeeReport: Sendable {
    /// What the receiving address is called here; nil for a stranger.
    public let name: String?
    /// What the domain is called here as a peer; nil for none.
    public let peer: String?
    /// Whether the domain is this wallet's own.
    public let isOwnDomain: Bool
    /// Whether this request has been paid by this wallet.
    public let isPaid: Bool
}

extension Wallet {
    /// Judges a request of somebody else before it is paid.
    /// - Throws: `RequestError.expired`; `PeerError.keyChanged`, `.foreignKey` where its domain is
    ///   known under another key; failures of storage.
    public func inspect(_ bill: Bill) throws -> PayeeReport {
        let terms = bill.invoice.terms
        let key = try domainKey(of: bill)
        let peer = try knownPeers().first { $0.domain.utf8.elementsEqual(terms.domain.utf8) }
        if let peer, peer.key != key {
            throw PeerError.keyChanged(peer: peer.name, pinned: peer.key.text, got: key.text)
        }
        let address = Address(of: key.publicKey)
        if let named = try? Address(text: terms.domain), named != address {
            throw PeerError.foreignKey(domain: terms.domain, address: address)
        }
        let isOwn = try ownDomain().utf8.elementsEqual(terms.domain.utf8)
        if isOwn, try domainIdentity().verifierKey != key {
            throw PeerError.foreignKey(domain: terms.domain, address: address)
        }
        let isPaid = try paymentStore.read(bill.invoice.identifier, .receipt) != nil
        guard isPaid || surroundings.now() < terms.expiry else {
            throw RequestError.expired(id: bill.invoice.identifier, expiry: terms.expiry)
        }
        return PayeeReport(
            name: book.name(of: terms.target), peer: peer?.name, isOwnDomain: isOwn,
            isPaid: isPaid)
    }

    private func domainKey(of bill: Bill) throws -> VerifierKey {
        let key = try VerifierKey(bill.invoice.terms.key)
        guard key.kind == .ed25519,
            key.name.bytes.elementsEqual(bill.invoice.terms.domain.utf8)
        else { throw RequestError.falseTerms(reason: "the key is not the domain's") }
        return key
    }

    /// Signs the payment of a request. The same request gives the same payment, however often this
    /// is called: it is kept before anybody sees it.
    /// - Parameter source: which own address pays; nil for the default one.
    /// - Throws: as `inspect` and `pay`; `WalletError.idReused` where it was signed by another
    ///   address before.
    public func pay(_ bill: Bill, from source: String?) throws -> SignedPromise {
        _ = try inspect(bill)
        let invoice = bill.invoice
        let id = invoice.identifier
        return try holding(paymentStore) {
            var promise = Promise(
                amount: invoice.terms.amount.text, unit: invoice.terms.symbol.text,
                target: invoice.terms.target.text)
            promise.domain = invoice.terms.domain
            promise.expires = invoice.terms.expiry.text
            promise.invoice = invoice
            promise.id = "invoice " + invoice.hash.hexadecimal
            promise.source = source
            let resolver = try resolver()
            let from =
                try source.map { try resolver.address($0) } ?? defaultAddress().address
            let signed = try sign(promise, from: from, bill.unit, resolver)
            let newline = UInt8(ascii: "\n")
            try paymentStore.write(id, .invoice, invoice.document + [newline])
            try paymentStore.write(id, .payment, signed.iou.document + [newline])
            return signed
        }
    }

    /// Believes the receipt of a payment, or does not, and keeps it.
    /// - Parameter receipt: a transaction, a line.
    /// - Throws: `RequestError.falseReceipt`; `PeerError.falseCertificate`; failures of storage.
    public func settle(
        _ bill: Bill, _ payment: SignedPromise, receipt line: [UInt8]
    ) throws -> PaymentRequestReport {
        let terms = bill.invoice.terms
        let line = line.withoutNewline
        let receipt: PeerReceipt
        do throws(Refusal) { receipt = try PeerReceipt(line, domain: terms.domain) } catch {
            throw RequestError.falseReceipt(reason: error.message)
        }
        guard receipt.transaction.inputs.contains(payment.iou.hash) else {
            throw RequestError.falseReceipt(reason: "it holds other instructions than were sent")
        }
        let key = try domainKey(of: bill)
        var devices = CertifiedDevices(peer: terms.domain, key: key)
        for certificate in try bill.certificates + keptCertificates(key) {
            _ = try devices.enter(certificate)
        }
        let device = receipt.transaction.clock.device
        guard devices.contains(device) else {
            throw RequestError.falseReceipt(
                reason: "\(device) has signed, whom the domain has not certified")
        }
        return try holding(paymentStore) {
            try paymentStore.write(
                bill.invoice.identifier, .receipt, line + [UInt8(ascii: "\n")])
            return try report(on: bill.invoice, in: paymentStore)
        }
    }

    private func keptCertificates(_ key: VerifierKey) throws -> [[UInt8]] {
        if try ownDomain().utf8.elementsEqual(key.name.bytes) {
            return try domainIdentity().certificates
        }
        return try records(key).certificates()
    }
}
