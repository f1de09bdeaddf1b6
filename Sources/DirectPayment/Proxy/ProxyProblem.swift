// Refusals over HTTP, in the shape of the originals and with the status that each deserves.
import Documents

/// `{id, code, title, message}`.
struct ProxyProblem: Error, Sendable, Equatable {
    let status: Int
    let code: String
    let title: String
    let message: String
    var retryAfter: Int?

    func answer(_ id: String) -> ProxyAnswer {
        ProxyAnswer(
            status: status,
            [
                "id": .string(id), "code": .string(code), "title": .string(title),
                "message": .string(message),
            ], retryAfter: retryAfter)
    }

    func answer(_ stamp: ProxyStamp) -> ProxyAnswer { answer(stamp.identifier(0)) }

    static let unknownInvoice = ProxyProblem(
        status: 404, code: "N00001", title: "Not found", message: "invoice not found")
    static let unknownPath = ProxyProblem(
        status: 404, code: "N00002", title: "Not found", message: "there is nothing at this path")
    /// The originals say 500.
    static let timeout = ProxyProblem(
        status: 504, code: "T00001", title: "Gateway Timeout",
        message: "timeout waiting for message", retryAfter: 10)
    static let badAnswer = ProxyProblem(
        status: 502, code: "B00001", title: "Bad Gateway",
        message: "what the wallet answers cannot be read")
    static let tooLarge = ProxyProblem(
        status: 413, code: "L00001", title: "Content Too Large",
        message: "the wallet takes no message of this size")
    static let full = ProxyProblem(
        status: 503, code: "F00001", title: "Service Unavailable",
        message: "too many messages wait", retryAfter: 30)
    static let asleep = ProxyProblem(
        status: 503, code: "503", title: "Service Unavailable",
        message: "the payee's wallet is not there", retryAfter: 30)
    static let unstored = ProxyProblem(
        status: 503, code: "S00001", title: "Service Unavailable",
        message: "it could not be stored", retryAfter: 5)
    static let mediaType = ProxyProblem(
        status: 415, code: "C00001", title: "Unsupported Media Type",
        message: "a payment is application/json")

    static func malformed(_ reason: String) -> ProxyProblem {
        ProxyProblem(status: 400, code: "V00001", title: "Bad Request", message: reason)
    }
}

extension ProxyCore.Refusal {
    var problem: ProxyProblem {
        switch self {
        case .unknownChannel:
            ProxyProblem(
                status: 404, code: "N00001", title: "Not found", message: "channel not found")
        case .wrongSecret:
            ProxyProblem(
                status: 403, code: "P00001", title: "Permission denied",
                message: "the channel belongs to another wallet")
        case .notAdmitted:
            ProxyProblem(
                status: 401, code: "A00001", title: "Not authenticated",
                message: "whoever opens a channel here has to be let in")
        case .missingSecret:
            ProxyProblem(
                status: 401, code: "A00002", title: "Not authenticated",
                message: "a wallet brings a secret")
        case .full:
            ProxyProblem(
                status: 503, code: "F00002", title: "Service Unavailable",
                message: "too many are there", retryAfter: 30)
        case .malformedName: .malformed("a channel's name has six letters and digits at least")
        }
    }
}
