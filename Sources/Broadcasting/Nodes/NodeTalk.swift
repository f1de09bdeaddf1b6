// A conversation with one node, for a thread that waits for what comes next.
import Bytes
import Cryptography
import Headers
import Network

/// Why a node is of no use.
public enum NodeError: Error, Sendable, Equatable {
    /// It was not reached, broke off, or was too slow. `node` is its address as `node://…`.
    case network(node: String, NetworkError)
    /// What it sent is false, or no message: it is not to be believed.
    case misbehaved(node: String, reason: HeaderError)
    /// It does not have a block (internal order) that it was asked for.
    case missingBlock(node: String, block: Digest256)
    /// The chain of headers has nothing at a height that was asked for.
    case unknownHeight(Int)
    /// Whoever asked has stopped it.
    case stopped

    /// The stable code.
    public var code: String {
        switch self {
        case .network(_, let error): error.code
        case .misbehaved: "node-misbehaved"
        case .missingBlock: "missing-block"
        case .unknownHeight: "unknown-height"
        case .stopped: "stopped"
        }
    }

    /// A sentence for people.
    public var message: String {
        switch self {
        case .network(let node, let error): "'\(node)': \(error.sentence)"
        case .misbehaved(let node, let reason): "'\(node)' is not to be believed: \(reason.message)"
        case .missingBlock(let node, let block):
            "'\(node)' does not have block '\(block.displayed)'"
        case .unknownHeight(let height): "no header is known at height \(height)"
        case .stopped: "it was stopped"
        }
    }
}

/// What a node says, one thing after the other.
final class NodeTalk {
    let node: String
    private let host: String
    private let link: any NodeLink
    private let surroundings: BroadcastSurroundings
    private(set) var session: NodeSession
    private var waiting: [NodeSession.Event] = []
    private var next = 0

    /// How long one look at the connection waits.
    private static let lookMilliseconds: Int64 = 100

    /// Connects, and waits until the node has greeted.
    /// - Parameter relays: whether the node is to announce transactions.
    init(
        _ host: String, _ port: Int, _ target: BroadcastTarget,
        _ surroundings: BroadcastSurroundings, relays: Bool
    ) throws(NodeError) {
        node = target.description
        self.host = host
        self.surroundings = surroundings
        session = NodeSession(
            surroundings.network, agent: surroundings.agent,
            blockBytes: surroundings.limits.blockBytes)
        do throws(NetworkError) { link = try surroundings.dial(host, port) } catch {
            throw .network(node: target.description, error)
        }
        guard let bytes = try? surroundings.random.bytes(8) else {
            throw .network(
                node: target.description, .unreachable(host: host, reason: "no randomness"))
        }
        let nonce = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        try send(
            session.begin(now: surroundings.now(), nonce: nonce, height: 0, relays: relays))
        let limit = surroundings.limits.greetingMilliseconds
        let end = surroundings.elapsed() + limit
        while let event = try event(until: end) {
            if case .ready = event { return }
        }
        throw late("greeting", limit)
    }

    func late(_ what: String, _ milliseconds: Int64) -> NodeError {
        .network(
            node: node, .timedOut(host: host, what: what, seconds: Int(milliseconds / 1_000)))
    }

    /// Sends bytes. Where the node has hung up, the reading says so, after what it has said before:
    /// a rejection, often.
    func send(_ bytes: [UInt8]) throws(NodeError) {
        do throws(NetworkError) { try link.send(bytes) } catch {
            guard case .disconnected = error else { throw .network(node: node, error) }
        }
    }

    /// The next event; nil where none comes until then.
    /// - Parameter end: a time of `elapsed`.
    func event(until end: Int64) throws(NodeError) -> NodeSession.Event? {
        while true {
            // First of all the time: a node may talk without end.
            guard !surroundings.isStopped() else { throw .stopped }
            let left = end - surroundings.elapsed()
            guard left > 0 else { return nil }
            while next < waiting.count {
                let event = waiting[next]
                next += 1
                guard case .send(let bytes) = event else { return event }
                try send(bytes)
            }
            waiting = []
            next = 0
            if let bytes = try received(Int32(min(left, Self.lookMilliseconds))) {
                do throws(HeaderError) { waiting = try session.receive(bytes) } catch {
                    throw .misbehaved(node: node, reason: error)
                }
            }
        }
    }

    private func received(_ milliseconds: Int32) throws(NodeError) -> [UInt8]? {
        do throws(NetworkError) { return try link.receive(milliseconds: milliseconds) } catch {
            throw .network(node: node, error)
        }
    }
}
