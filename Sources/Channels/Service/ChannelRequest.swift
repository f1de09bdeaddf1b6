// Which operation a path means, and who asks for it.
import Bytes
import Headers
import Network

/// What stands at a path.
enum ChannelTarget: Equatable {
    /// Whose the credentials are: of this server alone.
    case identity
    case list(account: Int)
    case creation(account: Int)
    case administration(account: Int, channel: String)
    case tokens(account: Int, channel: String)
    case token(account: Int, channel: String, id: Int)
    case messages(channel: String)
    case message(channel: String, sequence: Int)
    case notifications(channel: String)
    /// The proof of a transaction, by its displayed hash.
    case proof(transaction: Digest256)

    private static let prefix = "/api/v1/"

    /// Nil where nothing stands.
    init?(_ path: String) {
        guard path.hasPrefix(Self.prefix), path.utf8.count <= Limits.channelPathBytes else {
            return nil
        }
        let parts = path.dropFirst(Self.prefix.count).split(
            separator: "/", omittingEmptySubsequences: false
        ).map(String.init)
        switch parts.first {
        case "account" where parts.count == 1: self = .identity
        case "account": self.init(account: parts)
        case "channel": self.init(channel: parts)
        case "proofs":
            // Behind it may stand what a miner puts for '{callbackReason}'.
            guard (2...3).contains(parts.count), parts.count == 2 || Self.isReason(parts[2]),
                let id = Digest256(displayed: parts[1].lowercased())
            else { return nil }
            self = .proof(transaction: id)
        default: return nil
        }
    }

    private init?(account parts: [String]) {
        guard parts.count >= 3, parts[2] == "channel", let account = Self.number(parts[1]) else {
            return nil
        }
        switch parts.count {
        case 3: self = .creation(account: account)
        case 4 where parts[3] == "list": self = .list(account: account)
        case 4 where !parts[3].isEmpty:
            self = .administration(account: account, channel: parts[3])
        case 5 where parts[4] == "api-token":
            self = .tokens(account: account, channel: parts[3])
        case 6 where parts[4] == "api-token":
            guard let id = Self.number(parts[5]) else { return nil }
            self = .token(account: account, channel: parts[3], id: id)
        default: return nil
        }
    }

    private init?(channel parts: [String]) {
        guard parts.count >= 2, !parts[1].isEmpty else { return nil }
        switch parts.count {
        case 2: self = .messages(channel: parts[1])
        case 3 where parts[2] == "notify": self = .notifications(channel: parts[1])
        case 3:
            guard let sequence = Self.number(parts[2]) else { return nil }
            self = .message(channel: parts[1], sequence: sequence)
        default: return nil
        }
    }

    private static func isReason(_ text: String) -> Bool {
        text == "merkleProof" || ProofCallback.Reason(rawValue: text) != nil
    }

    /// Decimal digits alone, 15 at most.
    static func number(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 15,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(text)
    }

    /// The methods that it answers to.
    var methods: [String] {
        switch self {
        case .identity, .list: ["GET", "HEAD"]
        case .creation: ["POST"]
        case .administration: ["DELETE", "GET", "HEAD", "POST"]
        case .tokens: ["GET", "HEAD", "POST"]
        case .token: ["DELETE", "GET", "HEAD"]
        case .messages: ["GET", "HEAD", "POST"]
        case .message: ["DELETE", "POST"]
        case .notifications: ["GET"]
        case .proof: ["GET", "HEAD", "POST"]
        }
    }

    /// The account whose credentials are needed; nil where a bearer's are.
    var account: Int? {
        switch self {
        case .list(let account), .creation(let account), .administration(let account, _),
            .tokens(let account, _), .token(let account, _, _):
            account
        case .identity, .messages, .message, .notifications, .proof: nil
        }
    }
}

/// What a request shows for itself.
struct ChannelCredentials: Sendable {
    /// `Authorization: Basic`, as it was sent.
    var basic: String?
    /// `Authorization: Bearer`, or `token=` of a query where a WebSocket is asked for: those cannot
    /// always have fields, and everywhere else a query ends up in logs for nothing.
    var bearer: String?

    /// - Throws: 401 for another scheme.
    init(_ head: HTTPRequestHead, _ target: ChannelTarget) throws(ChannelProblem) {
        guard let field = head.headers["Authorization"] else {
            if case .notifications = target { bearer = Self.query(head.query, "token") }
            return
        }
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2 else {
            throw ChannelProblem(401, "unauthenticated", "'Authorization' cannot be read")
        }
        switch parts[0].lowercased() {
        case "basic": basic = String(parts[1])
        case "bearer": bearer = String(parts[1])
        default: throw ChannelProblem(401, "unauthenticated", "another scheme than Basic or Bearer")
        }
    }

    /// The user and the password of `Basic` (RFC 7617); nil where it is not well formed.
    var user: (name: String, password: [UInt8])? {
        guard let basic, let bytes = Base64.decode(basic),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let name = String(validating: bytes[..<colon], as: UTF8.self)
        else { return nil }
        return (name, Array(bytes[(colon + 1)...]))
    }

    /// The value of a name in a query; nil where it is not there.
    static func query(_ query: String?, _ name: String) -> String? {
        for part in (query ?? "").split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2, pair[0] == name { return String(pair[1]) }
        }
        return nil
    }
}
