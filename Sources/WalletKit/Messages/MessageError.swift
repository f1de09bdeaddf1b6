// What can go wrong with messages, beside what the rules of documents refuse.
import Bytes
import Documents

/// Why a message has not been taken.
public struct Obstacle: Error, Sendable, Equatable {
    /// The stable code: of the network, or as the other side states it.
    public let code: String
    /// A sentence for people: no capital, no full stop.
    public let message: String
    /// Whether the message itself was judged, so that sending it again gives the same answer.
    public let isFinal: Bool
    /// Seconds after which the other side wants to be asked again; nil where it says nothing.
    public let retryAfterSeconds: Int?

    /// An obstacle.
    public init(
        _ code: String, _ message: String, isFinal: Bool = false, retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.isFinal = isFinal
        self.retryAfterSeconds = retryAfterSeconds
    }
}

/// A failure with a stable code and the values that explain it.
public enum MessageError: Error, Sendable, Equatable {
    /// Nothing that a message could be sent to.
    case invalidDestination(text: String, reason: String)
    /// The receiver was not reached, so that nobody knows which domain the message is for.
    case unreached(to: String, Obstacle)
    /// The message is kept, and has not been taken.
    case undelivered(message: Digest256, to: String, Obstacle)
    /// Nobody says where the domain takes messages.
    case noWay(domain: String)
    /// Only some senders' messages are taken.
    case notAdmitted(from: Address, domain: String)
    /// No more is taken before something is deleted.
    case full(what: String, limit: Int)
    /// A file that does not fit into a note.
    case fileTooLarge(path: String, limit: Int)
    /// A file that is there already.
    case fileExists(path: String)
    /// Not one file to be saved, but none or several.
    case notOneFile(count: Int)
    /// What is kept of a message cannot be read.
    case damaged(path: String, reason: String)

    /// The stable code.
    public var code: String {
        switch self {
        case .invalidDestination: "invalid-destination"
        case .unreached(_, let obstacle), .undelivered(_, _, let obstacle): obstacle.code
        case .noWay: "no-way"
        case .notAdmitted: "not-admitted"
        case .full(let what, _): "\(what)-full"
        case .fileTooLarge: "file-too-large"
        case .fileExists: "file-exists"
        case .notOneFile: "not-one-file"
        case .damaged: "message-damaged"
        }
    }

    /// The values that explain it, for programs.
    public var details: [String: String] {
        switch self {
        case .invalidDestination(let text, _): ["destination": text]
        case .unreached(let to, _): ["to": to]
        case .undelivered(let message, let to, _): ["message": message.hexadecimal, "to": to]
        case .noWay(let domain): ["domain": domain]
        case .notAdmitted(let from, let domain): ["domain": domain, "from": from.text]
        case .full(_, let limit): ["limit": String(limit)]
        case .fileTooLarge(let path, let limit): ["limit": String(limit), "path": path]
        case .fileExists(let path), .damaged(let path, _): ["path": path]
        case .notOneFile(let count): ["count": String(count)]
        }
    }
}

extension MessageError: CustomStringConvertible {
    /// A sentence for people: no capital, no full stop.
    public var description: String {
        switch self {
        case .invalidDestination(let text, let reason): "'\(text)' takes no messages: \(reason)"
        case .unreached(let to, let obstacle), .undelivered(_, let to, let obstacle):
            "'\(to)': \(obstacle.message)"
        case .noWay(let domain): "nobody says where the domain '\(domain)' takes messages"
        case .notAdmitted(let from, let domain):
            "messages of \(from) for the domain '\(domain)' are not taken here"
        case .full(let what, let limit): "the \(what) holds \(limit) already, no more are taken"
        case .fileTooLarge(let path, let limit):
            "'\(path)' has more than \(limit) bytes, which is what a note holds"
        case .fileExists(let path): "'\(path)' is there already"
        case .notOneFile(let count):
            "one file can be saved, and there are \(count == 0 ? "none" : String(count))"
        case .damaged(let path, let reason): "'\(path)' is damaged: \(reason)"
        }
    }
}
