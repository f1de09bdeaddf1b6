// What is wrong with a request for payment, or with a payment of one.
import Documents

/// A request that cannot be made, found or paid.
public enum RequestError: Error, Sendable {
    /// It was taken back.
    case cancelled(id: String)
    /// Its time has passed.
    case expired(id: String, expiry: Timestamp)
    /// It was paid already, by another payment.
    case paid(id: String, transaction: String)
    /// A payment that is not what the request asks for.
    case mismatch(id: String, reason: String)
    /// The ledger has refused the payment.
    case refused(id: String, code: String, message: String)
    /// Terms that offer no way of paying that this wallet has.
    case noWayToPay(reason: String)
    /// Terms that contradict the invoice that they carry.
    case falseTerms(reason: String)
    /// Who asks to be paid has refused.
    case payeeRefused(reason: String)
    /// Nobody answered: whether it is paid will be known when somebody does.
    case unanswered(url: String, reason: String)
    /// Nobody said that it is to be paid.
    case notConfirmed
    /// What was answered shows no payment.
    case falseReceipt(reason: String)
    /// The proof of a payment has not come yet.
    case notProved(id: String)
    /// A file below `.wallet` that cannot be read.
    case damaged(path: String)

    /// The stable code.
    public var code: String {
        switch self {
        case .cancelled: "request-cancelled"
        case .expired: "request-expired"
        case .paid: "request-paid"
        case .mismatch: "payment-mismatch"
        case .refused(_, let code, _): code
        case .noWayToPay: "no-way-to-pay"
        case .falseTerms: "false-terms"
        case .payeeRefused: "payee-refused"
        case .unanswered: "payment-unanswered"
        case .notConfirmed: "not-confirmed"
        case .falseReceipt: "false-receipt"
        case .notProved: "not-proved"
        case .damaged: "damaged-request"
        }
    }

    /// A sentence for people.
    public var message: String {
        switch self {
        case .cancelled(let id): "the request '\(id)' was cancelled"
        case .expired(let id, let expiry): "the request '\(id)' expired at \(expiry.text)"
        case .paid(let id, let transaction):
            "the request '\(id)' has been paid, by transaction \(transaction)"
        case .mismatch(let id, let reason): "this is no payment of '\(id)': \(reason)"
        case .refused(_, _, let message): message
        case .noWayToPay(let reason): "this wallet cannot pay that: \(reason)"
        case .falseTerms(let reason): "the terms contradict themselves: \(reason)"
        case .payeeRefused(let reason): "the payment is refused: \(reason)"
        case .unanswered(let url, let reason): "no answer from '\(url)': \(reason)"
        case .notConfirmed: "nothing was paid: nobody said yes"
        case .falseReceipt(let reason): "the receipt shows no payment: \(reason)"
        case .notProved(let id):
            "the proof of '\(id)' has not come: its block is not sealed, or the payee has not left it"
        case .damaged(let path): "'\(path)' cannot be read"
        }
    }
}
