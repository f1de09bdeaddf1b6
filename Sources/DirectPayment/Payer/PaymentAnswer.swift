// What is answered to a payer over HTTP, in all the shapes that there are.
import Documents
import Network

/// Why a payment does not come about.
public enum PayerError: Error, Sendable, Equatable {
    /// The other side refuses.
    /// - Parameters:
    ///   - status: of HTTP; 0 over a socket.
    ///   - code: `N00001`, `D001` …; may be empty.
    ///   - message: the other side's words.
    case refused(status: Int, code: String, title: String, message: String)
    /// Terms whose time has passed.
    case expired(String)
    /// Too many redirections.
    case redirections(url: String, limit: Int)
    /// A redirection, or an address in terms, from a secure place to an open one, or to something
    /// that is no server of the Web.
    case unsafeRedirection(url: String)
    /// More came than is taken.
    case tooLarge(limitBytes: Int)
    /// Nothing came over a socket in time.
    case silent(seconds: Int)

    /// Whether the same may go another time.
    public var isTemporary: Bool {
        switch self {
        case .refused(let status, _, _, _): status == 429 || status >= 500
        case .silent: true
        default: false
        }
    }
}

/// An answer, judged.
struct PaymentAnswer {
    private let response: HTTPResponse
    private let json: ForeignJSON

    init(_ response: HTTPResponse, limit: Int) {
        self.response = response
        json = response.body.count <= limit ? (try? ForeignJSON(response.body)) ?? .null : .null
    }

    /// - Throws: `PayerError.refused`, `DirectPaymentError`.
    func outcome() throws -> PaymentOutcome {
        switch response.status {
        case 202:
            let seconds = response.headers["Retry-After"].flatMap { Int($0) } ?? 30
            return .stored(
                memo: json["memo"]?.string ?? "", retrySeconds: min(max(seconds, 1), 3_600))
        case 200...299:
            let acknowledgement = try PaymentAcknowledgement(json)
            guard acknowledgement.error == 0 else { throw refusal }
            return .acknowledged(acknowledgement)
        default: throw refusal
        }
    }

    /// The refusal, from `{id,code,title,message}`, `{errors:{…}}`, an acknowledgement with an
    /// error, or none of them.
    var refusal: PayerError {
        .refused(
            status: response.status, code: json["code"]?.string ?? "",
            title: json["title"]?.string ?? "", message: message)
    }

    private var message: String {
        if let text = json["message"]?.string ?? json["memo"]?.string, !text.isEmpty {
            return text
        }
        let errors = (json["errors"]?.members ?? []).map { member in
            let reasons = (member.value.elements ?? []).compactMap(\.string)
            return "\(member.name): \(reasons.joined(separator: ", "))"
        }
        return errors.joined(separator: "; ")
    }
}
