// Which operation a path means: HeaderSV's and the block headers service's, which share most of
// them.
import Bytes
import Network

/// What stands at a path.
enum HeaderTarget: Equatable {
    case status
    case health
    case header(String)
    case byHeight
    /// Up to an ancestor; nil: the ancestor's hash is the body.
    case ancestors(String, ancestor: String?)
    case commonAncestor
    case state(String)
    case tips
    case longestTip
    case prune(String)
    case verifyRoots
    case roots
    case rootHeader(String)
    case peers
    case peerCount
    case access
    case token(String)
    case webhook
    case centrifuge
    case feed

    private static let prefix = "/api/v1/"

    /// Nil where nothing stands.
    init?(_ path: String) {
        switch path {
        case "/status": self = .status
        case "/health": self = .health
        case "/connection/websocket": self = .centrifuge
        default:
            guard path.hasPrefix(Self.prefix), path.utf8.count <= 512 else { return nil }
            let parts = path.dropFirst(Self.prefix.count).split(
                separator: "/", omittingEmptySubsequences: false
            ).map(String.init)
            guard !parts.contains("") else { return nil }
            switch parts[0] {
            case "chain": self.init(chain: Array(parts[1...]))
            case "network": self.init(network: Array(parts[1...]))
            case "access" where parts.count == 1: self = .access
            case "access" where parts.count == 2: self = .token(parts[1])
            case "webhook" where parts.count == 1: self = .webhook
            default: return nil
            }
        }
    }

    private init?(chain parts: [String]) {
        switch parts {
        case ["tips"], ["tip"]: self = .tips
        case ["tip", "longest"]: self = .longestTip
        case ["merkleroot"]: self = .roots
        case ["merkleroot", "verify"]: self = .verifyRoots
        case ["feed"]: self = .feed
        case ["header", "byHeight"]: self = .byHeight
        case ["header", "commonAncestor"]: self = .commonAncestor
        default:
            guard parts.count >= 2 else { return nil }
            switch (parts[0], parts.count) {
            case ("merkleroot", 2): self = .rootHeader(parts[1])
            case ("header", 2): self = .header(parts[1])
            case ("header", 3) where parts[1] == "state": self = .state(parts[2])
            case ("header", 3) where parts[2] == "ancestors":
                self = .ancestors(parts[1], ancestor: nil)
            case ("header", 4) where parts[3] == "ancestors" || parts[3] == "ancestor":
                self = .ancestors(parts[1], ancestor: parts[2])
            case ("tips", 3) where parts[1] == "prune": self = .prune(parts[2])
            default: return nil
            }
        }
    }

    private init?(network parts: [String]) {
        switch parts {
        case ["peers"], ["peer"]: self = .peers
        case ["peers", "count"], ["peer", "count"]: self = .peerCount
        default: return nil
        }
    }

    /// The methods that it answers to. HeaderSV's questions with a body may come with any.
    var methods: [String] {
        switch self {
        case .ancestors(_, ancestor: nil), .commonAncestor: ["GET", "POST", "PUT"]
        case .verifyRoots: ["POST"]
        case .access: ["GET", "POST"]
        case .token: ["DELETE"]
        case .prune: ["GET", "POST", "DELETE"]
        case .webhook: ["DELETE", "GET", "POST"]
        case .centrifuge, .feed: ["GET"]
        default: ["GET", "HEAD"]
        }
    }

    /// Who may ask.
    enum Right {
        case anybody
        case reader
        case member
        case administrator
    }

    var right: Right {
        switch self {
        case .status, .health: .anybody
        case .access, .webhook: .member
        case .token, .prune: .administrator
        default: .reader
        }
    }
}
