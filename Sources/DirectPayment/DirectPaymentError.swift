// Why a direct payment does not come about.

/// What is wrong with a message, an invoice or a payment.
public enum DirectPaymentError: Error, Sendable, Equatable {
    /// A frame of a WebSocket is no message.
    case malformedMessage(reason: String)
    /// Terms, a payment or an acknowledgement are not what they should be.
    case malformed(document: String, reason: String)
    /// Something that the other side requires is not known here (`req-…`, BIP271).
    case requirement(String)
    /// The database of a relay cannot be used.
    case storage(path: String, reason: String)
}

extension DirectPaymentError {
    /// A sentence for people.
    public var message: String {
        switch self {
        case .malformedMessage(let reason): "a message cannot be read: \(reason)"
        case .malformed(let document, let reason): "the \(document) cannot be read: \(reason)"
        case .requirement(let name): "'\(name)' is required, and not known here"
        case .storage(let path, let reason): "'\(path)' cannot be used: \(reason)"
        }
    }
}
