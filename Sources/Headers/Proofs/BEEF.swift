// Transactions with their ancestors down to mined ones (BRC-62), also in the second form (BRC-96)
// and with the subject named (BRC-95).
import Bytes

/// Background evaluation extended format: what somebody needs to verify a transaction offline.
public struct BEEF: Sendable {
    /// A transaction and the path that shows it mined, if one does.
    public struct Entry: Sendable {
        /// The hash, in internal order.
        public let id: Digest256
        /// Nil where only the hash is told: the recipient is to know the rest.
        public let transaction: BitcoinTransaction?
        /// Place of its path.
        public let path: Int?
    }

    /// The paths.
    public let paths: [BUMP]
    /// Parents before children.
    public let entries: [Entry]
    /// What it is about: the last transaction, or the one that is named.
    public let subject: Digest256

    private static let magic: [UInt8] = [0x01, 0x00, 0xbe, 0xef]
    private static let magic2: [UInt8] = [0x02, 0x00, 0xbe, 0xef]
    private static let atomic: [UInt8] = [0x01, 0x01, 0x01, 0x01]

    /// Whether bytes begin as one of the forms does.
    public static func begins(_ bytes: [UInt8]) -> Bool {
        [magic, magic2, atomic].contains(Array(bytes.prefix(4)))
    }

    /// Reads any of the forms; nothing may follow.
    /// - Throws: `HeaderError.malformedBEEF`, and what paths and transactions refuse.
    public init(_ bytes: [UInt8]) throws(HeaderError) {
        var reader = ByteReader(bytes[...])
        var named: Digest256?
        var version = Array(try reader.take(4))
        if version == Self.atomic {
            named = try reader.digest()
            version = Array(try reader.take(4))
        }
        guard version == Self.magic || version == Self.magic2 else {
            throw .malformedBEEF(reason: "it begins with another version")
        }
        var rest = bytes[bytes.index(bytes.startIndex, offsetBy: reader.offset)...]
        var counter = ByteReader(rest)
        let count = try counter.integer("paths", limit: Limits.beefPaths)
        rest = counter.rest
        var paths: [BUMP] = []
        for _ in 0..<count { paths.append(try BUMP(prefixOf: &rest)) }
        var body = ByteReader(rest)
        var entries: [Entry] = []
        var known: Set<Digest256> = []
        for _ in 0..<(try body.integer("transactions", limit: Limits.beefTransactions)) {
            let entry = try Self.entry(&body, paths, isSecond: version == Self.magic2)
            guard known.insert(entry.id).inserted else {
                throw .malformedBEEF(reason: "a transaction stands twice")
            }
            entries.append(entry)
        }
        try body.end()
        guard let last = entries.last else {
            throw .malformedBEEF(reason: "it has no transaction")
        }
        if let named, !known.contains(named) {
            throw .malformedBEEF(reason: "the transaction that it names is not there")
        }
        self.paths = paths
        self.entries = entries
        subject = named ?? last.id
    }

    private static func entry(
        _ reader: inout ByteReader, _ paths: [BUMP], isSecond: Bool
    ) throws(HeaderError) -> Entry {
        guard isSecond else {
            let transaction = try BitcoinTransaction(&reader)
            let flag = try reader.byte()
            guard flag <= 1 else {
                throw .malformedBEEF(reason: "a transaction has an unknown form")
            }
            let path = flag == 0 ? nil : try place(&reader, paths)
            return Entry(id: transaction.id, transaction: transaction, path: path)
        }
        switch try reader.byte() {
        case 0:
            let transaction = try BitcoinTransaction(&reader)
            return Entry(id: transaction.id, transaction: transaction, path: nil)
        case 1:
            let path = try place(&reader, paths)
            let transaction = try BitcoinTransaction(&reader)
            return Entry(id: transaction.id, transaction: transaction, path: path)
        case 2: return Entry(id: try reader.digest(), transaction: nil, path: nil)
        default: throw .malformedBEEF(reason: "a transaction has an unknown form")
        }
    }

    private static func place(
        _ reader: inout ByteReader, _ paths: [BUMP]
    ) throws(HeaderError) -> Int {
        let place = try reader.varint()
        guard place < UInt64(paths.count) else {
            throw .malformedBEEF(reason: "a transaction's path is not there")
        }
        return Int(place)
    }

    /// Checks what needs no chain: every transaction is in the path that it names, or all that it
    /// spends is there; nothing spends what is not, nor an output twice, nor pays more than it
    /// spends. Scripts are not run.
    ///
    /// - Returns: the root that each path leads to; the chain must have it at the path's height.
    /// - Throws: `HeaderError.notInPath`, `.missingParent`, `.overspent`, and what paths refuse.
    public func roots() throws(HeaderError) -> [(height: Int, root: Digest256)] {
        var known: [Digest256: BitcoinTransaction] = [:]
        var spent: Set<BitcoinTransaction.Outpoint> = []
        for entry in entries {
            if let path = entry.path { _ = try paths[path].root(of: entry.id) }
            guard let transaction = entry.transaction else { continue }
            if entry.path == nil { try check(transaction, known, &spent) }
            known[entry.id] = transaction
        }
        guard entries.contains(where: { $0.id == subject && $0.transaction != nil }) else {
            throw .malformedBEEF(reason: "its subject is a hash alone")
        }
        var roots: [(height: Int, root: Digest256)] = []
        for path in paths { roots.append((path.height, try path.root())) }
        return roots
    }

    private func check(
        _ transaction: BitcoinTransaction, _ known: [Digest256: BitcoinTransaction],
        _ spent: inout Set<BitcoinTransaction.Outpoint>
    ) throws(HeaderError) {
        var sum: UInt64 = 0
        for input in transaction.inputs {
            guard let parent = known[input.transaction], input.index < parent.outputs.count else {
                throw .missingParent(transaction: transaction.id, parent: input.transaction)
            }
            guard spent.insert(input).inserted else {
                throw .malformedBEEF(reason: "an output is spent twice")
            }
            // Each is at most 21 million bitcoins, and there are not as many inputs as would wrap.
            sum &+= parent.outputs[input.index]
        }
        let paid = transaction.outputs.reduce(UInt64(0)) { $0 &+ $1 }
        guard paid <= sum else { throw .overspent(transaction: transaction.id) }
    }
}
