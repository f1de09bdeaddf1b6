// A refusal as an answer: the shape of RFC 7807 and the one that other clients read, in one object.
import Documents
import Network
import SQLite

/// `{code,message,status,title,traceId,type}`.
struct ChannelProblem: Error, Sendable {
    let status: Int
    /// Stable: programs match on it.
    let code: String
    let title: String
    /// Seconds after which to ask again; nil where nothing is said.
    var retryAfter: Int?
    /// Whether a user and a password are wanted, not a token.
    var isBasic = false

    init(_ status: Int, _ code: String, _ title: String, retryAfter: Int? = nil) {
        self.status = status
        self.code = code
        self.title = title
        self.retryAfter = retryAfter
    }

    /// A refusal of the store.
    init(_ error: ChannelError, isBasic: Bool = false) {
        self.init(error as any Error)
        self.isBasic = isBasic
    }

    /// Too much is waiting.
    static var busy: ChannelProblem {
        ChannelProblem(503, "busy", "too much is waiting", retryAfter: 1)
    }

    init(_ error: any Error) {
        if let error = error as? DatabaseError {
            self = Self.storage(error)
            return
        }
        if let error = error as? ProofError {
            self = error.problem
            return
        }
        guard let error = error as? ChannelError else {
            self.init(500, "internal", "something went wrong here")
            return
        }
        switch error {
        case .unauthenticated:
            self.init(401, "unauthenticated", "credentials are missing or false")
        case .notAllowed(let right):
            self.init(401, "not-allowed", "the token has no right to \(right)")
        case .forbidden:
            self.init(403, "forbidden", "these credentials are for something else")
        case .unknown(let what):
            self.init(
                404, "unknown-\(what)", what == "message" ? "Sequence not found" : "no such \(what)"
            )
        case .locked: self.init(403, "channel-locked", "Channel is locked")
        case .unread: self.init(409, "unread-messages", "Sequencing Failure.")
        case .tooLarge: self.init(413, "payload-too-large", "Payload Too Large")
        case .empty: self.init(400, "empty-message", "a message has at least one byte")
        case .changed(let highest):
            self.init(412, "precondition-failed", "the highest sequence is \(highest)")
        case .tooMany(let what, let limit):
            self.init(403, "too-many", "there are \(limit) \(what) already")
        case .tooYoung(let days):
            self.init(
                400, "retention", "the message must be kept for \(days) days")
        case .malformed(let name, let reason):
            self.init(400, "malformed", "'\(name)' \(reason)")
        case .taken(let what, let name):
            self.init(409, "taken", "the \(what) '\(name)' is there already")
        case .unknownSchema(let version):
            self.init(500, "unknown-schema", "the store has version \(version)")
        }
    }

    /// The store does not take what it should.
    private static func storage(_ error: DatabaseError) -> ChannelProblem {
        error.isFull
            ? ChannelProblem(507, "storage-full", "nothing more can be stored here")
            : ChannelProblem(503, "storage-failed", "the store cannot be used")
    }

    /// - Parameter trace: names this answer in a log.
    func response(trace: String) -> HTTPResponse {
        var writer = CanonicalWriter(capacity: 256)
        writer.beginObject()
        writer.name("code")
        writer.string(code)
        writer.name("message")
        writer.string(title)
        writer.name("status")
        writer.integer(status)
        writer.name("title")
        writer.string(title)
        writer.name("traceId")
        writer.string(trace)
        writer.name("type")
        writer.string("about:blank")
        writer.endObject()
        var response = HTTPResponse(
            status: status, headers: ["Content-Type": "application/problem+json"],
            body: writer.bytes)
        if status == 401 {
            let scheme = isBasic ? "Basic" : "Bearer"
            response.headers.add("WWW-Authenticate", "\(scheme) realm=\"channels\"")
        }
        if let retryAfter { response.headers.add("Retry-After", String(retryAfter)) }
        return response
    }
}
