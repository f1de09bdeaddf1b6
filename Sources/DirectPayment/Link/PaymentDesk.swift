// Where a wallet is paid: what a proxy, or a payer who comes directly, asks of it.
import Bytes
import Cryptography
import Documents

/// The wallet behind a payment protocol. Calls come one after another, never on the network's
/// thread, and may take time; a payer waits ten seconds.
public protocol PaymentDesk: Sendable {
    /// What an invoice asks for.
    ///
    /// Where the proxy is to be paid at need not be filled in: the proxy sets `paymentURL` of
    /// dialects that are not signed; of those that are, the link sets it before it has them signed.
    /// - Parameter dialect: what the terms will be written in.
    /// - Throws: `PaymentRefusal`.
    func terms(for invoice: String, dialect: PaymentDialect) throws -> PaymentTerms

    /// Takes a payment. The same payment again has the same acknowledgement, whatever has become
    /// of the invoice meanwhile: a proxy or a payer that has crashed asks again.
    /// - Throws: `PaymentRefusal`; anything else is reported, and answered without details as
    ///   something that may pass.
    func receive(_ payment: Payment, for invoice: String) throws -> PaymentAcknowledgement

    /// Takes the proof of a transaction, after it has verified it: nothing has been verified yet.
    /// - Parameters:
    ///   - transaction: 64 hexadecimal digits, lower case.
    ///   - envelope: the JSONEnvelope as it came.
    /// - Throws: `PaymentRefusal`.
    func proof(_ transaction: String, _ envelope: ForeignJSON, for invoice: String) throws

    /// Signs the payload of terms; without a signature where the wallet signs none.
    /// - Throws: failures of keys.
    func sign(_ payload: String, for invoice: String) throws -> SignedEnvelope
}

extension PaymentDesk {
    /// Signs nothing.
    public func sign(_ payload: String, for invoice: String) throws -> SignedEnvelope {
        SignedEnvelope(payload: payload)
    }
}

/// Why a wallet does not give terms, or take a payment or a proof.
public struct PaymentRefusal: Error, Sendable, Equatable {
    /// The classes of refusal; each has the code of the originals and a status of HTTP.
    public enum Reason: String, Sendable, CaseIterable {
        /// 404 `N0001`.
        case unknownInvoice
        /// 422 `E001`: the invoice, or the quote of fees in it.
        case expired
        /// 422, as an acknowledgement: another payment has been taken.
        case alreadyPaid
        /// 422, as an acknowledgement: it does not pay what was asked for, or not validly.
        case invalid
        /// 422: a proof that leads nowhere.
        case falseProof
        /// 503: it may go another time.
        case unavailable
    }

    /// The class.
    public var reason: Reason
    /// A sentence for the payer: no paths, no keys.
    public var message: String

    /// A refusal.
    public init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    /// payd's code.
    public var code: String {
        switch reason {
        case .unknownInvoice: "N0001"
        case .expired: "E001"
        case .alreadyPaid: "D001"
        case .invalid, .falseProof: "422"
        case .unavailable: "503"
        }
    }

    /// The title that goes with it.
    public var title: String {
        switch reason {
        case .unknownInvoice: "Not found"
        case .alreadyPaid: "Item already exists"
        case .expired, .invalid, .falseProof: "Unprocessable"
        case .unavailable: "Service Unavailable"
        }
    }

    /// Whether a refused payment is answered by an acknowledgement that says so: the originals do
    /// that with what they have validated.
    public var isVerdict: Bool {
        switch reason {
        case .alreadyPaid, .invalid, .expired: true
        case .unknownInvoice, .falseProof, .unavailable: false
        }
    }

    /// `{id, code, title, message}`.
    public func json(id: String) -> ForeignJSON {
        [
            "id": .string(id), "code": .string(code), "title": .string(title),
            "message": .string(message),
        ]
    }
}
