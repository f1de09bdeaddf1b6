// Messages between nodes: a head of 24 bytes, then the payload.
import Bytes
import Cryptography

/// A message of Bitcoin's peer-to-peer protocol.
struct NodeMessage: Sendable, Equatable {
    /// `version`, `headers` …: at most twelve letters.
    let command: String
    let payload: [UInt8]

    static let headBytes = 24
    /// The one message that is not kept whole.
    static let block = "block"
    private static let commandBytes = 12

    /// The bytes as they go out.
    func bytes(_ network: ChainNetwork) -> [UInt8] {
        var bytes = network.magic
        let name = Array(command.utf8)
        bytes += name + [UInt8](repeating: 0, count: Self.commandBytes - name.count)
        bytes.appendLittleEndian(UInt32(payload.count))
        return bytes + Hash.sha256d(payload).bytes.prefix(4) + payload
    }

    /// What a head announces: the command, the payload's length and the first bytes of its digest.
    struct Head: Sendable, Equatable {
        let command: String
        let count: Int
        let digest: [UInt8]

        /// - Parameter blockBytes: what a block may have; all other messages have less.
        /// - Throws: `HeaderError.notThisNetwork`, `.malformedMessage`, `.tooLarge`.
        init(
            _ bytes: ArraySlice<UInt8>, _ network: ChainNetwork, blockBytes: Int
        ) throws(HeaderError) {
            var reader = ByteReader<HeaderError>(bytes)
            let magic = Array(try reader.take(4))
            guard magic == network.magic else { throw .notThisNetwork(magic: magic) }
            let name = try reader.take(NodeMessage.commandBytes)
            let letters = name.prefix { $0 != 0 }
            guard !letters.isEmpty, letters.allSatisfy({ (0x20...0x7e).contains($0) }),
                name.dropFirst(letters.count).allSatisfy({ $0 == 0 })
            else { throw .malformedMessage(command: "", reason: "its command is no name") }
            command = String(decoding: letters, as: UTF8.self)
            // Bitcoin SV's head for more than 32 bits of length.
            guard command != "extmsg" else {
                throw .malformedMessage(
                    command: command, reason: "messages of more than 4 GB are not taken")
            }
            let size = try reader.number(4)
            let limit = command == NodeMessage.block ? blockBytes : Limits.nodeMessageBytes
            guard size <= UInt64(limit) else {
                throw .tooLarge(what: "message '\(command)'", limit: limit, got: size)
            }
            count = Int(size)
            digest = Array(try reader.take(4))
        }
    }
}

/// Cuts a stream of bytes into messages. A block is passed on in pieces: it may be larger than what
/// anybody wants to hold.
struct NodeMessageReader: Sendable {
    /// What comes out.
    enum Piece: Sendable, Equatable {
        case message(NodeMessage)
        case blockBegins(byteCount: Int)
        case blockBytes([UInt8])
    }

    private let network: ChainNetwork
    private let blockBytes: Int
    private var pending: [UInt8] = []
    /// How many of `pending` have been read.
    private var start = 0
    /// Bytes of a block that have not come yet.
    private var missing = 0

    init(_ network: ChainNetwork, blockBytes: Int = Limits.blockBytes) {
        self.network = network
        self.blockBytes = blockBytes
    }

    mutating func append(_ bytes: [UInt8]) {
        pending.removeFirst(start)
        start = 0
        if pending.isEmpty { pending = bytes } else { pending += bytes }
    }

    /// The next message, or the next piece of a block; nil until more has come.
    /// - Throws: `HeaderError`: the stream is of no use from then on.
    mutating func next() throws(HeaderError) -> Piece? {
        if missing > 0 { return blockPiece() }
        let rest = pending[start...]
        guard rest.count >= NodeMessage.headBytes else { return nil }
        let head = try NodeMessage.Head(
            rest.prefix(NodeMessage.headBytes), network, blockBytes: blockBytes)
        if head.command == NodeMessage.block {
            start += NodeMessage.headBytes
            missing = head.count
            return .blockBegins(byteCount: head.count)
        }
        let end = NodeMessage.headBytes + head.count
        guard rest.count >= end else { return nil }
        let payload = Array(rest.prefix(end).dropFirst(NodeMessage.headBytes))
        guard Array(Hash.sha256d(payload).bytes.prefix(4)) == head.digest else {
            throw .malformedMessage(
                command: head.command, reason: "its digest is not that of its payload")
        }
        start += end
        return .message(NodeMessage(command: head.command, payload: payload))
    }

    private mutating func blockPiece() -> Piece? {
        let piece = Array(pending[start...].prefix(missing))
        guard !piece.isEmpty else { return nil }
        missing -= piece.count
        start += piece.count
        return .blockBytes(piece)
    }
}
