// Messages between nodes: a head of 24 bytes, then the payload.
import Bytes
import Cryptography

/// A message of Bitcoin's peer-to-peer protocol.
struct NodeMessage: Sendable, Equatable {
    /// `version`, `headers` …: at most twelve letters.
    let command: String
    let payload: [UInt8]

    static let headBytes = 24
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

        /// - Throws: `HeaderError.notThisNetwork`, `.malformedMessage`, `.tooLarge`.
        init(_ bytes: ArraySlice<UInt8>, _ network: ChainNetwork) throws(HeaderError) {
            var reader = ByteReader(bytes)
            let magic = Array(try reader.take(4))
            guard magic == network.magic else { throw .notThisNetwork(magic: magic) }
            let name = try reader.take(NodeMessage.commandBytes)
            let letters = name.prefix { $0 != 0 }
            guard !letters.isEmpty, letters.allSatisfy({ (0x20...0x7e).contains($0) }),
                name.dropFirst(letters.count).allSatisfy({ $0 == 0 })
            else { throw .malformedMessage(command: "", reason: "its command is no name") }
            command = String(decoding: letters, as: UTF8.self)
            let size = try reader.number(4)
            guard size <= UInt64(Limits.nodeMessageBytes) else {
                throw .tooLarge(
                    what: "message '\(command)'", limit: Limits.nodeMessageBytes, got: size)
            }
            count = Int(size)
            digest = Array(try reader.take(4))
        }
    }
}

/// Cuts a stream of bytes into messages.
struct NodeMessageReader: Sendable {
    private let network: ChainNetwork
    private var pending: [UInt8] = []

    init(_ network: ChainNetwork) { self.network = network }

    mutating func append(_ bytes: [UInt8]) { pending += bytes }

    /// The next message; nil until more has come.
    /// - Throws: `HeaderError`: the stream is of no use from then on.
    mutating func next() throws(HeaderError) -> NodeMessage? {
        guard pending.count >= NodeMessage.headBytes else { return nil }
        let head = try NodeMessage.Head(pending[..<NodeMessage.headBytes], network)
        let end = NodeMessage.headBytes + head.count
        guard pending.count >= end else { return nil }
        let payload = Array(pending[NodeMessage.headBytes..<end])
        guard Array(Hash.sha256d(payload).bytes.prefix(4)) == head.digest else {
            throw .malformedMessage(
                command: head.command, reason: "its digest is not that of its payload")
        }
        pending.removeFirst(end)
        return NodeMessage(command: head.command, payload: payload)
    }
}
