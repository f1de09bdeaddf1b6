// Reads a block while it comes: of what it has, only the hashes and what somebody wants stay.
import Bitcoin
import Bytes
import Cryptography

/// A block that is not there yet.
///
/// ```
/// var parser = try BlockParser(byteCount: …)
/// while let piece = … { try parser.append(piece) { isOurs($0) } }
/// let block = try parser.block()
/// ```
public struct BlockParser: Sendable {
    /// Bytes that it has, as was announced.
    public let byteCount: Int
    /// The header, once it has come.
    public private(set) var header: BlockHeader?

    private var received = 0
    private var pending: [UInt8] = []
    /// How many of `pending` have been read.
    private var start = 0
    private var count: Int?
    private var ids: [Digest256] = []
    private var chosen: [BitcoinBlock.Chosen] = []
    /// Looking for the end of a large transaction at every piece would take long: it is looked for
    /// when there is twice as much.
    private var attempt = 0

    /// A header, a count, a transaction.
    private static let smallestBytes =
        BlockHeader.byteCount + 1 + TransactionSpan.smallestBytes
    private static let varintBytes = 9

    /// A block of so many bytes.
    /// - Throws: `HeaderError.malformedMessage` where that is too few.
    public init(byteCount: Int) throws(HeaderError) {
        guard byteCount >= Self.smallestBytes else {
            throw .malformedMessage(
                command: NodeMessage.block, reason: "\(byteCount) bytes are no block")
        }
        self.byteCount = byteCount
    }

    /// Whether all of it has come.
    public var isComplete: Bool { received == byteCount }

    /// Bytes of the header that have not come yet.
    public var headerBytesMissing: Int { max(0, BlockHeader.byteCount - received) }

    /// Takes the next bytes.
    /// - Parameter isWanted: asked for each transaction, in the block's order. One that breaks the
    ///   rules of `BitcoinTransaction` (64 bytes, more than the limit) counts for the root, but
    ///   nobody is asked for it.
    /// - Throws: `HeaderError.malformedMessage`, `.tooLarge`, `.varintNotMinimal`: it is of no use
    ///   from then on.
    public mutating func append(
        _ bytes: [UInt8], choosing isWanted: (BitcoinTransaction) -> Bool
    ) throws(HeaderError) {
        guard bytes.count <= byteCount - received else {
            throw malformed("it is longer than was announced")
        }
        received += bytes.count
        if pending.isEmpty { pending = bytes } else { pending += bytes }
        while try step(isWanted) {}
        pending.removeFirst(start)
        start = 0
    }

    /// The block, all of which must have come.
    /// - Throws: `HeaderError.malformedMessage`, `.mutatedTree`, `.wrongRoot`.
    public func block() throws(HeaderError) -> BitcoinBlock {
        guard let header, isComplete, ids.count == count, pending.isEmpty else {
            throw malformed("it ends too early, or too late")
        }
        return try BitcoinBlock(
            header, byteCount: byteCount, transactions: ids, chosen: chosen)
    }

    private func malformed(_ reason: String) -> HeaderError {
        .malformedMessage(command: NodeMessage.block, reason: reason)
    }

    /// - Returns: whether it has come further.
    private mutating func step(_ isWanted: (BitcoinTransaction) -> Bool) throws(HeaderError) -> Bool
    {
        let rest = pending[start...]
        guard header != nil else {
            guard rest.count >= BlockHeader.byteCount else { return false }
            header = try BlockHeader(rest.prefix(BlockHeader.byteCount))
            start += BlockHeader.byteCount
            return true
        }
        guard let count else {
            guard rest.count >= Self.varintBytes || isComplete else { return false }
            var reader = ByteReader<HeaderError>(rest)
            let limit = (byteCount - BlockHeader.byteCount) / TransactionSpan.smallestBytes
            let count = try reader.integer("transactions", limit: limit)
            guard count > 0 else { throw malformed("it has no transaction") }
            self.count = count
            start += reader.offset
            return true
        }
        guard ids.count < count else {
            guard rest.isEmpty else { throw malformed("something follows its transactions") }
            return false
        }
        guard !rest.isEmpty, rest.count >= attempt || isComplete else { return false }
        return try transaction(rest, isWanted)
    }

    private mutating func transaction(
        _ rest: ArraySlice<UInt8>, _ isWanted: (BitcoinTransaction) -> Bool
    ) throws(HeaderError) -> Bool {
        switch TransactionSpan(rest, room: byteCount - received + rest.count) {
        case .malformed: throw malformed("transaction \(ids.count) is none")
        case .incomplete:
            attempt = 2 * rest.count
            return false
        case .bytes(let length):
            attempt = 0
            let bytes = rest.prefix(length)
            if let transaction = try? BitcoinTransaction(Array(bytes)) {
                ids.append(transaction.id)
                if isWanted(transaction) {
                    chosen.append(
                        BitcoinBlock.Chosen(place: ids.count - 1, transaction: transaction))
                }
            } else {
                ids.append(Hash.sha256d(bytes))
            }
            start += length
            return true
        }
    }
}
