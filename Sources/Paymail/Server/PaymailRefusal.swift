// Why a server of Paymail says no, in the shape that clients read: `{code,message}`.
import Documents
import Network

/// A refusal of the wallet behind the server.
public enum PaymailRefusal: Error, Sendable, Equatable {
    /// No such alias.
    case unknownAlias(String)
    /// No such reference, or another alias's.
    case unknownReference
    /// An amount that is not taken.
    case amount(reason: String)
    /// The transaction does not pay what was asked for.
    case underpaid(satoshis: UInt64)
    /// The reference was paid by another transaction.
    case conflict(transaction: String)
    /// The reference is too old.
    case expired
    /// The transaction cannot be read.
    case unreadable(reason: String)
    /// The transaction is not valid, or its proofs do not show that it is.
    case unverified(reason: String)
    /// The alias does not take this.
    case notOffered(reason: String)
    /// It may go another time.
    case unavailable(reason: String)

    /// A sentence for the sender.
    public var message: String {
        switch self {
        case .unknownAlias(let alias): "there is no '\(alias)' here"
        case .unknownReference: "there is no such reference"
        case .amount(let reason): reason
        case .underpaid(let satoshis):
            "the transaction does not pay the outputs of \(satoshis) satoshis in full"
        case .conflict(let transaction): "the reference was paid by transaction \(transaction)"
        case .expired: "the reference has expired: ask for another"
        case .unreadable(let reason): "the transaction cannot be read: \(reason)"
        case .unverified(let reason): "the transaction is not taken: \(reason)"
        case .notOffered(let reason): reason
        case .unavailable(let reason): reason
        }
    }
}

/// A refusal as an answer.
struct PaymailProblem: Error, Sendable, Equatable {
    let status: Int
    /// Stable; those of go-paymail where it has one.
    let code: String
    let message: String
    /// Seconds after which to ask again; nil where nothing is said.
    var retryAfter: Int?

    init(_ status: Int, _ code: String, _ message: String, retryAfter: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    /// - Parameter payload: what was sent, where something was.
    init(_ refusal: PaymailRefusal, _ payload: TransactionPayload? = nil) {
        let (status, code): (Int, String) =
            switch refusal {
            case .unknownAlias: (404, "error-paymail-not-found")
            case .unknownReference: (404, "error-reference-not-found")
            case .amount: (422, "error-amount-invalid")
            case .underpaid: (422, "error-output-value-too-low")
            case .conflict: (422, "error-reference-conflict")
            case .expired: (422, "error-reference-expired")
            case .unreadable: (400, payload?.processing ?? "error-processing-hex")
            case .unverified: (422, "error-spv-failed")
            case .notOffered: (404, "error-capability-not-offered")
            case .unavailable: (503, "error-unavailable")
            }
        self.init(status, code, refusal.message, retryAfter: status == 503 ? 5 : nil)
    }

    static func missing(_ field: String) -> PaymailProblem {
        PaymailProblem(400, "error-missing-field-\(field)", "'\(field)' is missing or wrong")
    }

    static let handle = PaymailProblem(
        400, "error-paymail-invalid", "this is no handle 'alias@domain'")
    static let body = PaymailProblem(
        400, "error-bind-body-invalid", "the body is no JSON object")
    static let domain = PaymailProblem(
        404, "error-capabilities-domain-unknown", "this server does not speak for that domain")
    static let path = PaymailProblem(
        404, "error-request-not-found", "there is nothing at this path")
    static let unknown = PaymailProblem(500, "error-unknown", "something went wrong here")
    static let busy = PaymailProblem(503, "error-unavailable", "too much is waiting", retryAfter: 1)

    static func tooMany(_ seconds: Int) -> PaymailProblem {
        PaymailProblem(
            429, "error-too-many-requests", "too many requests", retryAfter: seconds)
    }

    var response: HTTPResponse {
        let body: ForeignJSON = ["code": .string(code), "message": .string(message)]
        var response = HTTPResponse(
            status: status, headers: ["Content-Type": "application/json"], body: body.bytes)
        if let retryAfter { response.headers.add("Retry-After", String(retryAfter)) }
        return response
    }
}

extension TransactionPayload {
    /// The code for what cannot be read.
    var processing: String { "error-processing-\(member)" }
}
