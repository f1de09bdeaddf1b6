// Transactions with their ancestors down to mined ones (BRC-62), also in the second form (BRC-96)
// and with the subject named (BRC-95).
import Bitcoin
import Bytes

/// Background evaluation extended format: what somebody needs to verify a transaction offline.
public struct BEEF: Sendable {
    /// A transaction and the path that shows it mined, if one does.
    public struct Entry: Hashable, Sendable {
        /// The hash, in internal order.
        public let id: Digest256
        /// Nil where only the hash is told: the recipient is to know the rest.
        public let transaction: BitcoinTransaction?
        /// Place of its path.
        public let path: Int?

        /// An entry. With a transaction, `id` must be its hash; without one there is no path.
        public init(id: Digest256, transaction: BitcoinTransaction?, path: Int?) {
            precondition(transaction.map { $0.id == id } ?? (path == nil), "an id is a hash")
            self.id = id
            self.transaction = transaction
            self.path = path
        }

        /// A transaction, and the place of the path that shows it mined, if there is one.
        public init(_ transaction: BitcoinTransaction, path: Int? = nil) {
            self.init(id: transaction.id, transaction: transaction, path: path)
        }
    }

    /// The paths.
    public let paths: [BUMP]
    /// Parents before children.
    public let entries: [Entry]
    /// What it is about: the last transaction, or the one that is named.
    public let subject: Digest256

    /// Paths, and transactions with the places of theirs, parents before children.
    /// - Parameter subject: the hash of what it is about, in internal order; nil for the last.
    /// - Throws: `HeaderError.malformedBEEF`, `.tooLarge`. Whether all of it is true is for
    ///   `roots` to say.
    public init(
        paths: [BUMP], entries: [Entry], subject: Digest256? = nil
    ) throws(HeaderError) {
        try Self.check(paths.count, "paths", Limits.beefPaths)
        try Self.check(entries.count, "transactions", Limits.beefTransactions)
        var known: Set<Digest256> = []
        for entry in entries {
            guard known.insert(entry.id).inserted else {
                throw .malformedBEEF(reason: "a transaction stands twice")
            }
            guard entry.path.map(paths.indices.contains) ?? true else {
                throw .malformedBEEF(reason: "a transaction's path is not there")
            }
        }
        guard let last = entries.last else {
            throw .malformedBEEF(reason: "it has no transaction")
        }
        if let subject, !known.contains(subject) {
            throw .malformedBEEF(reason: "the transaction that it names is not there")
        }
        self.paths = paths
        self.entries = entries
        self.subject = subject ?? last.id
    }

    private static func check(_ count: Int, _ what: String, _ limit: Int) throws(HeaderError) {
        guard count <= limit else {
            throw .tooLarge(what: what, limit: limit, got: UInt64(count))
        }
    }

    /// The same with one path for each block (BRC-74), and without paths that nothing names.
    /// - Throws: what paths refuse that are not of the same tree, or of none.
    public func merged() throws(HeaderError) -> BEEF {
        struct Block: Hashable {
            let height: Int
            let root: Digest256
        }
        var blocks: [Block] = []
        var groups: [Block: (place: Int, paths: [BUMP])] = [:]
        var places: [Int: Int] = [:]
        for entry in entries {
            guard let path = entry.path, places[path] == nil else { continue }
            let block = Block(height: paths[path].height, root: try paths[path].root())
            if groups[block] == nil { blocks.append(block) }
            groups[block, default: (blocks.count - 1, [])].paths.append(paths[path])
            places[path] = groups[block]?.place
        }
        var merged: [BUMP] = []
        for block in blocks {
            guard let group = groups[block] else { continue }
            merged.append(try BUMP.merging(group.paths))
        }
        let entries = entries.map { entry in
            Entry(
                id: entry.id, transaction: entry.transaction,
                path: entry.path.flatMap { places[$0] })
        }
        return try BEEF(paths: merged, entries: entries, subject: subject)
    }
}
