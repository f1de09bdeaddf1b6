// The terms under which a request is paid, in the words of the Direct Payment Protocol.
import Bytes
import Cryptography
import DirectPayment
import Documents

/// What our own terms carry beside those of the protocol: the signed invoice, and by whom its
/// domain speaks.
struct CarriedInvoice {
    let invoice: Invoice
    let certificates: [[UInt8]]

    /// The member of `extendedData`.
    static let name = "wallet"

    var json: ForeignJSON {
        [
            "invoice": (try? ForeignJSON(invoice.document)) ?? .null,
            "devices": .array(certificates.map { (try? ForeignJSON($0)) ?? .null }),
        ]
    }

    init(_ invoice: Invoice, certificates: [[UInt8]]) {
        self.invoice = invoice
        self.certificates = certificates
    }

    /// Reads the member; nil where there is none.
    /// - Throws: `Refusal` for an invoice that is not signed by who is to be paid.
    init?(_ members: [ForeignJSON.Member]) throws {
        guard let value = members.first(where: { $0.name == Self.name })?.value,
            let document = value["invoice"]
        else { return nil }
        invoice = try Invoice(Envelope(line: document.bytes))
        try invoice.checkSignatures()
        certificates = (value["devices"]?.elements ?? []).prefix(Limits.invoiceDevices)
            .map(\.bytes)
    }
}

extension Wallet {
    /// The terms of a request that can still be paid, or was paid.
    /// - Throws: `WalletError.unknown`; `RequestError.cancelled`, `.expired`; failures of storage.
    public func terms(ofRequest id: String) throws -> PaymentTerms {
        guard let invoice = try requestStore.invoice(id) else {
            throw WalletError.unknown(what: "request", name: id, suggestions: [])
        }
        let report = try report(on: invoice, in: requestStore)
        switch report.state {
        case .cancelled: throw RequestError.cancelled(id: id)
        case .expired: throw RequestError.expired(id: id, expiry: invoice.terms.expiry)
        case .pending, .paid: break
        }
        let terms = invoice.terms
        var party = PaymentParty(reference: id)
        party.name = try configuration.text(Settings.walletName) ?? ""
        party.address = terms.target.text
        let carried = CarriedInvoice(
            invoice, certificates: try domainIdentity().certificates)
        party.extended = [.init(CarriedInvoice.name, carried.json)]
        return PaymentTerms(
            network: "mainnet", created: terms.issued, expires: terms.expiry,
            paymentURL: invoice.paymentURL ?? "", memo: terms.memo ?? "invoice \(id)",
            party: party, outputs: [], fees: .usual,
            promises: [
                PromiseOutput(
                    domain: terms.domain, target: terms.target.text, amount: terms.amount.text,
                    symbol: terms.symbol.text, code: terms.code)
            ])
    }
}

extension Wallet {
    /// A text signed by who is to be paid: DER over its single SHA-256 (JSONEnvelope), where that
    /// address has a single key of secp256k1; otherwise without a signature. The invoice in the
    /// terms is signed in any case.
    /// - Throws: key failures; failures of storage.
    func signed(_ payload: String, forRequest id: String) throws -> SignedEnvelope {
        let plain = SignedEnvelope(payload: payload)
        // Who asks for bitcoins signs as the address that receives where none is named.
        let target =
            try coinRequest(id) == nil
            ? requestStore.invoice(id)?.terms.target : defaultAddress().address
        guard let target, let own = book.own(target), own.puzzle == nil else { return plain }
        let key = try signingKey(own)
        guard key.scheme == .ecdsaSecp256k1 else { return plain }
        return SignedEnvelope(
            payload: payload,
            signature: Hexadecimal.encode(
                try key.sign(Hash.sha256(Array(payload.utf8)))),
            publicKey: Hexadecimal.encode(key.publicKey))
    }
}
