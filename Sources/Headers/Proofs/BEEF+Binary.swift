// The forms in bytes: version · varint count and the paths · varint count and the transactions. The
// first form writes a transaction and then whether it has a path, the second a byte for its kind
// before it.
import Bitcoin
import Bytes

extension BEEF {
    /// How it is written.
    public enum Form: Sendable, CaseIterable {
        /// BRC-62: the subject stands last, nothing is left out.
        case v1
        /// BRC-96: transactions may stand for themselves by their hash.
        case v2
        /// BRC-95: the subject's hash, then the first form, or the second where a hash stands
        /// alone.
        case atomic
    }

    private static let magic: [UInt8] = [0x01, 0x00, 0xbe, 0xef]
    private static let magic2: [UInt8] = [0x02, 0x00, 0xbe, 0xef]
    private static let atomic: [UInt8] = [0x01, 0x01, 0x01, 0x01]

    /// What stands before a transaction of the second form.
    private enum Kind {
        static let raw: UInt8 = 0
        static let mined: UInt8 = 1
        static let hash: UInt8 = 2
    }

    /// Whether bytes begin as one of the forms does.
    public static func begins(_ bytes: [UInt8]) -> Bool {
        [magic, magic2, atomic].contains(Array(bytes.prefix(4)))
    }

    /// Reads any of the forms; nothing may follow. A transaction that stands twice is taken once.
    /// - Throws: `HeaderError.malformedBEEF`, and what paths and transactions refuse.
    public init(_ bytes: [UInt8]) throws(HeaderError) {
        var reader = ByteReader<HeaderError>(bytes[...])
        var named: Digest256?
        var version = Array(try reader.take(4))
        if version == Self.atomic {
            named = try reader.digest()
            version = Array(try reader.take(4))
        }
        guard version == Self.magic || version == Self.magic2 else {
            throw .malformedBEEF(reason: "it begins with another version")
        }
        let count = try reader.integer("paths", limit: Limits.beefPaths)
        var rest = reader.rest
        var paths: [BUMP] = []
        for _ in 0..<count { paths.append(try BUMP(prefixOf: &rest)) }
        var body = ByteReader<HeaderError>(rest)
        let transactions = try body.integer("transactions", limit: Limits.beefTransactions)
        rest = body.rest
        var entries: [Entry] = []
        var places: [Digest256: Int] = [:]
        for _ in 0..<transactions {
            let entry =
                version == Self.magic
                ? try Self.first(&rest, paths.count) : try Self.second(&rest, paths.count)
            if let place = places[entry.id] {
                entries[place] = Self.merging(entries[place], entry)
            } else {
                places[entry.id] = entries.count
                entries.append(entry)
            }
        }
        guard rest.isEmpty else { throw .trailingBytes(offset: rest.startIndex) }
        try self.init(paths: paths, entries: entries, subject: named)
        if named != nil { try checkRelations() }
    }

    /// A BEEF that names its subject is about nothing else (BRC-95: whatever the subject does not
    /// build on makes it invalid).
    private func checkRelations() throws(HeaderError) {
        let known = Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0.transaction) })
        var related: Set<Digest256> = []
        var waiting = [subject]
        while let id = waiting.popLast() {
            guard let transaction = known[id], related.insert(id).inserted else { continue }
            waiting += transaction?.inputs.map(\.outpoint.transaction) ?? []
        }
        guard related.count == known.count else {
            throw .malformedBEEF(reason: "the transaction that it names does not need all of it")
        }
    }

    /// Some writers repeat a parent for each input that spends it. It counts where it stood first.
    private static func merging(_ first: Entry, _ again: Entry) -> Entry {
        Entry(
            id: first.id, transaction: first.transaction ?? again.transaction,
            path: first.path ?? again.path)
    }

    private static func first(
        _ rest: inout ArraySlice<UInt8>, _ paths: Int
    ) throws(HeaderError) -> Entry {
        let transaction = try transaction(&rest)
        switch try byte(&rest) {
        case 0: return Entry(transaction)
        case 1: return Entry(transaction, path: try place(&rest, paths))
        default: throw .malformedBEEF(reason: "a transaction has an unknown form")
        }
    }

    private static func second(
        _ rest: inout ArraySlice<UInt8>, _ paths: Int
    ) throws(HeaderError) -> Entry {
        switch try byte(&rest) {
        case Kind.raw: return Entry(try transaction(&rest))
        case Kind.mined:
            let path = try place(&rest, paths)
            return Entry(try transaction(&rest), path: path)
        case Kind.hash:
            var reader = ByteReader<HeaderError>(rest)
            let id = try reader.digest()
            rest = reader.rest
            return Entry(id: id, transaction: nil, path: nil)
        default: throw .malformedBEEF(reason: "a transaction has an unknown form")
        }
    }

    private static func transaction(
        _ rest: inout ArraySlice<UInt8>
    ) throws(HeaderError) -> BitcoinTransaction {
        let count = rest.count
        do throws(BitcoinError) { return try BitcoinTransaction(prefixOf: &rest) } catch {
            throw HeaderError(error, byteCount: count)
        }
    }

    private static func byte(_ rest: inout ArraySlice<UInt8>) throws(HeaderError) -> UInt8 {
        guard let byte = rest.popFirst() else { throw .truncated(offset: rest.startIndex) }
        return byte
    }

    private static func place(
        _ rest: inout ArraySlice<UInt8>, _ paths: Int
    ) throws(HeaderError) -> Int {
        var reader = ByteReader<HeaderError>(rest)
        let place = try reader.varint()
        rest = reader.rest
        guard place < UInt64(paths) else {
            throw .malformedBEEF(reason: "a transaction's path is not there")
        }
        return Int(place)
    }

    /// The bytes in a form.
    /// - Throws: `HeaderError.malformedBEEF` for what the form has no room for: a subject that does
    ///   not stand last in the first two, a hash alone in the first, what the subject does not
    ///   build on in the last.
    public func binary(_ form: Form) throws(HeaderError) -> [UInt8] {
        let isComplete = entries.allSatisfy { $0.transaction != nil }
        if form == .atomic {
            try checkRelations()
            return Self.atomic + subject.bytes + body(isSecond: !isComplete)
        }
        guard entries.last?.id == subject else {
            throw .malformedBEEF(reason: "its subject does not stand last")
        }
        guard form == .v2 || isComplete else {
            throw .malformedBEEF(reason: "the first form has no hashes alone")
        }
        return body(isSecond: form == .v2)
    }

    private func body(isSecond: Bool) -> [UInt8] {
        var bytes = isSecond ? Self.magic2 : Self.magic
        bytes.appendVarint(paths.count)
        for path in paths { bytes += path.binary }
        bytes.appendVarint(entries.count)
        for entry in entries {
            guard let transaction = entry.transaction else {
                bytes += [Kind.hash] + entry.id.bytes
                continue
            }
            if isSecond {
                bytes.append(entry.path == nil ? Kind.raw : Kind.mined)
                if let path = entry.path { bytes.appendVarint(path) }
                bytes += transaction.bytes
            } else {
                bytes += transaction.bytes
                bytes.append(entry.path == nil ? 0 : 1)
                if let path = entry.path { bytes.appendVarint(path) }
            }
        }
        return bytes
    }
}
