// Refusals over HTTP, in the shape of the originals and with the status that each deserves.
import Documents

/// `{id, code, title, message}`.
struct ProxyProblem: Error, Sendable, Equatable {
    let status: Int
    let code: String
    let title: String
    let message: String

    func answer(_ id: String) -> ProxyAnswer {
        ProxyAnswer(
            status: status,
            body: [
                "id": .string(id), "code": .string(code), "title": .string(title),
                "message": .string(message),
            ])
    }

    static let unknownInvoice = ProxyProblem(
        status: 404, code: "N00001", title: "Not found", message: "invoice not found")
    /// The originals say 500.
    static let timeout = ProxyProblem(
        status: 504, code: "T00001", title: "Gateway Timeout",
        message: "timeout waiting for message")
    static let badAnswer = ProxyProblem(
        status: 502, code: "B00001", title: "Bad Gateway",
        message: "what the wallet answers cannot be read")
    static let tooLarge = ProxyProblem(
        status: 413, code: "L00001", title: "Content Too Large",
        message: "the wallet takes no message of this size")
    static let full = ProxyProblem(
        status: 503, code: "F00001", title: "Service Unavailable",
        message: "too many messages wait for this wallet")

    static func malformed(_ reason: String) -> ProxyProblem {
        ProxyProblem(status: 400, code: "V00001", title: "Bad Request", message: reason)
    }
}
