// Why a handle leads nowhere.
import Bytes

/// What is wrong with a handle, or with what its server says.
public enum PaymailError: Error, Sendable, Equatable {
    /// A text that is no handle.
    case invalidHandle(text: String, reason: String)
    /// The domain sends to a server of another domain, and nothing shows that it is the domain that
    /// says so.
    case foreignServer(domain: String, target: String, reason: String)
    /// The domain says that it has no Paymail, or has none.
    case noService(domain: String, reason: String)
    /// The server does not offer what is needed.
    case noCapability(domain: String, capability: String)
    /// An answer that cannot be read, or is not the answer to what was asked.
    case falseAnswer(what: String, reason: String)
    /// An answer of too many bytes.
    case tooLarge(limitBytes: Int)
    /// The server refuses.
    case refused(status: Int, code: String, message: String)
    /// The server sends elsewhere.
    case unsafeRedirection(url: String)
    /// The handle has another key than before.
    case keyChanged(handle: String, known: String, offered: String)
    /// Whoever is to be paid has first to say yes.
    case approvalPending(token: String)

    /// The stable code.
    public var code: String {
        switch self {
        case .invalidHandle: "invalid-handle"
        case .foreignServer: "foreign-server"
        case .noService: "no-paymail"
        case .noCapability: "no-capability"
        case .falseAnswer: "false-answer"
        case .tooLarge: "answer-too-large"
        case .refused(404, _, _): "unknown-handle"
        case .refused: "paymail-refused"
        case .unsafeRedirection: "unsafe-redirection"
        case .keyChanged: "key-changed"
        case .approvalPending: "approval-pending"
        }
    }

    /// A sentence for people.
    public var message: String {
        switch self {
        case .invalidHandle(let text, let reason): "'\(text)' is no handle: \(reason)"
        case .foreignServer(let domain, let target, let reason):
            "'\(domain)' names '\(target)' as its server, which may be anybody's: \(reason)"
        case .noService(let domain, let reason): "'\(domain)' has no Paymail: \(reason)"
        case .noCapability(let domain, let capability):
            "the server of '\(domain)' does not offer '\(capability)'"
        case .falseAnswer(let what, let reason): "the answer about \(what) is wrong: \(reason)"
        case .tooLarge(let limit): "the answer has more than \(limit) bytes"
        case .refused(let status, let code, let message):
            "the other side refuses: "
                + [message.isEmpty ? "status \(status)" : message, code.isEmpty ? "" : "(\(code))"]
                .filter { !$0.isEmpty }.joined(separator: " ")
        case .unsafeRedirection(let url):
            "the server sends to '\(url)', where nobody vouches for it"
        case .keyChanged(let handle, let known, let offered):
            "'\(handle)' has another key than before: it was \(known), it is said to be \(offered)"
        case .approvalPending: "whoever is to be paid has not yet said yes"
        }
    }
}
