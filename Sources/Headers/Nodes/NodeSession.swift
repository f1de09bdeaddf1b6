// Talking to a node about headers, transactions and blocks: the part of the protocol that this
// takes, without a socket.
import Bytes

/// A conversation with a node, as the side that has called it.
///
/// ```
/// socket.write(session.begin(now: …, nonce: …))
/// while let bytes = socket.read() {
///     for event in try session.receive(bytes) { … }
/// }
/// ```
public struct NodeSession: Sendable {
    /// What has come of what was received.
    public enum Event: Sendable, Equatable {
        /// Bytes to be sent.
        case send([UInt8])
        /// The node is ready to be asked; its name for itself, and the height that it claims.
        case ready(agent: String, height: Int)
        /// Concatenated headers of 80 bytes, in their order; none where the node has no more.
        case headers([UInt8])
        /// The node has announced transactions or blocks: it is worth asking again.
        case announced([NodeItem])
        /// The node asks for what we have announced.
        case wanted([NodeItem])
        /// The node does not have what it was asked for.
        case missing([NodeItem])
        /// A transaction: its bytes, which nobody has looked at.
        case transaction([UInt8])
        /// A block of so many bytes begins; as many follow, in pieces.
        case blockBegins(byteCount: Int)
        /// The next bytes of the block. Their digest is not looked at: the header's root binds
        /// them better.
        case blockBytes([UInt8])
        /// The node does not take what it was sent.
        case rejected(NodeRejection)
        /// The answer to a ping.
        case pong(UInt64)
    }

    /// The protocol version that is spoken (70016, as Bitcoin SV's nodes do).
    static let version: Int32 = 70_016
    /// Headers that one answer may have; fewer say that there are no more.
    public static let answerHeaders = 2_000

    private let network: ChainNetwork
    private let agent: String
    private var reader: NodeMessageReader
    private var hasVersion = false
    private var isReady = false
    private var peer = (agent: "", height: 0)

    /// - Parameters:
    ///   - agent: how this program names itself: `/wallet:0.1.0/`.
    ///   - blockBytes: a larger block ends the session.
    public init(_ network: ChainNetwork, agent: String, blockBytes: Int = Limits.blockBytes) {
        self.network = network
        self.agent = agent
        reader = NodeMessageReader(network, blockBytes: blockBytes)
    }

    /// The first bytes.
    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - nonce: random: tells a node that it has called itself.
    ///   - relays: whether the node is to announce transactions too (BIP37).
    public func begin(
        now: Int64, nonce: UInt64, height: Int, relays: Bool = false
    ) -> [UInt8] {
        var payload: [UInt8] = []
        payload.appendLittleEndian(Self.version)
        payload.appendLittleEndian(UInt64(0))
        payload.appendLittleEndian(now)
        // Two addresses that nobody looks at.
        let address = [UInt8](repeating: 0, count: 26)
        payload += address + address
        payload.appendLittleEndian(nonce)
        payload.appendVarint(agent.utf8.count)
        payload += Array(agent.utf8)
        payload.appendLittleEndian(Int32(truncatingIfNeeded: height))
        payload.append(relays ? 1 : 0)
        return message("version", payload)
    }

    /// Asks for the headers after the first hash of a locator that the node's chain has.
    public func getHeaders(_ locator: [Digest256]) -> [UInt8] {
        var payload: [UInt8] = []
        payload.appendLittleEndian(Self.version)
        payload.appendVarint(locator.count)
        for hash in locator { payload += hash.bytes }
        payload += BlockHeader.noPrevious.bytes
        return message("getheaders", payload)
    }

    /// Takes what has come.
    /// - Throws: `HeaderError`: the session is over then.
    public mutating func receive(_ bytes: [UInt8]) throws(HeaderError) -> [Event] {
        reader.append(bytes)
        var events: [Event] = []
        while let piece = try reader.next() {
            switch piece {
            case .message(let message): events += try take(message)
            case .blockBegins(let count): events.append(.blockBegins(byteCount: count))
            case .blockBytes(let bytes): events.append(.blockBytes(bytes))
            }
        }
        return events
    }

    private mutating func take(_ message: NodeMessage) throws(HeaderError) -> [Event] {
        switch message.command {
        case "version":
            guard !hasVersion else {
                throw .malformedMessage(command: "version", reason: "it comes twice")
            }
            hasVersion = true
            try takeVersion(message.payload)
            return [.send(self.message("verack", []))]
        case "verack":
            guard hasVersion, !isReady else { return [] }
            isReady = true
            // New blocks are announced by their headers from then on.
            return [
                .send(self.message("sendheaders", [])),
                .ready(agent: peer.agent, height: peer.height),
            ]
        case "ping": return [.send(self.message("pong", message.payload))]
        case "headers": return [.headers(try Self.headers(message.payload))]
        case "inv":
            let items = try NodeItem.items(message.payload)
            return isReady ? [.announced(items)] : []
        case "getdata": return [.wanted(try NodeItem.items(message.payload))]
        case "notfound": return [.missing(try NodeItem.items(message.payload))]
        case "tx": return [.transaction(message.payload)]
        case "reject": return [.rejected(try NodeRejection(message.payload))]
        case "pong": return try Self.pong(message.payload)
        // protoconf, authch, sendcmpct …: nothing that is needed here.
        default: return []
        }
    }

    private mutating func takeVersion(_ payload: [UInt8]) throws(HeaderError) {
        var reader = ByteReader<HeaderError>(payload[...])
        _ = try reader.take(4 + 8 + 8 + 26 + 26 + 8)
        let count = try reader.integer("agent", limit: Limits.nodeAgentBytes)
        let name = try reader.take(count)
        peer.agent = String(
            decoding: name.map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?") },
            as: UTF8.self)
        peer.height = Int(Int32(truncatingIfNeeded: try reader.number(4)))
    }

    private static func headers(_ payload: [UInt8]) throws(HeaderError) -> [UInt8] {
        var reader = ByteReader<HeaderError>(payload[...])
        let count = try reader.integer("headers", limit: answerHeaders)
        var headers: [UInt8] = []
        headers.reserveCapacity(count * BlockHeader.byteCount)
        for _ in 0..<count {
            headers += try reader.take(BlockHeader.byteCount)
            // The count of transactions, which no header has.
            _ = try reader.varint()
        }
        try reader.end()
        return headers
    }

    /// Before BIP31 a pong had no nonce.
    private static func pong(_ payload: [UInt8]) throws(HeaderError) -> [Event] {
        guard !payload.isEmpty else { return [] }
        var reader = ByteReader<HeaderError>(payload[...])
        return [.pong(try reader.number(8))]
    }

    func message(_ command: String, _ payload: [UInt8]) -> [UInt8] {
        NodeMessage(command: command, payload: payload).bytes(network)
    }
}
