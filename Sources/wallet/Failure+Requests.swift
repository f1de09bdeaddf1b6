// Failures of direct payment, as people see them.
import Channels
import CommandKit
import DirectPayment
import Network
import WalletKit

extension Failure {
    /// What is wrong with a request, or with its payment.
    static func request(_ error: RequestError) -> Failure {
        let status: ExitStatus
        let hint: String?
        switch error {
        case .unanswered:
            (status, hint) = (
                .network, "the same command again asks what has become of it: it pays once"
            )
        case .notProved: (status, hint) = (.refused, "'--timeout 1h' waits for it")
        case .damaged: (status, hint) = (.storage, nil)
        case .notConfirmed: (status, hint) = (.refused, "'--yes' pays without asking")
        case .expired, .cancelled: (status, hint) = (.refused, "ask for another request")
        default: (status, hint) = (.refused, nil)
        }
        return Failure(
            status, error.code, DisplayText.neutralised(error.message), hint: hint)
    }

    /// What the other side of a payment says, or does wrong.
    static func payer(_ error: PayerError) -> Failure {
        let status: ExitStatus = error.isTemporary ? .network : .refused
        var details: [String: String] = [:]
        if case .refused(let number, let code, _, _) = error {
            if number > 0 { details["status"] = String(number) }
            if !code.isEmpty { details["peerCode"] = code }
        }
        return Failure(
            status, error.code, DisplayText.neutralised(error.message), details: details)
    }
}

extension PayerError {
    /// The stable code.
    var code: String {
        switch self {
        case .refused(404, _, _, _): "unknown-invoice"
        case .refused: "payee-refused"
        case .expired: "request-expired"
        case .redirections, .unsafeRedirection: "unsafe-redirection"
        case .tooLarge: "answer-too-large"
        case .silent: "payment-unanswered"
        }
    }

    /// A sentence for people.
    var message: String {
        switch self {
        case .refused(let status, let code, let title, let message):
            "the other side refuses"
                + (message.isEmpty && title.isEmpty
                    ? " (\([code, status > 0 ? String(status) : ""].joined(separator: " ")))"
                    : ": " + (message.isEmpty ? title : message))
        case .expired(let time): "the request expired at \(time)"
        case .redirections(let url, let limit):
            "'\(url)' leads to more than \(limit) other places"
        case .unsafeRedirection(let url):
            "the payment would go from a secure place to '\(url)'"
        case .tooLarge(let limit): "the answer has more than \(limit) bytes"
        case .silent(let seconds): "nobody answered within \(seconds) seconds"
        }
    }
}
