// A request of somebody else, as this wallet understands it.
import Bytes
import DirectPayment
import Documents

/// What is to be paid: an invoice, signed by who is to be paid.
public struct Bill: Sendable {
    /// The invoice; its signature has been verified.
    public let invoice: Invoice
    /// Certificates of the devices that sign receipts, under the invoice's key.
    let certificates: [[UInt8]]

    /// What terms of payment ask for.
    /// - Throws: `RequestError.noWayToPay` where they ask for no promise; `.falseTerms` where they
    ///   are not what the invoice in them says; `Refusal` for an invoice that is not signed.
    public init(_ terms: PaymentTerms) throws {
        guard !terms.promises.isEmpty else {
            throw RequestError.noWayToPay(
                reason: "it asks for a Bitcoin transaction, and for no promise")
        }
        guard let carried = try CarriedInvoice(terms.party.extended) else {
            throw RequestError.noWayToPay(reason: "the terms carry no signed invoice")
        }
        invoice = carried.invoice
        certificates = carried.certificates
        let wanted = invoice.terms
        let output = PromiseOutput(
            domain: wanted.domain, target: wanted.target.text, amount: wanted.amount.text,
            symbol: wanted.symbol.text, code: wanted.code)
        guard terms.promises.contains(output) else {
            throw RequestError.falseTerms(reason: "the invoice asks for something else")
        }
        guard terms.party.reference == invoice.identifier else {
            throw RequestError.falseTerms(
                reason: "they are named '\(terms.party.reference)', the invoice "
                    + "'\(invoice.identifier)'")
        }
    }

    /// What a file says: an invoice, and certificates beside it, a document a line.
    /// - Throws: `Refusal`; `RequestError.noWayToPay` where there is not exactly one invoice.
    public init(lines: [[UInt8]]) throws {
        var invoices: [Invoice] = []
        var certificates: [[UInt8]] = []
        for line in lines {
            let envelope = try Envelope(line: line)
            if DocumentKind(envelope) == .device {
                certificates.append(Array(envelope.bytes))
            } else {
                let invoice = try Invoice(envelope)
                try invoice.checkSignatures()
                invoices.append(invoice)
            }
        }
        guard invoices.count == 1 else {
            throw RequestError.noWayToPay(
                reason: "one invoice is expected, there are \(invoices.count)")
        }
        invoice = invoices[0]
        self.certificates = certificates
    }

    /// The unit as the invoice writes it.
    public var unit: UnitView {
        UnitView(
            symbol: invoice.terms.symbol, label: invoice.terms.code, code: invoice.terms.code,
            scale: invoice.terms.scale)
    }
}
