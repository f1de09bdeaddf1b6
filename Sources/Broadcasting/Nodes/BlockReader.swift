// Blocks of a chain that is known by its headers, from a node that need not be believed.
import Bitcoin
import Bytes
import Headers
import Network

/// A block with its place in the chain.
public struct FoundBlock: Sendable {
    /// Where it stands.
    public let placed: PlacedHeader
    /// The block: its hashes, and the transactions that were chosen.
    public let block: BitcoinBlock

    /// The chosen transactions, each with its path (BRC-74) at the block's height.
    /// - Throws: `HeaderError`: none where the block is what `BlockReader` gives.
    public func proofs() throws(HeaderError) -> [(transaction: BitcoinTransaction, path: BUMP)] {
        var proofs: [(transaction: BitcoinTransaction, path: BUMP)] = []
        for chosen in block.chosen {
            let id = chosen.transaction.id
            proofs.append((chosen.transaction, try block.path(of: [id], height: placed.height)))
        }
        return proofs
    }
}

/// Fetches blocks: the header's hash and the Merkle root of every one are checked before anybody
/// gets it. Of a block, the hashes of its transactions and the chosen ones are held, no more.
public struct BlockReader: Sendable {
    private let host: String
    private let port: Int
    private let target: BroadcastTarget
    private let surroundings: BroadcastSurroundings

    /// A reader of a node's blocks.
    /// - Parameter surroundings: with the limits of blocks: size, time, how many at once.
    public init(host: String, port: Int, _ surroundings: BroadcastSurroundings) {
        self.host = host
        self.port = port
        target = .node(host: host, port: port)
        self.surroundings = surroundings
    }

    /// Reads blocks of a chain, ascending.
    /// - Parameters:
    ///   - heights: none of them above the chain's tip.
    ///   - isWanted: asked for every transaction, block by block, in each block's order. Blocks may
    ///     come in another order than their heights only where the node sends them so.
    ///   - each: takes a block, by ascending height. Where it throws, nothing more is read.
    /// - Throws: `NodeError`, what the chain throws, what `each` throws.
    public func read(
        _ heights: ClosedRange<Int>, of chain: some HeaderLookup,
        choosing isWanted: (BitcoinTransaction) -> Bool, each: (FoundBlock) throws -> Void
    ) throws {
        var headers: [PlacedHeader] = []
        for height in heights {
            guard let header = try chain.header(at: height) else {
                throw NodeError.unknownHeight(height)
            }
            headers.append(header)
        }
        try read(headers, choosing: isWanted, each: each)
    }

    /// Reads blocks of which the headers are known.
    /// - Parameters:
    ///   - headers: each once.
    ///   - isWanted: as above.
    ///   - each: takes a block, in the headers' order.
    /// - Throws: `NodeError`, and what `each` throws.
    public func read(
        _ headers: [PlacedHeader], choosing isWanted: (BitcoinTransaction) -> Bool,
        each: (FoundBlock) throws -> Void
    ) throws {
        guard !headers.isEmpty else { return }
        let talk = try NodeTalk(host, port, target, surroundings, relays: false)
        var reading = BlockReading(headers)
        try ask(&reading, talk)
        let limit = surroundings.limits.silenceMilliseconds
        var heard = surroundings.elapsed()
        while !reading.isOver {
            guard let event = try talk.event(until: heard + limit) else {
                throw talk.late("block", limit)
            }
            switch event {
            case .blockBegins, .blockBytes: heard = surroundings.elapsed()
            default: break
            }
            do throws(HeaderError) {
                try take(event, &reading, talk, isWanted)
            } catch { throw NodeError.misbehaved(node: talk.node, reason: error) }
            if case .missing(let items) = event {
                for item in items where reading.isAwaited(item.hash) {
                    throw NodeError.missingBlock(node: talk.node, block: item.hash)
                }
            }
            try checkTime(reading, talk)
            while let found = reading.nextFound() {
                try each(found)
                try ask(&reading, talk)
            }
        }
    }

    private func ask(_ reading: inout BlockReading, _ talk: NodeTalk) throws {
        let hashes = reading.toAsk(ahead: surroundings.limits.blocksAhead)
        guard !hashes.isEmpty else { return }
        try talk.send(talk.session.getData(hashes.map { NodeItem(.block, $0) }))
    }

    private func take(
        _ event: NodeSession.Event, _ reading: inout BlockReading, _ talk: NodeTalk,
        _ isWanted: (BitcoinTransaction) -> Bool
    ) throws(HeaderError) {
        switch event {
        case .blockBegins(let count): try reading.begin(count, at: surroundings.elapsed())
        case .blockBytes(let bytes): try reading.append(bytes, isWanted)
        default: break
        }
    }

    /// A node that sends a byte now and then has no claim to our time.
    private func checkTime(_ reading: BlockReading, _ talk: NodeTalk) throws {
        guard let (began, bytes) = reading.current else { return }
        let limits = surroundings.limits
        let limit = limits.blockMilliseconds + Int64(bytes) / limits.blockBytesPerMillisecond
        guard surroundings.elapsed() - began <= limit else { throw talk.late("block", limit) }
    }
}

/// Which blocks have been asked for, and which have come.
struct BlockReading {
    private let headers: [PlacedHeader]
    /// How many have been asked for, and given on.
    private var asked = 0
    private var given = 0
    private var awaited: [Digest256: Int] = [:]
    private var found: [Int: BitcoinBlock] = [:]
    private var parser: BlockParser?
    private var isChecked = false
    private var began: Int64 = 0

    init(_ headers: [PlacedHeader]) { self.headers = headers }

    var isOver: Bool { given == headers.count }

    /// When the block that comes began, and its size.
    var current: (began: Int64, bytes: Int)? { parser.map { (began, $0.byteCount) } }

    func isAwaited(_ hash: Digest256) -> Bool { awaited[hash] != nil }

    mutating func toAsk(ahead: Int) -> [Digest256] {
        let end = min(headers.count, given + max(1, ahead))
        guard asked < end else { return [] }
        let hashes = headers[asked..<end].map(\.hash)
        for place in asked..<end { awaited[headers[place].hash] = place }
        asked = end
        return hashes
    }

    mutating func begin(_ byteCount: Int, at time: Int64) throws(HeaderError) {
        parser = try BlockParser(byteCount: byteCount)
        isChecked = false
        began = time
    }

    mutating func append(
        _ bytes: [UInt8], _ isWanted: (BitcoinTransaction) -> Bool
    ) throws(HeaderError) {
        guard var parser else { return }
        self.parser = nil
        // Nobody is asked about transactions of a block that we do not want: its header first.
        var rest = bytes[...]
        while !rest.isEmpty {
            let missing = parser.headerBytesMissing
            let piece = missing > 0 ? rest.prefix(missing) : rest
            try parser.append(Array(piece), choosing: isWanted)
            rest = rest.dropFirst(piece.count)
            if !isChecked, let header = parser.header {
                guard awaited[header.hash] != nil else {
                    throw .malformedMessage(
                        command: "block", reason: "'\(header.hash.displayed)' was not asked for")
                }
                isChecked = true
            }
        }
        guard parser.isComplete else {
            self.parser = parser
            return
        }
        let block = try parser.block()
        guard let place = awaited.removeValue(forKey: block.hash) else { return }
        found[place] = block
    }

    /// The next block that can be given on.
    mutating func nextFound() -> FoundBlock? {
        guard given < headers.count, let block = found.removeValue(forKey: given) else {
            return nil
        }
        defer { given += 1 }
        return FoundBlock(placed: headers[given], block: block)
    }
}
